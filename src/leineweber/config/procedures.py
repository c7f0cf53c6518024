"""Where the procedure packages that come with the program lie."""

from __future__ import annotations

from pathlib import Path

import leineweber

INSTALLED = Path(leineweber.__file__).parent / "procedures"
CHECKOUT = Path(leineweber.__file__).parent.parent.parent / "procedures"


def shipped() -> list[Path]:
    """Return the folders of the packages: beside the program where it is installed, in the project else."""
    root = INSTALLED if INSTALLED.is_dir() else CHECKOUT
    return sorted(path.parent for path in root.glob("*/procedure.yaml"))
