"""Backup and restore: one tar file with database, stored files and a manifest of SHA-512 hashes.

The database is taken in one consistent state while the program goes on working: SQLite by its online backup,
PostgreSQL by COPY of every table in one repeatable-read transaction (no pg_dump of the right version needed).
Stored files are named by their content and never change, so they are copied after the database: every file that
the state names is there. The manifest is the last member; a file cut short has none and is refused.

The secret key is not in the backup (except that of a demo). The manifest carries a seal made with the key, so a
backup changed by somebody without the key is found out.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from leineweber.config.operations.configuration import secret_key
from leineweber.config.operations.schema import state
from leineweber.kernel import clock, crypto, storage

FORMAT = 1
CHUNK = 1 << 20
DATABASE = "database.sqlite3"
MANIFEST = "manifest.json"
SEAL = "manifest.seal"
SECRET = "secret.key"  # noqa: S105  # the name of a file
_TABLE = re.compile(r"tables/([a-z0-9_]{1,63})\.copy\Z")
_BLOB = re.compile(r"blobs/[0-9a-f]{2}/([0-9a-f]{128})\Z")


class BrokenBackup(Exception):
    """The file is no backup, is cut short, or was changed. The text says what was found, in German."""


class NotRestorable(Exception):
    """The backup is sound but does not fit here. The text says why, in German."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the backup: size in bytes and SHA-512."""

    size: int
    sha512: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    format: int
    program: str
    created: str
    engine: str
    key: str
    migrations: tuple[str, ...]
    members: dict[str, Member]

    @property
    def files(self) -> int:
        """How many stored files it holds."""
        return sum(name.startswith("blobs/") for name in self.members)

    @property
    def size(self) -> int:
        """Bytes of all members together."""
        return sum(member.size for member in self.members.values())

    def to_bytes(self) -> bytes:
        """Return the manifest as JSON with sorted keys."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Read a manifest.

        Raises:
            BrokenBackup: it is not one, or of another format.
        """
        try:
            values = json.loads(data)
            if values["format"] != FORMAT:
                raise BrokenBackup(f"Das Format {values['format']} kennt diese Fassung des Programms nicht.")
            members = {str(name): Member(**member) for name, member in values.pop("members").items()}
            migrations = tuple(values.pop("migrations"))
            return cls(**values, migrations=migrations, members=members)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BrokenBackup("Das Verzeichnis der Sicherung ist nicht lesbar.") from error


def key_fingerprint() -> str:
    """Return a short mark of the secret key in use; it tells two keys apart and nothing about them."""
    return crypto.mac("backup.key", b"")[:16] if secret_key() else ""


class _Writer:
    """Adds members to a tar file and notes their hashes."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: dict[str, Member] = {}

    def add(self, name: str, source: IO[bytes], size: int) -> Member:
        """Add what can be read from `source` under a name."""
        reader = _Hashing(source)
        info = tarfile.TarInfo(name)
        info.size = size
        info.mode = 0o600
        info.mtime = int(clock.now().timestamp())
        self._tar.addfile(info, reader)
        member = self.members[name] = Member(size, reader.hexdigest())
        return member

    def add_file(self, name: str, path: Path) -> Member:
        """Add a file."""
        with path.open("rb") as source:
            return self.add(name, source, path.stat().st_size)


class _Hashing(io.RawIOBase):
    """Reads through to another file and computes SHA-512 on the way."""

    def __init__(self, source: IO[bytes]) -> None:
        super().__init__()
        self._source = source
        self._hash = hashlib.sha512()

    def readable(self) -> bool:
        """Reading is what it is for."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read and hash."""
        data = self._source.read(size)
        self._hash.update(data)
        return data

    def hexdigest(self) -> str:
        """Return the hash of what was read."""
        return self._hash.hexdigest()


def create(file: Path) -> Manifest:
    """Write a backup of database and stored files; the program may go on working meanwhile.

    The file appears under its name only when it is whole; a file of that name is replaced.

    Raises:
        OSError: it cannot be written.
        BrokenBackup: a stored file is missing or was changed on disk.
    """
    part = file.with_name(f"{file.name}.unfertig")
    with tempfile.TemporaryDirectory(prefix=".sicherung-", dir=file.parent) as scratch:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(handle, "wb") as stream:
                with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
                    manifest = _fill(tar, Path(scratch))
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    directory = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return manifest


