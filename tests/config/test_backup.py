"""Backup while people work, restore elsewhere, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import KEY, Program

WRITER = """
import sys
import threading
from uuid import uuid4
from leineweber.kernel import storage
from leineweber.kernel.access import Actor
from leineweber.kernel.links.services import connect
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
print("ready", flush=True)
told = threading.Event()
if {count} > 1000:
    threading.Thread(target=lambda: (sys.stdin.read(), told.set()), daemon=True).start()
for number in range({count}):
    if told.is_set():
        break
    subject = Ref("thing", uuid4())
    with act(Actor.system(), "thing.made", subject) as made:
        blob = storage.put(f"Inhalt {{number}}".encode() * 50, "text/plain")
        made.detail["blob"] = blob.sha512[:20]
        made.emit("thing.made", {{"number": number}})
print("done", flush=True)
"""
COUNTS = """
import json
from leineweber.kernel import storage
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.events.models import StoredEvent
from leineweber.kernel.storage.models import StoredBlob
print(json.dumps({
    "entries": Entry.objects.filter(name="thing.made").count(),
    "events": StoredEvent.objects.count(),
    "blobs": StoredBlob.objects.count(),
    "damaged": [finding.message for finding in storage.verify()],
}))
"""


def counts(program: Program) -> dict[str, object]:
    process = program.python(COUNTS)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return dict(json.loads(out))


def write(program: Program, count: int) -> None:
    process = program.python(WRITER.format(count=count))
    out, err = process.communicate(timeout=120)
    assert out.endswith("done\n"), err


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, city: Program, tmp_path: Path) -> Program:
    """An empty place of the same engine, with the same key."""
    other = city.at(tmp_path / "elsewhere")
    if "DATABASE_URL" in city.env:
        other.env["DATABASE_URL"] = request.getfixturevalue("make_database")()
    return other


def test_a_backup_taken_while_writing_is_one_consistent_state(
    city: Program, elsewhere: Program, tmp_path: Path
) -> None:
    write(city, 20)
    writer = city.python(WRITER.format(count=100_000))
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    file = tmp_path / "while.tar"
    done = json.loads(city("backup", str(file), "--json").stdout)
    assert writer.poll() is None, "The writer had ended; the backup proves nothing."
    # Closing its input tells it to stop.
    _, problem = writer.communicate(timeout=120)
    assert writer.returncode == 0, problem
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    elsewhere("restore", str(file))
    found = counts(elsewhere)
    assert found["damaged"] == []
    assert 20 <= found["entries"] < counts(city)["entries"]  # type: ignore[operator]
    # Rows of one transaction are there together or not at all.
    assert found["events"] == found["entries"]
    assert found["blobs"] == done["files"]
    assert json.loads(elsewhere("audit", "verify", "--json").stdout)["sound"]


def test_a_restored_city_goes_on_working(city: Program, elsewhere: Program, tmp_path: Path) -> None:
    write(city, 5)
    city("backup", str(tmp_path / "b.tar"))
    elsewhere("restore", str(tmp_path / "b.tar"))
    # New rows get numbers after the restored ones.
    write(elsewhere, 7)
    found = counts(elsewhere)
    assert found["entries"] == 12
    assert found["events"] == 12
    assert "auf dem Stand" in elsewhere("migrate").stdout
    # A backup of the restored is as good as the first.
    elsewhere("backup", str(tmp_path / "c.tar"))
    elsewhere("restore", "--check", str(tmp_path / "c.tar"))


def test_a_database_that_is_there_is_not_overwritten_without_force(
    city: Program, elsewhere: Program, tmp_path: Path
) -> None:
    city("backup", str(tmp_path / "empty.tar"))
    elsewhere("restore", str(tmp_path / "empty.tar"))
    write(city, 3)
    city("backup", str(tmp_path / "b.tar"))
    write(elsewhere, 1)
    assert "--force" in elsewhere("restore", str(tmp_path / "b.tar"), expect=3).stderr
    assert counts(elsewhere)["entries"] == 1
    elsewhere("restore", "--force", str(tmp_path / "b.tar"))
    assert counts(elsewhere)["entries"] == 3
    if "DATABASE_URL" not in elsewhere.env:
        kept = [path.name for path in (tmp_path / "elsewhere").glob("*.vor-*")]
        assert len(kept) == 1


def test_a_restore_under_a_running_program_is_refused(city: Program, tmp_path: Path) -> None:
    city("backup", str(tmp_path / "b.tar"))
    holder = city.python(
        "import sys\nfrom django.db import connection\n"
        "connection.cursor().execute('SELECT count(*) FROM audit_entry')\nprint('ready', flush=True)\nsys.stdin.read()"
    )
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "ready\n"
        done = city("restore", "--force", str(tmp_path / "b.tar"), expect=3)
        assert "läuft noch" in done.stderr
    finally:
        holder.kill()
        holder.wait()


def test_with_another_key_the_backup_is_refused(city: Program, elsewhere: Program, tmp_path: Path) -> None:
    city("backup", str(tmp_path / "b.tar"))
    done = elsewhere("restore", str(tmp_path / "b.tar"), expect=3, LEINEWEBER_SECRET_KEY=KEY[::-1])
    assert "LEINEWEBER_SECRET_KEY" in done.stderr


@pytest.fixture(scope="module")
def sound(migrated_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the data of a small city on SQLite and a sound backup of it; tests work on copies."""
    place = tmp_path_factory.mktemp("sound")
    shutil.copytree(migrated_directory, place / "data")
    (place / "data").chmod(0o700)
    made = Program(place, {"LEINEWEBER_DATA": str(place / "data"), "LEINEWEBER_SECRET_KEY": KEY})
    write(made, 3)
    made("backup", str(place / "sound.tar"))
    return place


