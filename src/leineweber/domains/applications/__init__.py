"""Applications: procedures in force, what people submit to them, and the cases in which that is worked.

A procedure is a folder of standard artefacts (`procedures/` in the project): the room reads it, checks it, keeps
each version for ever and runs it. Nothing special to one service is written here.
"""
