"""Pages of the strategy: parse, call one service or query, render."""
