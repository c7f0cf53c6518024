"""SQLite for several processes on one file."""
