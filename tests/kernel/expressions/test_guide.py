"""The guide for package authors: every example is run, and every function stands in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leineweber.kernel import expressions as feel
from leineweber.kernel.expressions import Fault, Run
from leineweber.kernel.expressions.library import BUILTINS

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "feel.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\|.*\| `([^`]+)` \| `([^`]+)` \|$", GUIDE, re.MULTILINE)


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_an_example_gives_what_the_guide_says(text: str, expected: str) -> None:
    try:
        value = feel.compile(text, names=()).run({}, Run())
    except Fault:
        value = None
    assert feel.literal(value, source=True) == expected


def test_every_row_with_an_example_is_run() -> None:
    rows = [line for line in GUIDE.splitlines() if line.startswith("|")]
    heads = [line for line in rows if line.startswith("|---")]
    assert len(EXAMPLES) == len(rows) - 2 * len(heads)


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_every_function_has_its_row(name: str) -> None:
    signatures = re.findall(rf"^\| `{re.escape(name)}\(([^`]*)\)` \|", GUIDE, re.MULTILINE)
    assert signatures, f"docs/feel.md lacks {name}()"
    assert any(f"{name}(" in text for text, _ in EXAMPLES)
