"""The pages of the desk: thin, each asks queries and calls one service."""
