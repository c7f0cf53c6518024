"""A procedure package as it is run: typed, frozen, with its form, its letters and its task forms.

The folder holds standard artefacts and no Python. Everything in it is text; `read_folder` bounds what is read,
`reading.build` refuses what does not fit together, with file, line and reason.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leineweber.capabilities import forms
from leineweber.kernel import decisions
from leineweber.kernel import expressions as feel
from leineweber.kernel.deadlines.rules import Period

FILE_LIMIT = 2_000_000
FOLDER_LIMIT = 20_000_000
FILES_LIMIT = 200
SUFFIXES = {".yaml", ".xml", ".bpmn", ".dmn", ".typ", ".json"}
_XML = {".xml", ".bpmn", ".dmn"}
_ENCODING = re.compile(r"""\A<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What is wrong with a package: file, line (0: the file as a whole), reason in German."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.file}, Zeile {self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"
        )


class PackageError(ValueError):
    """A package was refused; `findings` say why, all of them."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class TaskField:
    """One input of a task form. `when` is a condition in FEEL over the other inputs."""

    name: str
    kind: str
    label: str
    help: str
    required: bool
    options: tuple[tuple[str, str], ...]
    when: feel.Expression | None


@dataclass(frozen=True, slots=True)
class TaskForm:
    """The inputs asked when a task of this form key is done; `shows` names the letter to be read before."""

    key: str
    fields: tuple[TaskField, ...]
    shows: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: its Typst source (from `file`) and how its data are computed (a tree whose leaves are FEEL)."""

    key: str
    title: str
    template: str
    decision: str
    data: Any
    file: str = ""


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A line of needs.yaml: what is to be filled."""

    occasion: str
    area: str
    place: str
    function: str
    required: int
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Package:
    """Everything a procedure is made of, ready to run."""

    key: str
    version: str
    title: str
    prefix: str
    service_slug: str
    service_key: str
    unit: str
    office: Mapping[str, Any]
    roles: Mapping[str, str]
    file_plan: str
    decision_days: int
    answer_period: Period
    applicant: Mapping[str, str]
    area_path: str
    occasions: Mapping[str, Mapping[str, str]]
    areas: Mapping[str, str]
    functions: Mapping[str, str]
    settings: Mapping[str, Any]
    letters: Mapping[str, Letter]
    task_forms: Mapping[str, TaskForm]
    process_variables: Mapping[str, feel.Expression]
    needs: tuple[NeedRow, ...]
    texts: Mapping[str, Mapping[str, Any]]
    schema: forms.FormSchema
    process: bytes
    model: decisions.Model | None
    cases: Mapping[str, Mapping[str, Any]]
    files: Mapping[str, str] = field(repr=False)
    digest: str = ""
    explain: tuple[str, ...] = ()

    def service_text(self, language: str) -> Mapping[str, Any]:
        """Return the description of the service in a language, in German where that is missing."""
        text = self.texts.get(language, {}).get("service") or self.texts["de"].get("service") or {}
        return dict(text)


def digest_of(files: Mapping[str, str]) -> str:
    """Return the SHA-512 over all files of a package, by name."""
    content = json.dumps(dict(files), sort_keys=True, ensure_ascii=False).encode()
    return hashlib.sha512(content).hexdigest()


def _files_in(folder: Path) -> Iterator[Path]:
    """Yield what lies in a folder and below in order; hidden things are left out, links are not followed."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        linked = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in sorted([*names, *linked]):
            if not name.startswith("."):
                yield Path(place) / name


def _unfit(path: Path) -> str:
    """Return why a file does not belong into a package, empty if it may be read."""
    if path.is_symlink():
        return "Verweise auf andere Dateien oder Ordner sind nicht erlaubt."
    if not path.is_file():
        return "Das ist keine gewöhnliche Datei."
    if path.suffix not in SUFFIXES:
        return f"Dateien der Art {path.suffix or path.name} gehören nicht in ein Verfahren."
    if path.stat().st_size > FILE_LIMIT:
        return f"Die Datei ist größer als {FILE_LIMIT} Byte."
    return ""


def _text_of(path: Path) -> tuple[str, int, str]:
    """Return the text of a file; or the line and the reason why it is none."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return "", line, f"Die Datei ist kein UTF-8 (Byte {error.start})."
    control = _CONTROL.search(text)
    if control is not None:
        line = text.count("\n", 0, control.start()) + 1
        return "", line, "Die Datei enthält Steuerzeichen; sie ist keine Textdatei."
    encoding = _ENCODING.match(text) if path.suffix in _XML else None
    if encoding is not None and encoding[1].upper() not in {"UTF-8", "US-ASCII"}:
        return "", 1, f"Die Datei nennt die Kodierung {encoding[1]}; erwartet wird UTF-8."
    return text, 0, ""


def read_folder(folder: Path) -> dict[str, str]:
    """Return the files of a package folder by relative name.

    Raises:
        PackageError: no folder, too many or too large files, an unknown kind of file, text that is not UTF-8,
            a link, or something that cannot be read.
    """
    if not folder.is_dir():
        raise PackageError([Finding(str(folder), 0, "Diesen Ordner gibt es nicht.")])
    findings: list[Finding] = []
    files: dict[str, str] = {}
    total = 0
    for number, path in enumerate(_files_in(folder)):
        name = path.relative_to(folder).as_posix()
        if number >= FILES_LIMIT:
            findings.append(Finding(name, 0, f"Ein Verfahren hat höchstens {FILES_LIMIT} Dateien."))
            break
        line, reason = 0, _unfit(path)
        if not reason:
            try:
                files[name], line, reason = _text_of(path)
            except OSError as error:
                reason = f"Die Datei kann nicht gelesen werden ({error.strerror})."
        if reason:
            findings.append(Finding(name, line, reason))
            continue
        total += len(files[name])
        if total > FOLDER_LIMIT:
            findings.append(Finding(name, 0, f"Das Verfahren ist größer als {FOLDER_LIMIT} Byte."))
            break
    if findings:
        raise PackageError(findings)
    return files
