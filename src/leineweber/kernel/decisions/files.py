"""Models in a folder: read together with what they import, and asked with values that came as text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from leineweber.kernel import expressions as feel
from leineweber.kernel import xml
from leineweber.kernel.expressions import Expression, ListOf, Run, Type, Value
from leineweber.kernel.expressions.types import ContextOf

from .elements import InputData
from .errors import DecisionError
from .itemtypes import Constrained
from .model import Model
from .reading import load
from .xmltools import children

_READERS = {
    "date": "date(text)",
    "time": "time(text)",
    "date and time": "date and time(text)",
    "days and time duration": "duration(text)",
    "years and months duration": "duration(text)",
    "duration": "duration(text)",
}


class Folder:
    """The models of one folder; each is read once, after those it imports.

    Args:
        sources: what is in the files, by file name.
        strict: refuse a model with any mistake (see `load`).
    """

    def __init__(self, sources: Mapping[str, bytes], *, strict: bool = True) -> None:
        self._sources = sources
        self._strict = strict
        self._models: dict[str, Model] = {}
        self._reading: list[str] = []

    @classmethod
    def of(cls, path: Path, *, strict: bool = True) -> Folder:
        """Return the models (`*.dmn`) that lie in a folder."""
        return cls({file.name: file.read_bytes() for file in sorted(path.glob("*.dmn"))}, strict=strict)

    def model(self, name: str) -> Model:
        """Return the model of a file. Raises DecisionError if it is missing, wrong, or imports itself."""
        if name in self._models:
            return self._models[name]
        if name not in self._sources:
            raise DecisionError(1, f"Das Modell „{name}“ fehlt.", f"The model “{name}” is missing.")
        if name in self._reading:
            raise DecisionError(
                1, f"Das Modell „{name}“ bindet sich selbst ein.", f"The model “{name}” imports itself."
            )
        self._reading.append(name)
        try:
            imports = [self.model(other) for other in self._imported(name)]
            self._models[name] = load(self._sources[name], imports=imports, strict=self._strict, name=name)
        finally:
            self._reading.remove(name)
        return self._models[name]

    def _imported(self, name: str) -> list[str]:
        """Return the files of the models that a file imports, found by their namespace."""
        head = _head(self._sources[name])
        if head is None:
            return []
        own, wanted = head
        if not wanted:
            return []
        found = []
        for other, data in self._sources.items():
            theirs = _head(data) if other != name else None
            if theirs is not None and theirs[0] in wanted and theirs[0] != own:
                found.append(other)
        return found


@lru_cache(maxsize=64)
def _head(data: bytes) -> tuple[str, frozenset[str]] | None:
    """Return the namespace of a model and those it imports; None if it cannot be read (`load` says why)."""
    try:
        root = xml.parse(data)
    except xml.XmlError:
        return None
    return root.get("namespace", ""), frozenset(
        part.get("namespace", "") for part in children(root, "import")
    )


def fitted(model: Model, inputs: Mapping[str, Value]) -> dict[str, Value]:
    """Return values as the model's inputs want them: texts read as dates, times and durations where they are typed so.

    JSON has no dates; this is how they come from it. What cannot be read stays a text, and the model says so.
    """
    types = {
        element.name: element.type for element in model.elements.values() if isinstance(element, InputData)
    }
    return {name: _fit(value, types[name]) if name in types else value for name, value in inputs.items()}


def _fit(value: Value, wanted: Type) -> Value:
    while isinstance(wanted, Constrained):
        wanted = wanted.base
    if isinstance(value, list):
        element = wanted.element if isinstance(wanted, ListOf) else wanted
        return [_fit(item, element) for item in value]
    if isinstance(wanted, ListOf):
        return _fit(value, wanted.element)
    if isinstance(value, dict) and isinstance(wanted, ContextOf):
        return {
            key: _fit(item, wanted.entries[key]) if key in wanted.entries else item
            for key, item in value.items()
        }
    if isinstance(value, str) and wanted.name in _READERS:
        read = _reader(wanted.name).run({"text": value}, Run())
        return value if read is None else read
    return value


def _reader(kind: str) -> Expression:
    return feel.compile(_READERS[kind], names={"text"})
