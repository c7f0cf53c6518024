"""Typst behind two functions: `typeset` makes a PDF, `check` says what is wrong with a template."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst

from leineweber.capabilities.documents import rules
from leineweber.kernel import clock

ROOM = Path(__file__).parent
MODULES = ROOM / "typst"
FONTS = ROOM / "fonts"
STANDARDS: tuple[str, ...] = ("ua-1", "a-2a")
MAIN = "main.typ"
ASSET = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")
PROBE = "leineweber-syntax-probe"
PACKAGE = re.compile(r'"\s*@[^"]*"')
# An import whose place is computed or written with escapes could still come out as a package.
COMPUTED_IMPORT = re.compile(
    r"(?:^|[^\w\s-]|(?<!\w)-|\b(?:context|return|else|in|and|or|not))\s*"
    r'(?P<word>\b(?:import|include)\b(?![-:])(?!\s*"[^"\\]*"))',
    re.MULTILINE,
)
# These make source of text, or reach what does.
SOURCE_MAKERS = re.compile(r"(?<![\w-])(?:eval|dictionary)(?![\w-])")
LOCATION = re.compile(r"┌─ (?P<file>\S+?):(?P<line>\d+):\d+")

MODULE_LOCATION = re.compile(r"┌─ \S*?(?P<place>lw/\w+\.typ:\d+)")
SEARCHED = re.compile(r" \(searched at [^)]*\)")

_local = threading.local()


@dataclass(frozen=True)
class Finding:
    """Something wrong in a template: the line (from 1; 0 when it has none) and what, in Typst's words."""

    line: int
    message: str


class TypesetError(Exception):
    """A document cannot be made: the template is wrong or a key it needs is missing in the data.

    `line` is the line in the template, from 1, or 0 when the fault has no place there. `message` never holds
    data of the document, except the name of a missing key.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"Zeile {line}: {message}" if line else message)
        self.line = line
        self.message = message


@cache
def _families() -> tuple[rules.Family, ...]:
    """Return which characters the fonts of the room can show."""
    return rules.families(json.loads((FONTS / "coverage.json").read_text(encoding="ascii")))


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts of the room and no others, read once for all threads."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _compiler() -> typst.Compiler:
    """Return the warm compiler of this thread; one compiler cannot serve two threads at once."""
    compiler: typst.Compiler | None = getattr(_local, "compiler", None)
    if compiler is None:
        compiler = typst.Compiler(root=str(MODULES), font_paths=_fonts(), ignore_system_fonts=True)
        _local.compiler = compiler
    return compiler


def _source(template: str | bytes) -> bytes:
    """Return the template as UTF-8; refuse what would make Typst fetch a package from the network."""
    try:
        text = template.decode("utf-8") if isinstance(template, bytes) else template
    except UnicodeDecodeError as error:
        raise TypesetError(0, "Die Vorlage ist kein UTF-8-Text.") from error
    found = PACKAGE.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise TypesetError(line, f"Pakete aus dem Netz sind nicht erlaubt: {found.group()}")
    found = COMPUTED_IMPORT.search(text)
    if found:
        line = text.count("\n", 0, found.start("word")) + 1
        raise TypesetError(line, f"Nach {found['word']} steht der Name einer Datei in Anführungszeichen.")
    found = SOURCE_MAKERS.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise TypesetError(line, f"{found.group()} ist in Vorlagen nicht erlaubt.")
    return text.encode("utf-8")


def _error(error: typst.TypstError | typst.TypstWarning) -> TypesetError:
    """Return Typst's diagnosis with the line in the template, also when a shared module was called there."""
    # Where the program lies on this machine helps nobody.
    message = SEARCHED.sub("", "; ".join([error.message, *error.hints]))
    for part in (error.diagnostic, *error.trace):
        for place in LOCATION.finditer(part):
            if place["file"].endswith(MAIN):
                return TypesetError(int(place["line"]), message)
    module = MODULE_LOCATION.search(error.diagnostic)
    return TypesetError(0, f"{message} ({module['place']})" if module else message)


def _files(source: bytes, data: Mapping[str, rules.Json], assets: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the virtual files of one run: the template, its data as JSON and the pictures."""
    shown = rules.displayable_data(data, _families())
    files = {
        MAIN: source,
        "data.json": json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode("utf-8"),
    }
    for name, content in assets.items():
        if not ASSET.fullmatch(name):
            raise TypesetError(0, f"Unzulässiger Name eines Bildes: {name!r}")
        files[f"assets/{name}"] = content
    return files


def _run(files: dict[str, bytes], **options: Any) -> bytes:
    """Compile virtual files in the compiler of this thread; raises TypesetError."""
    return _run_with_warnings(files, **options)[0]


def _run_with_warnings(files: dict[str, bytes], **options: Any) -> tuple[bytes, list[TypesetError]]:
    """Compile virtual files; return the PDF and what Typst warns of. Raises TypesetError."""
    try:
        pdf, warnings = _compiler().compile_with_warnings(input=files, format="pdf", **options)
    except typst.TypstError as error:
        raise _error(error) from error
    return cast(bytes, pdf), [_error(warning) for warning in warnings]


def typeset(
    template: str | bytes,
    data: Mapping[str, rules.Json],
    *,
    assets: Mapping[str, bytes] | None = None,
    standards: Sequence[str] = STANDARDS,
    at: datetime | None = None,
) -> bytes:
    """Return a PDF of a template filled with data, by default PDF/UA-1 and PDF/A-2a in one.

    Args:
        template: Typst source. It may import `lw/*.typ`; nothing else on disk and nothing from the network.
        data: JSON data; the template reads it as `data` from `lw/base.typ`. Text in it is always text, never
            source; characters that no font has are shown as code points (see `rules`).
        assets: pictures by name, for `asset("name")` of `lw/base.typ`, which also takes alternative text.
        standards: Typst names of PDF standards, e.g. "ua-1", "a-2a", "a-3a".
        at: the moment of creation in the file; the same arguments and moment give the same bytes.

    Raises:
        TypesetError: the template is wrong or misses a key in the data, with the line in the template.
    """
    return _run(
        _files(_source(template), data, assets or {}),
        pdf_standards=list(standards),
        timestamp=int((at or clock.now()).timestamp()),
    )


def check(template: str | bytes, data: Mapping[str, rules.Json] | None = None) -> list[Finding]:
    """Return what is wrong with a template; an empty list means it can be published.

    With example data the whole document is made, so missing keys and violations of the PDF standards are
    found too. Without data only the syntax and the imports are checked.
    """
    try:
        if data is not None:
            files = _files(_source(template), data, {})
            warnings = _run_with_warnings(files, pdf_standards=list(STANDARDS), timestamp=0)[1]
            return [Finding(warning.line, warning.message) for warning in warnings]
        else:
            source = _source(template)
            _syntax(source)
            _imports(source.decode("utf-8"))
    except TypesetError as error:
        return [Finding(error.line, error.message)]
    return []


def _syntax(source: bytes) -> None:
    """Raise TypesetError when the source cannot be parsed; the panic stops the run after parsing."""
    try:
        _run({MAIN: f'#panic("{PROBE}");'.encode() + source, "data.json": b"{}"})
    except TypesetError as error:
        if PROBE not in error.message:
            raise


def _imports(source: str) -> None:
    """Raise TypesetError when an import at the start of a line names what does not exist."""
    lines = [line if line.lstrip().startswith("#import ") else "" for line in source.split("\n")]
    _run({MAIN: "\n".join(lines).encode(), "data.json": b"{}"})
