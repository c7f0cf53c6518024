"""The engine: a small interface of ours over SpiffWorkflow. Nobody outside this folder knows the library."""

from . import values
from .checking import check
from .definition import Definition, Refused, compile_definition, digest
from .explaining import explain
from .model import Element, Finding, Model, Output
from .running import OpenTask, PendingTimer, ProcessError, Run, Step, World

__all__ = [
    "Definition",
    "Element",
    "Finding",
    "Model",
    "OpenTask",
    "Output",
    "PendingTimer",
    "ProcessError",
    "Refused",
    "Run",
    "Step",
    "World",
    "check",
    "compile_definition",
    "digest",
    "explain",
    "values",
]
