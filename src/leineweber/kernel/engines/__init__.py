"""Django's two database engines with a little more patience and a little less asking (decision 0017)."""
