"""`feel EXPR`: the value of an expression, as FEEL and as JSON."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from leineweber.config.commands.base import BROKEN, DONE, MISSING, REFUSED, Failure, add_json
from leineweber.config.language import say

if TYPE_CHECKING:
    from leineweber.kernel.expressions import Diagnosis


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the parser."""
    summary = say("berechnet einen FEEL-Ausdruck", "evaluate a FEEL expression")
    parser = commands.add_parser("feel", help=summary, description=summary)
    parser.add_argument(
        "expression", metavar=say("AUSDRUCK", "EXPR"), help=say("der Ausdruck", "the expression")
    )
    parser.add_argument(
        "--context",
        type=Path,
        metavar=say("DATEI.json", "FILE.json"),
        help=say("JSON-Objekt mit den Werten der Namen", "JSON object with the values of the names"),
    )
    add_json(parser)
    parser.set_defaults(run=run)


def engine() -> ModuleType:
    """Return the room of expressions. Raises Failure if the bounds in the environment cannot be read."""
    try:
        return import_module("leineweber.kernel.expressions")
    except ValueError as error:
        raise Failure(
            REFUSED,
            say(f"Die Konfiguration ist nicht lesbar: {error}", f"The configuration cannot be read: {error}"),
        ) from error


def read_object(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file, its values FEEL's own.

    Raises:
        Failure: there is no such file, or no JSON object in it.
    """
    expressions = engine()
    try:
        value = expressions.read_json(read_file(path).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Failure(BROKEN, say(f"{path}: kein Text in UTF-8.", f"{path}: not a text in UTF-8.")) from error
    except expressions.Fault as fault:
        raise Failure(BROKEN, f"{path}: {say(fault.de, fault.en)}") from fault
    if not isinstance(value, dict):
        raise Failure(
            BROKEN, say(f"{path}: kein JSON-Objekt {{…}}.", f"{path}: this is no JSON object {{…}}.")
        )
    return value


def read_file(path: Path) -> bytes:
    """Return what a file holds. Raises Failure if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Failure(
            MISSING,
            say(
                f"{path} lässt sich nicht lesen: {error.strerror}.",
                f"{path} cannot be read: {error.strerror}.",
            ),
        ) from error


def shown(diagnoses: Iterable[Diagnosis]) -> list[dict[str, object]]:
    """Return diagnoses for JSON."""
    return [
        {"line": one.line, "column": one.column, "de": one.message_de, "en": one.message_en}
        for one in diagnoses
    ]


def tell(diagnoses: Iterable[Diagnosis]) -> None:
    """Print diagnoses beside the output, in the language in use."""
    for one in diagnoses:
        print(
            say(
                f"Zeile {one.line}, Spalte {one.column}: {one.message_de}",
                f"Line {one.line}, column {one.column}: {one.message_en}",
            ),
            file=sys.stderr,
        )


def run(options: argparse.Namespace) -> int:
    """Evaluate; exit status 4 for a text that is not FEEL or uses a name that is not given."""
    expressions = engine()
    values = read_object(options.context) if options.context else {}
    try:
        expression = expressions.compile(
            options.expression, names=values.keys(), members=_keys(values) | values.keys()
        )
    except expressions.FeelError as error:
        where = expressions.Diagnosis(error.line, error.column, error.message_de, error.message_en)
        if options.json:
            print(expressions.json_text({"value": None, "error": True, "diagnoses": shown([where])}, 2))
        else:
            tell([where])
        return BROKEN
    bounds = expressions.Run()
    value, text, as_json = None, "null", "null"
    try:
        value = expression.run(values, bounds)
        as_json, text = expressions.json_text(value), expressions.literal(value, source=True)
    except expressions.Fault as fault:
        bounds.note((1, 1), fault)
        value = None
    diagnoses = bounds.diagnoses or []
    if options.json:
        answer = {
            "value": value,
            "feel": text,
            "type": expressions.kind(value),
            "diagnoses": shown(diagnoses),
        }
        print(expressions.json_text(answer, 2))
    else:
        print(f"FEEL  {text}")
        print(f"JSON  {as_json}")
        tell(diagnoses)
    return DONE


def _keys(value: object) -> set[str]:
    """Return the keys of all contexts within a value."""
    found: set[str] = set()
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            found |= one.keys()
            stack.extend(one.values())
        elif isinstance(one, list):
            stack.extend(one)
    return found
