"""What the command line says, refuses and returns."""

from __future__ import annotations

import json
import re
import stat
import subprocess
from pathlib import Path

import pytest

from leineweber.config import language
from leineweber.config.commands import COMMANDS

from .conftest import KEY, Program


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LC_ALL": "de_DE.UTF-8", "LANG": "en_GB.UTF-8"}, "de"),
        ({"LC_MESSAGES": "en_US.UTF-8", "LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "de"),
        ({"LC_ALL": "POSIX"}, "de"),
        ({}, "de"),
    ],
)
def test_language_follows_the_locale(environment: dict[str, str], expected: str) -> None:
    assert language.detect(environment) == expected


def test_help_is_german_or_english(program: Program) -> None:
    german = program("--help", LANG="de_DE.UTF-8").stdout
    english = program("--help", LANG="en_GB.UTF-8").stdout
    assert "Aufruf:" in german
    assert "Rückgabe: 0 erledigt" in german
    assert "usage:" in english
    assert "Exit status: 0 done" in english
    for name in COMMANDS:
        assert re.search(rf"^ {{4}}{name}\s", german, re.MULTILINE)
        assert re.search(rf"^ {{4}}{name}\s", english, re.MULTILINE)


def test_every_command_explains_itself_in_both_languages(program: Program) -> None:
    for name in COMMANDS:
        german = program(name, "--help", LANG="de_DE.UTF-8").stdout
        english = program(name, "--help", LANG="en_GB.UTF-8").stdout
        assert "diese Hilfe zeigen" in german
        assert "show this help message" in english
        assert german != english


def test_wrong_usage_gives_two_and_says_so_in_the_language(program: Program) -> None:
    assert "gibt es nicht" in program("weben", expect=2, LANG="de_DE.UTF-8").stderr
    assert "es fehlt" in program("backup", expect=2, LANG="de_DE.UTF-8").stderr
    assert "required" in program("backup", expect=2, LANG="en_GB.UTF-8").stderr
    assert "Aufruf" in program(expect=2).stdout


def test_no_command_writes_where_it_is_not_asked_to(program: Program, tmp_path: Path) -> None:
    program("doctor", expect=1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["web", "worker"])
class TestRefusals:
    def test_without_a_secret_key(self, small_city: Program, command: str) -> None:
        small_city.env.pop("LEINEWEBER_SECRET_KEY")
        done = small_city(command, expect=3)
        assert "LEINEWEBER_SECRET_KEY fehlt" in done.stderr
        assert "openssl rand" in done.stderr

    def test_with_a_short_secret_key(self, small_city: Program, command: str) -> None:
        assert "kürzer als" in small_city(command, expect=3, LEINEWEBER_SECRET_KEY="kurz").stderr

    def test_with_debug(self, small_city: Program, command: str) -> None:
        assert "LEINEWEBER_DEBUG" in small_city(command, expect=3, LEINEWEBER_DEBUG="1").stderr

    def test_on_a_database_that_is_behind(self, program: Program, command: str, tmp_path: Path) -> None:
        (tmp_path / "data").mkdir()
        assert "leineweber migrate" in program(command, expect=3).stderr

    def test_with_the_demo_city(self, small_city: Program, command: str) -> None:
        # The mark that `demo load` leaves, without the rest of the city: it alone is what is looked for.
        mark = small_city.python(
            "from leineweber.config.operations.demo import DEMO\n"
            "from leineweber.kernel.access import Actor\n"
            "from leineweber.kernel.transaction import act\n"
            "with act(Actor.system(), 'demo.loaded', DEMO): pass\n"
        )
        assert mark.wait(60) == 0, mark.stderr.read() if mark.stderr else ""
        assert "Demodaten" in small_city(command, expect=3).stderr
        doctor = json.loads(small_city("doctor", "--json", expect=1).stdout)
        states = {check["key"]: check["state"] for check in doctor["checks"]}
        assert states["configuration.demo"] == "error"


def test_a_database_url_that_cannot_be_read_is_refused(program: Program) -> None:
    assert "postgres://" in program("migrate", "--database", "mysql://x/y", expect=3).stderr


