"""Floor 2: the few ways in which a city does its many things."""
