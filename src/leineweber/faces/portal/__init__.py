"""The portal: where people and businesses find services, apply, follow their cases and read their post."""
