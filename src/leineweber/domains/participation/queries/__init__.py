"""What can be asked of participation; every function makes a constant number of queries."""