def test_a_database_that_does_not_answer_is_named(program: Program) -> None:
    done = program("migrate", "--database", "postgres://nobody@127.0.0.1:1/none", expect=5)
    assert "antwortet nicht" in done.stderr


def test_a_later_database_is_refused(small_city: Program) -> None:
    later = small_city.python(
        "from django.db import connection\n"
        "from django.db.migrations.recorder import MigrationRecorder\n"
        "MigrationRecorder(connection).record_applied('audit', '9999_from_the_future')\n"
    )
    assert later.wait(60) == 0
    assert "neueren Fassung" in small_city("web", expect=3).stderr


def test_the_demo_listens_on_this_machine_only(program: Program, tmp_path: Path) -> None:
    for host in ("0.0.0.0", "192.0.2.1", "::", "stadt.example"):
        assert "nur auf diesem Rechner" in program("start", "--host", host, expect=3).stderr
    assert not (tmp_path / "data").exists()


def test_a_taken_port_is_refused(program: Program) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = program("start", "--port", str(taken.getsockname()[1]), expect=3)
    assert "--port" in done.stderr


def test_demo_data_does_not_go_into_a_real_city(small_city: Program) -> None:
    assert "echte Stadt" in small_city("demo", "load", expect=3).stderr


# What `start` would load into a database; a city that has worked leaves at least one entry.
ENTRY = """
from uuid import uuid4
from leineweber.kernel.access import Actor
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
with act(Actor.system(), "thing.made", Ref("thing", uuid4())): pass
"""


def loopback_port() -> str:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def test_the_demo_does_not_start_with_the_key_of_a_city(program: Program, tmp_path: Path) -> None:
    done = program("start", "--port", loopback_port(), expect=3)
    assert "echte Stadt" in done.stderr and "LEINEWEBER_DEMO" in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", [("start",), ("demo", "load")])
def test_the_demo_is_not_loaded_where_a_city_has_worked(city: Program, command: tuple[str, ...]) -> None:
    # Without the key and with the wish for a demo: whoever forgets which database this is.
    entry = city.python(ENTRY)
    assert entry.wait(60) == 0
    city.env.pop("LEINEWEBER_SECRET_KEY")
    port = ("--port", loopback_port()) if command == ("start",) else ()
    done = city(*command, *port, expect=3, LEINEWEBER_DEMO="1")
    assert "arbeitet schon eine Stadt" in done.stderr
    assert "--data" in done.stderr
    states = {
        check["key"]: check["state"]
        for check in json.loads(city("doctor", "--json", expect=None, LEINEWEBER_SECRET_KEY=KEY).stdout)[
            "checks"
        ]
    }
    assert states["configuration.demo"] == "ok"


def test_web_does_not_show_a_demo_to_others(small_city: Program) -> None:
    for host in ("0.0.0.0", "::"):
        done = small_city("web", "--host", host, expect=3, LEINEWEBER_DEMO="1")
        assert "nur auf diesem Rechner" in done.stderr


def test_a_demo_keeps_its_key_to_itself(program: Program, tmp_path: Path) -> None:
    program.env.pop("LEINEWEBER_SECRET_KEY")
    assert "ist geladen" in program("demo", "load").stdout
    assert "war schon geladen" in program("demo", "load").stdout
    key = tmp_path / "data" / "secret.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_text()) >= 64
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    # Production never takes up the demo's key by itself.
    assert "LEINEWEBER_SECRET_KEY fehlt" in program("worker", expect=3).stderr


def test_migrate_twice_finds_nothing_to_do(small_city: Program) -> None:
    assert small_city("migrate").stdout.strip() == "Die Datenbank ist auf dem Stand des Programms."


def test_audit_verify_finds_a_row_changed_behind_the_programs_back(city: Program) -> None:
    write = city.python(
        "from uuid import uuid4\n"
        "from leineweber.kernel.access import Actor\n"
        "from leineweber.kernel.refs import Ref\n"
        "from leineweber.kernel.transaction import act\n"
        "for _ in range(3):\n"
        "    with act(Actor.system(), 'thing.made', Ref('thing', uuid4())): pass\n"
    )
    assert write.wait(60) == 0
    report = json.loads(city("audit", "verify", "--json").stdout)
    assert report["sound"]
    assert report["entries"] == 3
    assert json.loads(city("audit", "verify", "--json", "--noted", report["newest_seal"]).stdout)["sound"]
    done = city("audit", "verify", "--noted", "0" * 64, expect=1)
    assert "notierte Siegel" in done.stdout and report["newest_seal"] in done.stdout
    # With the key of another, no seal fits any more.
    done = city("audit", "verify", "--json", expect=1, LEINEWEBER_SECRET_KEY=KEY[::-1])
    assert len(json.loads(done.stdout)["findings"]) >= 3


