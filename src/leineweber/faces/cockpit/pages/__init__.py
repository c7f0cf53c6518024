"""The cockpit's pages by subject; views of a single goal are in `views.py`."""
