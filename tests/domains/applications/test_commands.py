"""`procedures check` and `procedures publish` as people use them: processes, exit status, JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from config.conftest import KEY, Program
from faces.conftest import PACKAGE

pytestmark = pytest.mark.slow
DONE, REFUSED, BROKEN = 0, 3, 4


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program with nothing in it yet."""
    return Program(
        tmp_path,
        {"LEINEWEBER_DATA": str(tmp_path / "data"), "LEINEWEBER_SECRET_KEY": KEY, "LANG": "de_DE.UTF-8"},
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the package that can be changed."""
    shutil.copytree(PACKAGE, tmp_path / "paket")
    return tmp_path / "paket"


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace a text in a file of a package."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def test_a_sound_package(program: Program, folder: Path) -> None:
    assert "wahlhelfer 1.0: in Ordnung" in program("procedures", "check", str(folder), expect=DONE).stdout
    said = json.loads(program("procedures", "check", str(folder), "--json", expect=DONE).stdout)
    assert said == {"sound": True, "key": "wahlhelfer", "version": "1.0", "findings": []}
    assert not (folder.parent / "data").exists()


def test_a_broken_package_is_told_by_line(program: Program, folder: Path) -> None:
    change(folder, "process.bpmn", 'lw:role="elections.head"', 'lw:role="elections.boss"')
    (folder / "bild.png").symlink_to("/etc/passwd")
    done = program("procedures", "check", str(folder), expect=BROKEN)
    assert "bild.png: Verweise auf andere Dateien" in done.stdout
    (folder / "bild.png").unlink()
    done = program("procedures", "check", str(folder), expect=BROKEN)
    assert "process.bpmn, Zeile" in done.stdout
    assert "elections.boss" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    said = json.loads(program("procedures", "check", str(folder), "--json", expect=BROKEN).stdout)
    assert said["sound"] is False
    assert {(finding["file"], finding["line"] > 0) for finding in said["findings"]} == {
        ("process.bpmn", True)
    }


def test_no_package_at_all(program: Program, tmp_path: Path) -> None:
    assert "gibt es nicht" in program("procedures", "check", str(tmp_path / "x"), expect=BROKEN).stdout
    (tmp_path / "leer").mkdir()
    assert "procedure.yaml" in program("procedures", "check", str(tmp_path / "leer"), expect=BROKEN).stdout


def test_publishing_and_what_stays_in_force(program: Program, folder: Path) -> None:
    program.env.pop("LEINEWEBER_SECRET_KEY")
    program("demo", "load")
    program.env["LEINEWEBER_DEMO"] = "1"
    done = program("procedures", "publish", str(folder), expect=DONE)
    assert "wahlhelfer 1.0 ist in Kraft" in done.stdout
    change(folder, "procedure.yaml", "60,00 €", "70,00 €")
    done = program("procedures", "publish", str(folder), expect=REFUSED)
    assert "gibt es schon mit anderem Inhalt" in done.stderr
    change(folder, "procedure.yaml", 'version: "1.0"', 'version: "1.1"')
    change(folder, "process.bpmn", 'targetRef="ende_zurueckgezogen"', 'targetRef="nirgends"')
    done = program("procedures", "publish", str(folder), expect=BROKEN)
    assert "die geltende Fassung bleibt" in done.stdout
    change(folder, "process.bpmn", 'targetRef="nirgends"', 'targetRef="ende_zurueckgezogen"')
    said = json.loads(program("procedures", "publish", str(folder), "--json", expect=DONE).stdout)
    assert (said["key"], said["version"]) == ("wahlhelfer", "1.1")
