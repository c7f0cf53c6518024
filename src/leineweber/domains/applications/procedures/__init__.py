"""Procedure packages: read from a folder, checked, published, and loaded for running."""

from leineweber.domains.applications.procedures.package import (
    Finding,
    Letter,
    Package,
    PackageError,
    TaskField,
    TaskForm,
    read_folder,
)

__all__ = ["Finding", "Letter", "Package", "PackageError", "TaskField", "TaskForm", "read_folder"]
