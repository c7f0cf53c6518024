"""Floor 0: what every room stands on, in the terms of no single domain."""
