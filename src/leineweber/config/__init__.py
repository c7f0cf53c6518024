"""Floor 5: how the program is put together and run."""
