"""Open data: which figures and goals the city shows to everybody, in which form, and what is held back for privacy."""
