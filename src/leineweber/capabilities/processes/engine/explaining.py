"""Why a table decided as it did: what is kept with the decision, so that later versions of the table do not change it.

The explanation is plain data (JSON with the tags of `values`): every table on the way with its inputs, the rules
that led to the result, their conditions as written and their annotations by the name of their column.
"""

from __future__ import annotations

from typing import Any

from leineweber.kernel import decisions as dmn
from leineweber.kernel import expressions as feel
from leineweber.kernel.decisions.sheets import Sheet, WrittenDecision, WrittenModel

from . import values


def _kept(value: Any) -> Any:
    """Return a value as it can be kept; what is no data (a duration, a range) as its text."""
    try:
        return values.pack(value)
    except TypeError:
        return feel.literal(feel.into(value))


def _rule(fired: dmn.Fired, sheet: Sheet | None) -> dict[str, Any]:
    rule = next((one for one in sheet.rules if one.number == fired.number), None) if sheet else None
    names = sheet.notes if sheet else ()
    return {
        "number": fired.number,
        "conditions": list(rule.tests) if rule else [],
        "notes": [
            {"name": names[place] if place < len(names) else "", "text": text}
            for place, text in enumerate(fired.annotations)
            if text
        ],
        "description": fired.description,
    }


def _table(result: dmn.TableResult, written: WrittenDecision | None) -> dict[str, Any]:
    sheets = written.tables if written else ()
    sheet = next((one for one in sheets if one.id == result.table), None)
    return {
        "decision": result.decision,
        "question": written.question if written else "",
        "hit_policy": sheet.hit_policy if sheet else "",
        "inputs": [{"label": label, "value": _kept(value)} for label, value in result.inputs],
        "rules": [_rule(one, sheet) for one in result.fired],
        "value": _kept(result.value),
    }


def explain(decision: str, result: dmn.Result, model: WrittenModel) -> dict[str, Any]:
    """Return how a decision came about, as it is kept: required decisions first, the decision itself last."""
    by_name = {one.name: one for one in model.decisions}
    return {
        "decision": decision,
        "value": _kept(result.value),
        "tables": [_table(one, by_name.get(one.decision)) for one in result.tables],
        "diagnoses": [one.message_de for one in result.diagnoses],
    }
