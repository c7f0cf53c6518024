"""Rules that hold for every template of the house, and for what is committed as built."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes
from jinja2.ext import babel_extract
from jinja2.nodes import Macro

from leineweber.kernel.ui.jinja import environment as jinja_environment

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "src" / "leineweber"
UI = PACKAGE / "kernel" / "ui"
TEMPLATES = sorted(PACKAGE.glob("*/*/templates/**/*.html"))
CATALOGUES = sorted(PACKAGE.glob("*/*/locale/*/LC_MESSAGES"))
FORBIDDEN = {
    "an inline style": re.compile(r"""<[^>]*\sstyle\s*=""", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.I),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "an htmx handler": re.compile(r"\bhx-on|\bhx-vals\s*=\s*[\"']js:", re.I),
    "another server": re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:)?//""", re.I),
    "unescaped output": re.compile(r"\|\s*safe\b|{%-?\s*autoescape\s+false"),
}


def _vendor() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vendor", ROOT / "scripts" / "vendor.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_that_the_security_policy_forbids(path: Path) -> None:
    source = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.S)
    found = [name for name, pattern in FORBIDDEN.items() if pattern.search(source)]
    assert not found


def test_the_scan_would_find_them() -> None:
    samples = {
        "an inline style": '<p class="x" style="color:red">',
        "a style element": "<style>",
        "an inline script": "<script>alert(1)</script>",
        "an event handler": '<a onclick="x()">',
        "an htmx handler": '<a hx-on:click="x()">',
        "another server": '<img src="https://example.org/x.png">',
        "unescaped output": "{{ text | safe }}",
    }
    assert {name for name, pattern in FORBIDDEN.items() if pattern.search(samples[name])} == FORBIDDEN.keys()
    assert TEMPLATES


def test_style_sheet_is_what_the_sources_give() -> None:
    assert (UI / "static/ui/leineweber.css").read_text() == _vendor().built()


def test_vendored_files_are_those_that_were_checked() -> None:
    for folder in (UI / "static/vendor", ROOT / "tests/assets"):
        manifest = json.loads((folder / "manifest.json").read_text())
        listed = {path: digest for package in manifest.values() for path, digest in package["files"].items()}
        assert all(package["licence"] for package in manifest.values())
        present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {
            "manifest.json"
        }
        assert present == listed.keys()
        for path, digest in listed.items():
            assert hashlib.sha256((folder / path).read_bytes()).hexdigest() == digest, path


def test_every_word_of_the_room_is_in_the_english_catalogue() -> None:
    with (UI / "locale/en/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file)
    missing: list[str] = []
    for path in sorted(UI.glob("templates/ui/*.html")):
        if path.name.startswith("gallery"):
            continue
        with path.open("rb") as file:
            for _, _, messages, _ in babel_extract(
                file, ("_", "gettext", "ngettext"), [], {"trim_blocks": "true"}
            ):
                key = messages[0] if isinstance(messages, tuple) else messages
                message = catalogue.get(key) if key else None
                if key and (message is None or not message.string or message.fuzzy):
                    missing.append(f"{path.name}: {key}")
    assert not missing


@pytest.mark.parametrize("theme", sorted(UI.glob("static/ui/theme-*.css")), ids=lambda path: path.name)
def test_a_theme_is_ten_lines_at_most(theme: Path) -> None:
    declarations = [line for line in theme.read_text().splitlines() if line.strip().startswith("--")]
    assert 0 < len(declarations) <= 10


def _key(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def _text(message: object) -> object:
    return tuple(message) if isinstance(message, list) else message


@pytest.mark.parametrize("folder", CATALOGUES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_compiled_catalogue_is_that_of_the_source(folder: Path) -> None:
    with (folder / "django.po").open("rb") as file:
        source = {_key(message.id): _text(message.string) for message in read_po(file) if message.id}
    with (folder / "django.mo").open("rb") as file:
        compiled = {_key(message.id): _text(message.string) for message in read_mo(file) if message.id}
    assert source == compiled


def _macros(environment: Environment) -> dict[str, dict[str, Macro]]:
    return {
        f"ui/{name}.html": {
            macro.name: macro
            for macro in environment.parse((UI / f"templates/ui/{name}.html").read_text()).find_all(
                nodes.Macro
            )
        }
        for name in ("components", "forms")
    }


def _misfits(tree: nodes.Template, macros: dict[str, dict[str, Macro]]) -> list[str]:
    """Say which imports do not exist and which calls do not fit the macro they call."""
    known: dict[str, Macro] = {}
    wrong: list[str] = []
    for imported in tree.find_all(nodes.FromImport):
        source = macros.get(imported.template.value) if isinstance(imported.template, nodes.Const) else None
        for name in imported.names if source is not None else ():
            own, shown = name if isinstance(name, tuple) else (name, name)
            if own in source:
                known[shown] = source[own]
            else:
                wrong.append(f"line {imported.lineno}: there is no {own}")
    for call in tree.find_all(nodes.Call):
        macro = known.get(call.node.name) if isinstance(call.node, nodes.Name) else None
        if macro is None:
            continue
        names = [argument.name for argument in macro.args]
        given = names[: len(call.args)] + [keyword.key for keyword in call.kwargs]
        open_ended = any(node.name == "kwargs" for node in macro.find_all(nodes.Name))
        required = names[: len(names) - len(macro.defaults)]
        if len(call.args) > len(names) or len(set(given)) < len(given):
            wrong.append(f"line {call.lineno}: {macro.name} gets an argument twice or too many")
        if not open_ended and not set(given) <= set(names):
            wrong.append(f"line {call.lineno}: {macro.name} takes no {sorted(set(given) - set(names))}")
        if not call.dyn_kwargs and not call.dyn_args and not set(required) <= set(given):
            wrong.append(f"line {call.lineno}: {macro.name} needs {sorted(set(required) - set(given))}")
    return wrong


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_components_are_called_as_they_are_written(path: Path) -> None:
    environment = jinja_environment()
    assert _misfits(environment.parse(path.read_text()), _macros(environment)) == []


def test_a_call_that_does_not_fit_would_be_found() -> None:
    environment = jinja_environment()
    source = '{% from "ui/components.html" import alert, nothing %}{{ alert("info", titel="x") }}'
    assert len(_misfits(environment.parse(source), _macros(environment))) == 3
