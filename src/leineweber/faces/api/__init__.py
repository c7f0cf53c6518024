"""The interface for other programs: REST, described by OpenAPI 3.1, over the same services and queries as the pages."""
