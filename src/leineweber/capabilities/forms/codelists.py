"""Code lists as OASIS Genericode 1.0 (with or without the XÖV annotations), read into typed rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from leineweber.capabilities.forms.schema import CodeList, SchemaError
from leineweber.kernel import xml

ROW_LIMIT = 20_000
_TRANSLITERATION = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def slug(text: str) -> str:
    """Return a key of small letters, digits and underscores (`Öffentlicher Dienst` → `oeffentlicher_dienst`)."""
    plain = text.casefold().translate(_TRANSLITERATION)
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def read(data: bytes, file: str) -> CodeList:
    """Return the code list of a Genericode file.

    The code is the column of the first key (or `code`), the name the first other required column (or
    `name`), the explanation a column `hilfe` or `beschreibung`. Cells are typed by the column's `Data Type`
    (`string`, `date`, `integer`, `decimal`, `boolean`).

    Raises:
        SchemaError: not Genericode, no key column, a cell of the wrong type, a code twice, too many rows.
    """
    try:
        root = xml.parse(data)
    except xml.XmlError as error:
        raise SchemaError(error.line, error.reason, file=file) from error
    if etree.QName(root).localname != "CodeList":
        raise SchemaError(line_of(root), "Erwartet wird eine Codeliste im Format Genericode.", file=file)
    identification = _child(root, "Identification", file)
    columns = _columns(root, file)
    code_column, name_column, help_column = _roles(root, columns, file)
    rows = _rows(root, columns, code_column, file)
    title = _text(identification, "LongName") or _text(identification, "ShortName")
    return CodeList(
        key=slug(_text(identification, "ShortName")),
        title=title,
        uri=_text(identification, "CanonicalUri"),
        version_uri=_text(identification, "CanonicalVersionUri"),
        rows=tuple(rows),
        code_column=code_column,
        name_column=name_column,
        help_column=help_column,
    )


def line_of(element: etree._Element) -> int:
    """Return the line of an element in its file, counted from 1."""
    line: Any = element.sourceline
    return int(line or 1)


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str) and etree.QName(child).localname == name]


def _child(element: etree._Element, name: str, file: str) -> etree._Element:
    for child in _children(element, name):
        return child
    raise SchemaError(line_of(element), f"Das Element {name} fehlt.", file=file)


def _text(element: etree._Element, name: str) -> str:
    for child in _children(element, name):
        return (child.text or "").strip()
    return ""


def _columns(root: etree._Element, file: str) -> dict[str, tuple[str, str, bool]]:
    columns: dict[str, tuple[str, str, bool]] = {}
    for column in _children(_child(root, "ColumnSet", file), "Column"):
        kinds = _children(column, "Data")
        kind = (kinds[0].get("Type") or "string") if kinds else "string"
        if kind not in _TYPES:
            raise SchemaError(line_of(column), f"Der Spaltentyp „{kind}“ ist nicht vorgesehen.", file=file)
        identifier = column.get("Id") or ""
        columns[identifier] = (slug(identifier), kind, column.get("Use") == "required")
    return columns


def _roles(
    root: etree._Element, columns: Mapping[str, tuple[str, str, bool]], file: str
) -> tuple[str, str, str | None]:
    column_set = _child(root, "ColumnSet", file)
    for key in _children(column_set, "Key"):
        reference = _child(key, "ColumnRef", file).get("Ref") or ""
        if reference in columns:
            code = columns[reference][0]
            break
    else:
        raise SchemaError(line_of(column_set), "Keine Spalte ist als Schlüssel ausgewiesen.", file=file)
    names = [name for name, _kind, required in columns.values() if required and name != code]
    every = [name for name, _kind, _required in columns.values()]
    name = "name" if "name" in every else (names[0] if names else code)
    helps = [
        column for column in ("hilfe", "hilfetext", "beschreibung") if column in every and column != name
    ]
    return code, name, helps[0] if helps else None


def _rows(
    root: etree._Element, columns: Mapping[str, tuple[str, str, bool]], code_column: str, file: str
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    seen: set[object] = set()
    for row in _children(_child(root, "SimpleCodeList", file), "Row"):
        line = line_of(row)
        cells: dict[str, Any] = {name: None for name, _kind, _required in columns.values()}
        for value in _children(row, "Value"):
            reference = value.get("ColumnRef") or ""
            if reference not in columns:
                raise SchemaError(line, f"Die Spalte „{reference}“ gibt es nicht.", file=file)
            name, kind, _required = columns[reference]
            text = _text(value, "SimpleValue")
            try:
                cells[name] = _TYPES[kind](text) if text else None
            except (ValueError, InvalidOperation) as error:
                raise SchemaError(line, f"„{text}“ ist kein Wert vom Typ {kind}.", file=file) from error
        code = cells[code_column]
        if code is None or code in seen:
            raise SchemaError(line, f"Der Code „{code or ''}“ fehlt oder ist doppelt.", file=file)
        seen.add(code)
        rows.append(cells)
        if len(rows) > ROW_LIMIT:
            raise SchemaError(line, f"Eine Codeliste darf höchstens {ROW_LIMIT} Zeilen haben.", file=file)
    if not rows:
        raise SchemaError(line_of(root), "Die Codeliste hat keine Zeilen.", file=file)
    return rows


def _boolean(text: str) -> bool:
    if text not in ("true", "false", "1", "0"):
        raise ValueError(text)
    return text in ("true", "1")


_TYPES: Mapping[str, Callable[[str], Any]] = {
    "string": str, "token": str, "normalizedString": str, "date": date.fromisoformat,
    "integer": lambda text: Decimal(int(text)), "decimal": Decimal, "boolean": _boolean,
}  # fmt: skip
