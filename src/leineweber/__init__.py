"""Leineweber: the digital city administration as one program.

The floors, from the ground up: kernel, people, capabilities, domains, faces, config.
A room imports only from floors below its own; import-linter holds that.
"""

__version__ = "0.1.0"