def _fill(tar: tarfile.TarFile, scratch: Path) -> Manifest:
    writer = _Writer(tar)
    created = clock.now()
    if connection.vendor == "sqlite":
        hashes, migrations = _snapshot_sqlite(writer, scratch)
    else:
        hashes, migrations = _snapshot_postgresql(writer, scratch)
    for sha512 in hashes:
        try:
            with storage.open(sha512) as source:
                size = source.seek(0, os.SEEK_END)
                source.seek(0)
                found = writer.add(f"blobs/{sha512[:2]}/{sha512}", source, size)
        except storage.StorageError as error:
            raise BrokenBackup(str(error)) from error
        if found.sha512 != sha512:
            raise BrokenBackup(f"Die abgelegte Datei {sha512[:16]}… wurde auf dem Speicher verändert.")
    key_file = settings.DATA_DIR / SECRET
    if settings.LEINEWEBER_DEMO and key_file.is_file():
        writer.add_file(SECRET, key_file)
    manifest = Manifest(
        FORMAT,
        version("leineweber"),
        created.isoformat(),
        connection.vendor,
        key_fingerprint(),
        migrations,
        writer.members,
    )
    data = manifest.to_bytes()
    seal = crypto.mac("backup.manifest", data).encode() if manifest.key else b""
    _Writer(tar).add(SEAL, io.BytesIO(seal), len(seal))
    _Writer(tar).add(MANIFEST, io.BytesIO(data), len(data))
    return manifest


_HASHES = "SELECT sha512 FROM storage_blob ORDER BY sha512"
_MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY app, name"


def _snapshot_sqlite(writer: _Writer, scratch: Path) -> tuple[list[str], tuple[str, ...]]:
    copy = scratch / DATABASE
    source = sqlite3.connect(connection.settings_dict["NAME"], timeout=30)
    target = sqlite3.connect(copy)
    try:
        # One step holds one read transaction: writers go on, and the copy is of one moment.
        source.backup(target, pages=-1)
        target.execute("PRAGMA journal_mode=DELETE")
        verdict = target.execute("PRAGMA quick_check").fetchone()[0]
        if verdict != "ok":
            raise BrokenBackup(f"Die Datenbank ist beschädigt: {verdict}")
        hashes = [row[0] for row in target.execute(_HASHES)]
        migrations = tuple(f"{app}.{name}" for app, name in target.execute(_MIGRATIONS))
    finally:
        target.close()
        source.close()
    writer.add_file(DATABASE, copy)
    return hashes, migrations


@contextmanager
def _postgresql() -> Iterator[Any]:
    """A psycopg connection of its own, outside of Django's handling of transactions."""
    own = connections["default"].copy()
    try:
        own.ensure_connection()
        own.connection.autocommit = False
        yield own.connection
    finally:
        own.close()


def _tables(cursor: Any) -> dict[str, list[str]]:
    """Return every table with the columns that are written (not computed by the database)."""
    cursor.execute(
        "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c "
        "JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace "
        "AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' GROUP BY c.relname ORDER BY c.relname"
    )
    return dict(cursor.fetchall())


