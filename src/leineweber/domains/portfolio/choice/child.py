"""The solver as a process of its own: reads one question as JSON, writes one answer as JSON.

`python -m leineweber.domains.portfolio.choice.child ANSWER < QUESTION`. It imports neither Django nor the database. A
crash or a lack of memory ends this process and nothing else, and cancelling means ending it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from leineweber.domains.portfolio.choice import analysis
from leineweber.domains.portfolio.choice.model import from_json, outcome_from_json


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to a question: `step`, `inputs`, `seconds`, `gap`, after the first step `base`, and `wanted`.

    The step `all` is answered by the answers of all steps under their names; without a choice by that of the first.

    Raises:
        ValueError: an unknown step.
    """
    instance = from_json(question["inputs"])
    seconds, gap = float(question["seconds"]), float(question["gap"])
    step = question["step"]
    if step == "solve":
        return analysis.best(instance, seconds=seconds, gap=gap)
    if step == "all":
        found = {"solve": answer({**question, "step": "solve"})}
        if outcome_from_json(found["solve"]["outcome"]).found:
            asked = {**question, "base": found["solve"]["outcome"]}
            found |= {name: answer({**asked, "step": name}) for name in ("more", "front", "reasons")}
        return found
    base = outcome_from_json(question["base"])
    if step == "more":
        return analysis.sensitivity(instance, base, seconds=seconds, gap=gap)
    if step == "front":
        return analysis.front(instance, base, seconds=seconds, gap=gap)
    if step == "reasons":
        wanted = question.get("wanted") or analysis.most_wanted(instance, base, int(question["count"]))
        return analysis.reasons(instance, base, wanted, seconds=seconds, gap=gap)
    raise ValueError(f"There is no step {step!r}.")


def main() -> None:
    """Answer the question on the standard input into the file that is named as the argument."""
    found = answer(json.load(sys.stdin))
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
