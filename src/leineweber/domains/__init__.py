"""Floor 3: the things a city does, each thin on its capabilities."""
