"""Running the program in tests: settings, a private PostgreSQL, a browser."""
