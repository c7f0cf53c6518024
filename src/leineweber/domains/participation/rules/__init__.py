"""Pure rules: phases, weighting by pairwise comparison, ranking with its sensitivity."""
