"""`dmn run MODEL` and `dmn tck DIR`: ask a decision model, and run test cases in the layout of DMN's kit."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leineweber.config.commands.base import BROKEN, DONE, FOUND, MISSING, Failure, add_json, print_json
from leineweber.config.commands.feel import engine, read_file, read_object, shown, tell
from leineweber.config.language import say

if TYPE_CHECKING:
    from leineweber.kernel.decisions import Model


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the parsers."""
    summary = say(
        "wertet Entscheidungsmodelle aus und prüft die Norm", "evaluate decision models, check conformance"
    )
    parser = commands.add_parser("dmn", help=summary, description=summary)
    actions = parser.add_subparsers(dest="action", required=True, metavar="run|tck")
    text = say("wertet ein Modell für eine Eingabe aus", "evaluate a model for an input")
    entry = actions.add_parser("run", help=text, description=text)
    entry.add_argument(
        "model",
        type=Path,
        metavar=say("MODELL.dmn", "MODEL.dmn"),
        help=say(
            "das Modell; was es einbindet, liegt daneben", "the model; what it imports lies in its folder"
        ),
    )
    entry.add_argument(
        "--input",
        type=Path,
        metavar=say("DATEI.json", "FILE.json"),
        help=say("JSON-Objekt mit den Eingaben des Modells", "JSON object with the model's inputs"),
    )
    entry.add_argument(
        "--decision",
        metavar="NAME",
        help=say(
            "nur diese Entscheidung (auch ein Entscheidungsdienst); sonst alle",
            "this decision only (or a decision service); else all",
        ),
    )
    add_json(entry)
    entry.set_defaults(run=run)
    text = say(
        "führt Prüffälle im Aufbau des DMN TCK aus (compliance-level-*/*/*.dmn mit *-test-*.xml)",
        "run test cases in the layout of the DMN TCK (compliance-level-*/*/*.dmn with *-test-*.xml)",
    )
    entry = actions.add_parser("tck", help=text, description=text)
    entry.add_argument(
        "directory",
        type=Path,
        metavar=say("ORDNER", "DIR"),
        help=say("Ordner der Prüffälle", "directory of the cases"),
    )
    add_json(entry)
    entry.set_defaults(run=tck)


def run(options: argparse.Namespace) -> int:
    """Evaluate; exit status 4 for a model with a mistake or a decision that it does not hold."""
    engine()
    from leineweber.kernel import decisions

    read_file(options.model)
    inputs = read_object(options.input) if options.input else {}
    try:
        model = decisions.Folder.of(options.model.parent).model(options.model.name)
        names = [options.decision] if options.decision else model.decisions
        inputs = decisions.fitted(model, inputs)
        answers = [_answer(model, name, inputs) for name in names]
    except decisions.DecisionError as error:
        if options.json:
            place = {"line": error.line, "column": error.column}
            print_json({"error": place | {"de": error.message_de, "en": error.message_en}})
        else:
            where = say(f"Zeile {error.line}", f"line {error.line}")
            if error.column:
                where += say(f", Spalte {error.column}", f", column {error.column}")
            reason = say(error.message_de, error.message_en)
            print(f"{options.model.name}, {where}: {reason}", file=sys.stderr)
        return BROKEN
    if options.json:
        from leineweber.kernel.expressions import json_text

        shape = answers[0] if options.decision else {"model": model.name, "decisions": answers}
        print(json_text(_plain(shape), 2))
        return DONE
    for answer in answers:
        print(answer["decision"])
        print(f"  FEEL  {answer['feel']}")
        print(f"  JSON  {answer['json']}")
        for table in answer["tables"]:
            rules = ", ".join(str(rule["number"]) for rule in table["rules"]) or say("keine", "none")
            print(f"  {say('Regeln', 'rules')}  {table['decision']}: {rules}")
        tell(answer["diagnoses"])
    return DONE


def _answer(model: Model, name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    from leineweber.kernel import expressions

    bounds = expressions.Run()
    value, evaluation = model.ask(name, inputs, bounds)
    try:
        as_json, text = expressions.json_text(value), expressions.literal(value, source=True)
    except expressions.Fault as fault:
        bounds.note((1, 1), fault)
        value, as_json, text = None, "null", "null"
    tables = [
        {
            "decision": table.decision,
            "table": table.table,
            "inputs": {label: expressions.into(item) for label, item in table.inputs},
            "rules": [{"id": rule.rule, "number": rule.number} for rule in table.fired],
        }
        for table in evaluation.tables
    ]
    return {
        "decision": model.find(name).name,
        "value": value,
        "feel": text,
        "json": as_json,
        "tables": tables,
        "diagnoses": bounds.diagnoses or [],
    }


def _plain(shape: dict[str, Any]) -> dict[str, Any]:
    """Return answers as they are printed in JSON."""
    if "decisions" in shape:
        return shape | {"decisions": [_plain(answer) for answer in shape["decisions"]]}
    kept = {key: item for key, item in shape.items() if key != "json"}
    return kept | {"diagnoses": shown(shape["diagnoses"])}


def tck(options: argparse.Namespace) -> int:
    """Run the cases; exit status 1 if any failed or broke, 5 if there are none."""
    engine()
    from leineweber.kernel.decisions import conformance

    report = conformance.run(options.directory)
    if not (report.passed or report.failing):
        raise Failure(
            MISSING,
            say(
                f"In {options.directory} liegen keine Prüffälle (compliance-level-*/*/*-test-*.xml).",
                f"There are no cases in {options.directory} (compliance-level-*/*/*-test-*.xml).",
            ),
        )
    if options.json:
        print_json(
            {
                "passed": report.passed,
                "failed": report.failed,
                "errors": report.errors,
                "failing": [key for key, _ in report.failing],
                "reasons": dict(report.failing),
                "levels": {
                    name: {"passed": level.passed, "failed": level.failed, "errors": level.errors}
                    for name, level in report.levels.items()
                },
            }
        )
    else:
        for key, reason in report.failing:
            print(f"{key}: {reason}")
        for name, level in report.levels.items():
            total = level.passed + level.failed + level.errors
            print(say(f"{name}: {level.passed} von {total}", f"{name}: {level.passed} of {total}"))
        print(
            say(
                f"{report.passed} bestanden, {report.failed} falsch, {report.errors} fehlerhaft.",
                f"{report.passed} passed, {report.failed} failed, {report.errors} errors.",
            )
        )
    return FOUND if report.failing else DONE
