"""PostgreSQL with connections that are kept."""
