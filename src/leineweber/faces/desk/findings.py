"""What the analysis of a decision table found, in sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from leineweber.faces.desk.tryout import PREFIX, test_in_words, typed
from leineweber.kernel.decisions.analysis import Analysis, Skipped
from leineweber.kernel.decisions.sheets import Sheet

PAGE_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Note:
    """A finding: what kind (`word`, with the colour and sign of `kind`), the sentence, and an address to try it."""

    kind: str
    word: str
    text: str
    query: str = ""


def _where(sheet: Sheet, cells: Sequence[str | None]) -> str:
    """Return the inputs of a finding: `Alter ab 18 und unter 20; Deutsch ja`; columns with any value are left out."""
    parts = [
        f"{column.label}: {test_in_words(cell)}"
        for column, cell in zip(sheet.inputs, cells, strict=True)
        if cell is not None
    ]
    return "; ".join(parts) or "bei jeder Eingabe"


def _query(sheet: Sheet, example: Sequence[object], inputs: Mapping[str, str]) -> str:
    """Return the parameters that try an example out; empty if a column is more than an input."""
    if not all(column.expression in inputs for column in sheet.inputs):
        return ""
    return urlencode(
        {
            PREFIX + column.expression: typed(value)
            for column, value in zip(sheet.inputs, example, strict=True)
            if value is not None and inputs[column.expression] != "feel"
        }
    )


def _rules(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Regel {numbers[0]}"
    return f"Regeln {', '.join(map(str, numbers[:-1]))} und {numbers[-1]}"


def notes(sheet: Sheet, found: Analysis, inputs: Mapping[str, str]) -> list[Note]:
    """Return the findings as sentences, at most `PAGE_LIMIT` of a kind.

    Args:
        sheet: the table.
        found: its analysis.
        inputs: names of the inputs that can be tried out, and the kind of each.
    """
    return [
        *_gaps(sheet, found, inputs),
        *_collisions(sheet, found, inputs),
        *_masked(found),
        *_skipped(sheet, found),
    ]


def _gaps(sheet: Sheet, found: Analysis, inputs: Mapping[str, str]) -> Iterator[Note]:
    kind, word = ("info", "Ohne Treffer") if found.lists else ("warning", "Lücke")
    rest = "Das Ergebnis ist dann leer." if found.lists else "Die Tabelle hat dann kein Ergebnis."
    for gap in found.gaps[:PAGE_LIMIT]:
        text = f"Keine Regel trifft zu – {_where(sheet, gap.cells)}. {rest}"
        yield Note(kind, word, text, _query(sheet, gap.example, inputs))
    if len(found.gaps) > PAGE_LIMIT:
        yield Note(kind, word, f"Dazu {len(found.gaps) - PAGE_LIMIT} weitere.")


def _collisions(sheet: Sheet, found: Analysis, inputs: Mapping[str, str]) -> Iterator[Note]:
    results = {
        True: "Ihre Ergebnisse sind gleich.",
        False: "Ihre Ergebnisse sind verschieden.",
        None: "Ob ihre Ergebnisse gleich sind, steht erst bei der Entscheidung fest.",
    }
    for one in found.collisions[:PAGE_LIMIT]:
        text = f"{_rules((one.first, one.second))} treffen beide zu – {_where(sheet, one.cells)}. {results[one.same]}"
        yield Note("danger", "Widerspruch", text, _query(sheet, one.example, inputs))
    if len(found.collisions) > PAGE_LIMIT:
        yield Note("danger", "Widerspruch", f"Dazu {len(found.collisions) - PAGE_LIMIT} weitere.")


def _masked(found: Analysis) -> Iterator[Note]:
    for one in found.masked:
        if one.by:
            verb = "geht" if len(one.by) == 1 else "gehen"
            text = f"Regel {one.rule} gilt nie: Wo sie zutrifft, {verb} {_rules(one.by)} vor."
        else:
            text = f"Regel {one.rule} kann nie zutreffen."
        yield Note("warning", "Wirkungslos", text)


def _skipped(sheet: Sheet, found: Analysis) -> Iterator[Note]:
    for one in found.skipped[:PAGE_LIMIT]:
        yield Note("info", "Nicht geprüft", _place(sheet, one))
    if len(found.skipped) > PAGE_LIMIT:
        yield Note("info", "Nicht geprüft", f"Dazu {len(found.skipped) - PAGE_LIMIT} weitere Stellen.")


def _place(sheet: Sheet, one: Skipped) -> str:
    if not one.column:
        return f"Nicht vollständig geprüft, weil: {one.reason}."
    column = f"Spalte „{sheet.inputs[one.column - 1].label}“"
    if one.rule:
        column += f", Regel {one.rule}"
    return f"{column} wurde nicht geprüft, weil: {one.reason}."


def linked(sheet: Sheet, found: Analysis) -> str:
    """Return the caution about columns that depend on each other, "" if there are none."""
    if not found.linked:
        return ""
    groups = [
        " und ".join(f"„{sheet.inputs[number - 1].label}“" for number in columns) for columns in found.linked
    ]
    return (
        f"Die Spalten {'; '.join(groups)} hängen von denselben Angaben ab. Die Prüfung betrachtet jede Spalte "
        "für sich; eine gemeldete Stelle kann deshalb unmöglich sein."
    )
