"""Loading the program without the collector of cyclic garbage, which would look at each new module many times."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep the collector off during the block; what was loaded then stays for the life of the process, unlooked at."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