@pytest.fixture
def backup(program: Program, sound: Path, tmp_path: Path) -> Path:
    """A sound backup of the program's city, a small one on SQLite."""
    shutil.copytree(sound / "data", tmp_path / "data")
    return Path(shutil.copy2(sound / "sound.tar", tmp_path))


def _flip(file: Path, find: bytes) -> None:
    data = bytearray(file.read_bytes())
    place = data.index(find)
    data[place] ^= 1
    file.write_bytes(data)


def _cut(file: Path) -> None:
    with file.open("r+b") as stream:
        stream.truncate(file.stat().st_size // 2)


def _rewrite(file: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> None:
    """Write the tar anew with members changed."""
    import io

    with tarfile.open(file) as old:
        members = [(info.name, old.extractfile(info).read()) for info in old]  # type: ignore[union-attr]
    with tarfile.open(file, "w") as new:
        for name, data in members:
            kept = change(name, data)
            if kept is not None:
                info = tarfile.TarInfo(kept[0])
                info.size = len(kept[1])
                new.addfile(info, io.BytesIO(kept[1]))


BROKEN: dict[str, Callable[[Path], None]] = {
    "a bit of a stored file": lambda file: _flip(file, b"Inhalt 1"),
    "a bit of the database": lambda file: _flip(file, b"thing.made"),
    "cut in half": _cut,
    "no manifest": lambda file: _rewrite(file, lambda n, d: None if n == "manifest.json" else (n, d)),
    "a stored file left out": lambda file: _rewrite(
        file, lambda n, d: None if n.startswith("blobs/") else (n, d)
    ),
    "a name that leads out": lambda file: _rewrite(
        file, lambda n, d: ("../../evil" if n == "database.sqlite3" else n, d)
    ),
    "a manifest that fits a changed database": lambda file: _forge(file),
    "not a tar": lambda file: file.write_bytes(b"nothing of the kind" * 100) and None,
    "an empty file": lambda file: file.write_bytes(b"") and None,
    "a manifest of another format": lambda file: _rewrite(
        file, lambda n, d: (n, d.replace(b'"format": 1', b'"format": 9')) if n == "manifest.json" else (n, d)
    ),
}


def _forge(file: Path) -> None:
    """Change the database and its hash in the manifest, as somebody would who has no key."""
    import hashlib

    with tarfile.open(file) as tar:
        data = tar.extractfile("database.sqlite3").read()  # type: ignore[union-attr]
    changed = data.replace(b"thing.made", b"thing.fake")
    old, new = (hashlib.sha512(value).hexdigest().encode() for value in (data, changed))

    def change(name: str, content: bytes) -> tuple[str, bytes]:
        if name == "database.sqlite3":
            return name, changed
        return name, content.replace(old, new) if name == "manifest.json" else content

    _rewrite(file, change)


@pytest.mark.parametrize("damage", sorted(BROKEN))
def test_a_broken_backup_is_refused_before_anything_is_touched(
    program: Program, backup: Path, tmp_path: Path, damage: str
) -> None:
    BROKEN[damage](backup)
    target = program.at(tmp_path / "target")
    done = target("restore", "--json", str(backup), expect=4)
    assert json.loads(done.stdout)["error"]
    assert list((tmp_path / "target").iterdir()) == []
    assert not (tmp_path.parent / "evil").exists()
    assert "Traceback" not in done.stderr


def test_a_backup_for_another_engine_is_refused(
    program: Program, backup: Path, make_database: Callable[[], str]
) -> None:
    done = program("restore", str(backup), expect=3, DATABASE_URL=make_database())
    assert "sqlite" in done.stderr


def test_a_damaged_store_makes_no_backup(program: Program, backup: Path, tmp_path: Path) -> None:
    stored = [path for path in (tmp_path / "data").rglob("*") if path.is_file() and len(path.name) == 128]
    os.chmod(stored[0], 0o600)
    stored[0].write_bytes(b"something else")
    done = program("backup", str(tmp_path / "second.tar"), expect=4)
    assert "verändert" in done.stderr
    assert not (tmp_path / "second.tar").exists()
    assert list(tmp_path.glob("*.unfertig")) == []


def test_a_backup_that_cannot_be_written_says_so(program: Program, backup: Path, tmp_path: Path) -> None:
    done = program("backup", str(tmp_path / "nowhere" / "b.tar"), expect=5)
    assert "lässt sich nicht schreiben" in done.stderr
    assert ".sicherung-" not in done.stderr and "Rechte" in done.stderr
    assert "missing.tar" in program("restore", str(tmp_path / "missing.tar"), expect=5).stderr


def test_a_demo_takes_its_key_along(small_city: Program, tmp_path: Path) -> None:
    program, key = small_city, tmp_path / "data" / "secret.key"
    write(program, 2)
    key.write_text(program.env.pop("LEINEWEBER_SECRET_KEY"))
    key.chmod(0o600)
    program("backup", str(tmp_path / "demo.tar"))
    other = program.at(tmp_path / "other")
    other("restore", str(tmp_path / "demo.tar"))
    assert (tmp_path / "other" / "secret.key").read_bytes() == key.read_bytes()
    assert json.loads(other("audit", "verify", "--json").stdout)["sound"]
