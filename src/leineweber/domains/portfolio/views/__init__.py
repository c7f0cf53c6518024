"""Views by subject; each parses, calls one service or query, and renders."""
