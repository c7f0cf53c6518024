"""Pages under /steuerung/beteiligung/."""
