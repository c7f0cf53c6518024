"""The built-in functions of FEEL (DMN 1.5, 10.3.4), by subject; importing the room fills `BUILTINS`."""

from __future__ import annotations

from . import contexts, conversion, lists, numbers, ranges, strings, temporals
from .registry import BUILTINS, Builtin

__all__ = [
    "BUILTINS",
    "Builtin",
    "contexts",
    "conversion",
    "lists",
    "numbers",
    "ranges",
    "strings",
    "temporals",
]
