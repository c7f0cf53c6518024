"""Strategy: goals and the figures that measure them. The program reads its own operation; nobody types progress."""
