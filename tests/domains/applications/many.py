"""Cases by the thousand, written straight into the tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from leineweber.domains.applications import rules
from leineweber.domains.applications.models import Application, Case, Procedure
from leineweber.kernel import ids
from leineweber.people.organisation.rules import fold

START = datetime(2026, 9, 1, 8, tzinfo=UTC)


def fill(procedure: Procedure, rows: Iterable[dict[str, Any]]) -> list[Case]:
    """Keep a case for every row; what a row does not say has a plain value."""
    applications, cases = [], []
    for number, row in enumerate(rows):
        moment = START + timedelta(minutes=number)
        if "opened_on" in row:
            moment = datetime.combine(row["opened_on"], time(9), UTC)
        reference = ids.new_reference("WH")
        application = Application(
            reference=reference,
            procedure=procedure,
            answers={},
            channel=row.get("channel", "online"),
            submitted_at=moment,
            account_id=row.pop("account_id", None),
        )
        values = {
            "procedure_key": procedure.key,
            "scope": procedure.scope,
            "applicant": f"Name{number:05}, Ida",
            "identity_seal": f"{number:064}",
            "channel": "online",
            "opened_on": moment.date(),
            "opened_at": moment,
            **row,
        }
        values.setdefault("sort_name", fold(values["applicant"]))
        values.setdefault("spoken_name", fold(rules.spoken(values["applicant"])))
        applications.append(application)
        cases.append(Case(application=application, reference=reference, **values))
    Application.objects.bulk_create(applications, batch_size=500)
    Case.objects.bulk_create(cases, batch_size=500)
    return cases
