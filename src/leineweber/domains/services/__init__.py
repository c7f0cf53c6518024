"""Services: the catalogue of what the city does for people, in the terms of LeiKa and the OZG.

A described service can be found and read; it goes online when a procedure for it is published.
"""
