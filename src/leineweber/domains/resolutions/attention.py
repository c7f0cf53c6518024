"""What needs somebody: papers that wait for a decision, follow-ups whose day comes or has passed."""

from __future__ import annotations

from datetime import timedelta

from leineweber.domains.resolutions import rules
from leineweber.domains.resolutions.queries.papers import waiting_for
from leineweber.domains.resolutions.queries.resolutions import follow_ups_due
from leineweber.kernel import attention, clock
from leineweber.kernel.access import Actor
from leineweber.kernel.attention import Matter
from leineweber.kernel.refs import Ref
from leineweber.kernel.ui.jinja import date_de

AHEAD = timedelta(days=7)


def _matters(actor: Actor, limit: int) -> list[Matter]:
    if actor.kind != "staff":
        return []
    today = clock.today()
    found = [
        Matter(
            Ref("follow_up", row.id),
            "exception" if row.due < today else "deadline",
            f"{row.resolution.number}: {row.text}",
            f"/steuerung/beschluesse/{row.resolution_id}/#wv-{row.id}",
            row.due,
            row.post.unit.path,
            f"{row.post.title}, {row.post.unit}: {rules.due_words(row.due, today)}.",
        )
        for row in follow_ups_due(actor, today + AHEAD, limit)
    ]
    found += [
        Matter(
            Ref("decision_paper", paper.id),
            "decision",
            f"{paper.number} {paper.title}",
            f"/steuerung/vorlagen/{paper.id}/",
            None,
            paper.unit_path,
            f"Wartet seit dem {date_de(paper.cleared_at)} auf eine Entscheidung: {paper.body.name}."
            if paper.body
            else "Wartet auf eine Entscheidung.",
        )
        for paper in waiting_for(actor, limit)
    ]
    return found[:limit]


attention.register("resolutions", _matters)
