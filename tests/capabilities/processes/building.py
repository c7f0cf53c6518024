"""Building small processes and actors for the tests of this room."""

from __future__ import annotations

import textwrap
from pathlib import Path
from uuid import UUID

from leineweber.kernel import ids
from leineweber.kernel.access import Actor, Grant

ROOT = Path(__file__).resolve().parents[3]
UNIT = "/d5/150/150.4/"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
OPEN = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:lw="urn:leineweber:bpmn:1.0" '
    'targetNamespace="urn:test">'
)
ACTIONS = ("ask", "draft_notice", "draft_refusal", "deliver_notice", "close", "withdraw")


def bpmn(body: str, before: str = "", variables: str = "", identifier: str = "p") -> bytes:
    """Return a BPMN file with one executable process; line 1 is the head, the body begins in line 4."""
    declared = f' lw:variables="{variables}"' if variables else ""
    process = f'<process id="{identifier}" isExecutable="true"{declared}>'
    return "\n".join(
        [HEAD, OPEN + before, process, textwrap.dedent(body).strip(), "</process></definitions>"]
    ).encode()


def flow(source: str, target: str, condition: str = "", identifier: str = "") -> str:
    """Return a sequence flow."""
    name = identifier or f"{source}_{target}"
    inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def user(identifier: str, role: str = "r", **attributes: str) -> str:
    """Return a user task."""
    more = "".join(f' lw:{name}="{value}"' for name, value in attributes.items())
    return f'<userTask id="{identifier}" lw:role="{role}"{more}/>'


def staff(label: str, role: str, unit: str = UNIT, person: UUID | None = None, **options: UUID) -> Actor:
    """Return somebody of the staff with one role in one unit."""
    post = options.pop("post_id", None) or ids.new_id()
    grant = Grant(role, unit, post, options.get("deputising_for"))
    return Actor("staff", person or ids.new_id(), label, (grant,))
