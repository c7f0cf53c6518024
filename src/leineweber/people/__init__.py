"""Floor 1: who the city is made of and who is acting."""