def test_doctor_names_a_remedy_for_every_error(program: Program) -> None:
    report = json.loads(
        program("doctor", "--json", expect=1, LEINEWEBER_SECRET_KEY="", LEINEWEBER_DEBUG="1").stdout
    )
    errors = {check["key"]: check for check in report["checks"] if check["state"] == "error"}
    assert {"database", "configuration.secret", "configuration.debug", "configuration.data"} <= errors.keys()
    assert all(check["remedy"] for check in errors.values())


def test_doctor_says_how_to_mend_a_configuration_that_cannot_be_read(program: Program) -> None:
    report = json.loads(program("doctor", "--json", "--database", "mysql://x/y", expect=1).stdout)
    assert report["state"] == "error"
    (check,) = report["checks"]
    assert "postgres://" in check["message"] and "doctor" not in check["remedy"]
    said = program("doctor", "--database", "mysql://x/y", expect=1).stdout
    assert "1 Prüfung, 1 Fehler, 0 Hinweise." in said


def test_figures_come_as_json_wherever_there_are_some(program: Program) -> None:
    program.env.pop("LEINEWEBER_SECRET_KEY")
    program.env["LEINEWEBER_DEMO"] = "1"
    assert "audit.0001_initial" in json.loads(program("migrate", "--json").stdout)["applied"]
    assert json.loads(program("migrate", "--json").stdout) == {"applied": []}
    for name in ("pages", "submissions"):
        german = program("bench", name, "--help", LANG="de_DE.UTF-8").stdout
        english = program("bench", name, "--help", LANG="en_GB.UTF-8").stdout
        assert "--json" in german and "eine eigene Datenbank" in german
        assert "sonst" not in english and "Messungen" not in english


def test_doctor_is_content_with_a_city_that_is_set_up(city: Program) -> None:
    import socketserver
    import threading

    class Greeting(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 post\r\n")
            while self.rfile.readline().upper().startswith((b"EHLO", b"NOOP", b"RSET")):
                self.wfile.write(b"250 post\r\n")
            self.wfile.write(b"221 bye\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Greeting) as mail:
        threading.Thread(target=mail.serve_forever, daemon=True).start()
        done = city(
            "doctor",
            LEINEWEBER_PUBLIC_URL="https://stadt.example",
            LEINEWEBER_ALLOWED_HOSTS="stadt.example",
            LEINEWEBER_SMTP_URL=f"smtp://127.0.0.1:{mail.server_address[1]}",
        )
        mail.shutdown()
    assert "0 Fehler" in done.stdout
    assert KEY not in done.stdout


def test_doctor_says_when_the_mail_server_is_away(small_city: Program) -> None:
    report = json.loads(
        small_city("doctor", "--json", expect=1, LEINEWEBER_SMTP_URL="smtp://127.0.0.1:1").stdout
    )
    (mail,) = (check for check in report["checks"] if check["key"] == "configuration.mail")
    assert mail["state"] == "error"
    assert "antwortet nicht" in mail["message"]


def test_output_that_nobody_reads_is_no_error(program: Program) -> None:
    reader = subprocess.Popen(["true"], stdin=subprocess.PIPE)
    reader.wait()
    assert reader.stdin is not None
    done = subprocess.run(
        program.command("--help"), env=program.environment(), stdout=reader.stdin, stderr=subprocess.PIPE
    )
    assert b"Traceback" not in done.stderr


def test_the_suite_is_for_checkouts(program: Program, tmp_path: Path) -> None:
    assert "Quelltext" in program("test", expect=5, LEINEWEBER_ROOT=str(tmp_path)).stderr
    assert "Schritt" in program("test", "--only", "tanzen", expect=2).stderr
