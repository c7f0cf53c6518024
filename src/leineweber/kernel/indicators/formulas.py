"""Formulas over figures in FEEL: checked when they are saved, evaluated with readings. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from leineweber.kernel import expressions
from leineweber.kernel.expressions import FeelError

MOST_INPUTS = 8
LONGEST = 1000
PLACES = Decimal("0.0001")
LARGEST = Decimal(10) ** 16
_NAME = re.compile(r"[^\W\d_][\w ]{0,58}[^\W ]|[^\W\d_]\Z")


class FormulaError(ValueError):
    """A formula that cannot be saved; the message is German and, for the expression, names line and column.

    `field` tells where it belongs: `expression` or `inputs`.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Result:
    """What a formula gives: the value, None if there is none, and then why, in German."""

    value: Decimal | None
    why: str = ""


def kept(value: Decimal) -> Decimal | None:
    """Return a value as it is kept, with four places; None if it is no finite number below ten to the sixteenth."""
    if not value.is_finite() or abs(value) >= LARGEST:
        return None
    return value.quantize(PLACES)


def check(expression: str, inputs: Mapping[str, str]) -> None:
    """Look at a formula before it is saved. `inputs` maps the names it uses to the keys of figures.

    Raises:
        FormulaError: no FEEL, a name that is not declared or not used, too long, or no name at all.
    """
    if not 1 <= len(inputs) <= MOST_INPUTS:
        raise FormulaError(
            "inputs", f"Nennen Sie eine bis {MOST_INPUTS} Kennzahlen, mit denen gerechnet wird."
        )
    for name in inputs:
        if not _NAME.fullmatch(name) or not _is_name(name):
            raise FormulaError(
                "inputs",
                f"„{name}“ geht nicht als Name in einer Formel. Nehmen Sie Buchstaben, Ziffern und Leerzeichen; "
                "am Anfang steht ein Buchstabe.",
            )
    if not expression.strip():
        raise FormulaError("expression", "Geben Sie die Formel ein, zum Beispiel: Meldungen / Bedarf * 100")
    if len(expression) > LONGEST:
        raise FormulaError("expression", f"Kürzen Sie die Formel auf höchstens {LONGEST} Zeichen.")
    try:
        compiled = expressions.compile(expression, names=list(inputs))
    except FeelError as error:
        raise FormulaError("expression", str(error)) from error
    unused = [name for name in inputs if name not in compiled.names]
    if unused:
        raise FormulaError(
            "expression",
            f"Der Name „{unused[0]}“ kommt in der Formel nicht vor. Nehmen Sie ihn weg oder verwenden Sie ihn.",
        )


def _is_name(name: str) -> bool:
    """Tell whether FEEL reads a text as that one name, and not as a keyword or an operation."""
    try:
        return expressions.compile(name, names=[name]).names == {name}
    except FeelError:
        return False


def evaluate(expression: str, inputs: Mapping[str, str], values: Mapping[str, Decimal | None]) -> Result:
    """Evaluate a formula with the values of figures by key. Nothing raises; what gives no number has a reason."""
    missing = [name for name, key in inputs.items() if values.get(key) is None]
    if missing:
        return Result(None, f"Zu „{missing[0]}“ gibt es keinen Wert.")
    try:
        compiled = expressions.compile(expression, names=list(inputs))
    except FeelError as error:
        return Result(None, str(error))
    outcome = compiled.evaluate_with_diagnosis({name: values[key] for name, key in inputs.items()})
    if isinstance(outcome.value, Decimal):
        value = kept(outcome.value)
        return Result(value, "" if value is not None else "Das Ergebnis ist zu groß.")
    if outcome.value is None and outcome.diagnoses:
        return Result(None, str(outcome.diagnoses[0]))
    return Result(None, "Die Formel ergibt keine Zahl.")