def _columns(names: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _snapshot_postgresql(writer: _Writer, scratch: Path) -> tuple[list[str], tuple[str, ...]]:
    with _postgresql() as own, own.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table, columns in _tables(cursor).items():
            path = scratch / "table.copy"
            statement = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(
                _columns(columns), sql.Identifier(table)
            )
            with path.open("wb") as out, cursor.copy(statement) as rows:
                out.write(json.dumps(columns).encode() + b"\n")
                for row in rows:
                    out.write(row)
            writer.add_file(f"tables/{table}.copy", path)
        cursor.execute(_HASHES)
        hashes = [row[0] for row in cursor.fetchall()]
        cursor.execute(_MIGRATIONS)
        migrations = tuple(f"{app}.{name}" for app, name in cursor.fetchall())
    return hashes, migrations


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha512()
    while data := stream.read(CHUNK):
        digest.update(data)
    return digest.hexdigest()


def verify(file: Path) -> Manifest:
    """Read a backup from end to end and compare every hash.

    Raises:
        BrokenBackup: what is wrong with it.
    """
    found: dict[str, Member] = {}
    manifest_bytes = seal = b""
    try:
        with tarfile.open(file, "r:") as tar:
            for info in tar:
                if not info.isfile() or info.name in found:
                    raise BrokenBackup(f"Unerwarteter Inhalt: {info.name[:100]}")
                stream = tar.extractfile(info)
                assert stream is not None  # a regular file has contents
                if info.name in {MANIFEST, SEAL}:
                    data = stream.read()
                    manifest_bytes, seal = (data, seal) if info.name == MANIFEST else (manifest_bytes, data)
                    continue
                found[info.name] = Member(info.size, _digest(stream))
    except (tarfile.TarError, EOFError) as error:
        raise BrokenBackup(f"Die Datei ist keine vollständige Sicherung: {error}") from error
    if not manifest_bytes:
        raise BrokenBackup("Die Sicherung ist abgeschnitten: Ihr Verzeichnis fehlt.")
    manifest = Manifest.from_bytes(manifest_bytes)
    if found != manifest.members:
        names = sorted(
            name
            for name in found.keys() | manifest.members.keys()
            if found.get(name) != manifest.members.get(name)
        )
        raise BrokenBackup(f"Verändert oder fehlend: {', '.join(names[:5])}{' …' if len(names) > 5 else ''}")
    for name, member in manifest.members.items():
        blob = _BLOB.match(name)
        if not (
            name in {DATABASE, SECRET} or _TABLE.match(name) or (blob and blob.group(1) == member.sha512)
        ):
            raise BrokenBackup(f"Unerwarteter Inhalt: {name[:100]}")
    if (
        manifest.key
        and manifest.key == key_fingerprint()
        and not crypto.same(seal.decode("ascii", "replace"), crypto.mac("backup.manifest", manifest_bytes))
    ):
        raise BrokenBackup("Das Siegel passt nicht: Die Sicherung wurde nachträglich verändert.")
    return manifest


def target_is_empty() -> bool:
    """Tell whether there is nothing here that a restore would replace."""
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        return not database.exists() or database.stat().st_size == 0
    return not connection.introspection.table_names()


def restore(file: Path, *, force: bool = False) -> Manifest:
    """Verify a backup, then put it in place of what is here, and bring it to the program's state.

    With `force`, a database that is here is replaced: on SQLite it is kept beside as `…vor-<time>`, on
    PostgreSQL its tables are dropped. Stored files are added; none is removed.

    Raises:
        BrokenBackup: the backup is not sound; nothing was changed.
        NotRestorable: it does not fit here, or something is here and `force` is not set; nothing was changed.
    """
    manifest = verify(file)
    if manifest.engine != connection.vendor:
        raise NotRestorable(
            f"Die Sicherung ist von {manifest.engine}, die Datenbank hier ist {connection.vendor}."
        )
    known = {f"{app}.{name}" for app, name in MigrationExecutor(None).loader.disk_migrations}
    later = [name for name in manifest.migrations if name not in known]
    if later:
        raise NotRestorable(
            f"Die Sicherung ist von einer anderen Fassung des Programms (unbekannt: {later[0]})."
        )
    if manifest.key != key_fingerprint() and SECRET not in manifest.members and not force:
        raise NotRestorable(
            "Die Sicherung entstand mit einem anderen LEINEWEBER_SECRET_KEY; Siegel und Anmeldungen passten nicht."
        )
    if not force and not target_is_empty():
        raise NotRestorable("Hier ist schon eine Datenbank; ohne --force wird nichts überschrieben.")
    _refuse_while_running()
    with tarfile.open(file, "r:") as tar:
        for info in tar:
            if _BLOB.match(info.name):
                stream = tar.extractfile(info)
                assert stream is not None  # verified above
                storage.put_file(cast(BinaryIO, stream), "")
        if manifest.engine == "sqlite":
            _restore_sqlite(tar)
        else:
            _restore_postgresql(tar, manifest)
        if SECRET in manifest.members:
            _restore_secret(tar)
    if state().pending:
        call_command("migrate", interactive=False, verbosity=0)
    return manifest


def _refuse_while_running() -> None:
    """Refuse while anybody else is connected: a restore under a running program would be half of each.

    Raises:
        NotRestorable: the program is running on this database.
    """
    message = "Das Programm läuft noch auf dieser Datenbank. Bitte web, worker und start zuerst beenden."
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        if not database.exists():
            return
        connections.close_all()
        probe = sqlite3.connect(database, timeout=1, isolation_level=None)
        try:
            # Leaving WAL mode needs the database for oneself alone.
            if probe.execute("PRAGMA journal_mode=DELETE").fetchone()[0] != "delete":
                raise NotRestorable(message)
        except sqlite3.OperationalError as error:
            raise NotRestorable(message) from error
        except sqlite3.DatabaseError:
            return  # what is here is no database; with force it goes
        finally:
            probe.close()
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
        if cursor.fetchone()[0]:
            raise NotRestorable(message)


def _restore_sqlite(tar: tarfile.TarFile) -> None:
    connections.close_all()
    database = Path(connection.settings_dict["NAME"])
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = database.with_name(f"{database.name}.unfertig")
    _extract(tar, DATABASE, part)
    if database.exists():
        stamp = f"{clock.local(clock.now()):%Y%m%d-%H%M%S}"
        database.replace(database.with_name(f"{database.name}.vor-{stamp}"))
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    part.replace(database)


def _restore_secret(tar: tarfile.TarFile) -> None:
    target = settings.DATA_DIR / SECRET
    _extract(tar, SECRET, target.with_name(f"{SECRET}.unfertig"))
    target.with_name(f"{SECRET}.unfertig").replace(target)


def _extract(tar: tarfile.TarFile, name: str, target: Path) -> None:
    stream = tar.extractfile(name)
    assert stream is not None  # verified before
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        shutil.copyfileobj(stream, out, CHUNK)
        out.flush()
        os.fsync(out.fileno())


def _restore_postgresql(tar: tarfile.TarFile, manifest: Manifest) -> None:
    with connection.cursor() as cursor:
        present = connection.introspection.table_names(cursor)
        if present:
            names = sql.SQL(", ").join(map(sql.Identifier, present))
            cursor.execute(sql.SQL("DROP TABLE {} CASCADE").format(names))
    executor = MigrationExecutor(connection)
    wanted = {_key(name) for name in manifest.migrations}
    graph = executor.loader.graph
    # Replaced (squashed) migrations are in the record too, but not in the graph.
    targets = [
        key
        for key in wanted
        if key in graph.nodes and not any(child in wanted for child in _children(graph, key))
    ]
    executor.migrate(targets)
    with _postgresql() as own, own.cursor() as cursor:
        tables = _tables(cursor)
        _each(cursor, tables, "ALTER TABLE {} DISABLE TRIGGER USER")
        names = sql.SQL(", ").join(map(sql.Identifier, tables))
        cursor.execute(sql.SQL("TRUNCATE {}").format(names))
        for info in tar:
            match = _TABLE.match(info.name)
            if match:
                _copy_in(cursor, match.group(1), tar.extractfile(info))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _each(cursor, tables, "ALTER TABLE {} ENABLE TRIGGER USER")
        _reset_sequences(cursor)
        own.commit()


def _key(name: str) -> tuple[str, str]:
    app, _, migration = name.partition(".")
    return app, migration


def _children(graph: Any, key: tuple[str, str]) -> set[tuple[str, str]]:
    return {child.key for child in graph.node_map[key].children if child.key[0] == key[0]}


def _each(cursor: Any, tables: dict[str, list[str]], statement: str) -> None:
    for table in tables:
        cursor.execute(sql.SQL(statement).format(sql.Identifier(table)))


def _copy_in(cursor: Any, table: str, stream: IO[bytes] | None) -> None:
    assert stream is not None  # verified before
    columns = json.loads(stream.readline())
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _columns(columns))
    with cursor.copy(statement) as rows:
        while data := stream.read(CHUNK):
            rows.write(data)


def _reset_sequences(cursor: Any) -> None:
    cursor.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND (is_identity = 'YES' OR column_default LIKE 'nextval(%')"
    )
    for table, column in cursor.fetchall():
        cursor.execute(
            sql.SQL(
                "SELECT setval(pg_get_serial_sequence({}, {}), COALESCE(max({}), 0) + 1, false) FROM {}"
            ).format(
                sql.Literal(f'"{table}"'), sql.Literal(column), sql.Identifier(column), sql.Identifier(table)
            )
        )
