"""Pages of the room: thin over its services and queries."""
