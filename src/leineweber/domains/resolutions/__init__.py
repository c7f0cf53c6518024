"""Resolutions: who decides what, the papers on which it is decided, the meetings, and what was decided.

Responsibilities per kind of decision are data; a decision paper is made from a thing of any room, goes through
statements and signatures, is decided by the body that is responsible, and the resolution acts back on the thing.
"""
