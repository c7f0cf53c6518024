"""Views of the room: thin over queries and services."""
