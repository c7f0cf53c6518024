"""Half-year reports: drafts, freezing, and that nothing changes what is frozen, whoever tries by whatever means."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from domains.reports.conftest import COURSES, DOUBLE, City, Freeze, write
from leineweber.domains.reports import attention as own_attention
from leineweber.domains.reports import queries, rules, services
from leineweber.domains.reports.models import FrozenReport, ReportDraft
from leineweber.domains.reports.services import DraftChanged, ReportError
from leineweber.kernel import attention, links, storage
from leineweber.kernel.access import Actor, Denied
from leineweber.kernel.audit.queries import entries_of
from leineweber.kernel.audit.services import verify
from leineweber.kernel.indicators.services import figures, steering
from leineweber.kernel.refs import Ref
from pdf_checks import faults

pytestmark = pytest.mark.django_db


def test_a_report_holds_what_was_so_then(filled: Actor, goals: dict[UUID, str], freeze: Freeze) -> None:
    report = freeze(2026, 1, outlook="Im Herbst geht es online.")
    content = queries.content_of(report)
    told = {figure["key"]: figure for figure in content["figures"]}
    assert (told[COURSES]["value"], told[COURSES]["on"], told[COURSES]["manual"]) == (
        "12",
        "2026-06-30",
        True,
    )
    assert (told[DOUBLE]["value"], told[DOUBLE]["before"]) == ("24", None)
    assert told["applications.registrations"]["value"] is None, "it was not measured then"
    assert [goal["title"] for goal in content["goals"]] == list(goals.values())
    assert content["goals"][0]["facts"] == [["Stand", "61 von 258"]]
    figures.enter(
        filled, COURSES, on=date(2026, 6, 30), value=Decimal(99), source="x", reason="Irrtum", revision=1
    )
    assert queries.content_of(report) == content
    assert [(kind, ref.kind) for kind, ref in links.targets(Ref("report", report.id))] == [
        ("tells", "goal")
    ] * 2
    assert not ReportDraft.objects.exists()


def test_the_seal_is_over_the_very_bytes(filled: Actor, freeze: Freeze) -> None:
    report = freeze(2026, 1)
    assert report.sha512 == hashlib.sha512(report.content.encode()).hexdigest()
    again = json.dumps(json.loads(report.content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert again == report.content, "the text is canonical"
    (entry,) = entries_of(Ref("report", report.id))
    assert entry.detail["sha512"] == report.sha512
    assert queries.findings(report) == [] and not verify().findings


def attempts(report: FrozenReport) -> dict[str, Any]:
    """All ways to change, replace or remove a row that the engines know."""
    table = FrozenReport._meta.db_table
    changed = FrozenReport.objects.get(id=report.id)
    changed.title = "Schöner"
    key = report.id.hex if connection.vendor == "sqlite" else str(report.id)
    found: dict[str, Any] = {
        "save": changed.save,
        "update": lambda: FrozenReport.objects.update(title="Schöner"),
        "bulk_update": lambda: FrozenReport.objects.bulk_update([changed], ["title"]),
        "delete": changed.delete,
        "delete all": lambda: FrozenReport.objects.all().delete(),
        "raw delete": lambda: FrozenReport.objects.all()._raw_delete("default"),
        "same id again": lambda: FrozenReport.objects.bulk_create([changed]),
        "upsert": lambda: FrozenReport.objects.bulk_create(
            [changed], update_conflicts=True, update_fields=["title"], unique_fields=["id"]
        ),
    }
    statements = [
        f"UPDATE {table} SET title = 'Schöner'",
        f"UPDATE {table} SET content = content",
        f"UPDATE {table} SET sha512 = 'x' WHERE id = '{key}'",
        f"DELETE FROM {table}",
        f"DELETE FROM {table} WHERE id = '{key}'",
    ]
    if connection.vendor == "sqlite":
        columns = [field.column for field in FrozenReport._meta.fields]
        other = ", ".join("'Schöner'" if column == "title" else column for column in columns)
        moved = ", ".join(
            "'00000000000000000000000000000000'" if column == "id" else column for column in columns
        )
        statements += [
            f"INSERT OR REPLACE INTO {table} SELECT {other} FROM {table}",
            f"REPLACE INTO {table} SELECT {moved} FROM {table}",
            f"UPDATE OR REPLACE {table} SET title = 'Schöner'",
            f"INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT (id) DO UPDATE SET title = 'Schöner'",
        ]
    else:
        statements += [
            f"TRUNCATE {table}",
            f"TRUNCATE {table} CASCADE",
            f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET title = 'Schöner'",
            f"MERGE INTO {table} AS t USING (SELECT 1) AS s ON true WHEN MATCHED THEN DELETE",
        ]
    for statement in statements:
        found[statement] = lambda statement=statement: connection.cursor().execute(statement)
    return found


def test_a_frozen_report_never_changes(filled: Actor, freeze: Freeze) -> None:
    report = freeze(2026, 1)
    before = FrozenReport.objects.values().get()
    for name, attempt in attempts(report).items():
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
            pytest.fail(f"{name} was let through")
        assert FrozenReport.objects.values().get() == before, name
    assert queries.findings(FrozenReport.objects.get()) == []


def test_what_is_changed_with_the_triggers_taken_away_is_found(filled: Actor, freeze: Freeze) -> None:
    report = freeze(2026, 1)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER reports_frozenreport_no_update")
        else:
            cursor.execute("ALTER TABLE reports_frozenreport DISABLE TRIGGER USER")
    content = report.content.replace('"12"', '"13"', 1)
    FrozenReport.objects.update(content=content)
    assert queries.findings(FrozenReport.objects.get()) == ["Der Inhalt passt nicht zu seinem Siegel."]
    FrozenReport.objects.update(sha512=rules.seal(content))
    assert queries.findings(FrozenReport.objects.get()) == ["Das Siegel passt nicht zum Protokoll."]
    FrozenReport.objects.update(content=report.content, sha512=report.sha512, pdf_sha512="0" * 128)
    assert queries.findings(FrozenReport.objects.get()) == [
        "Das Siegel passt nicht zum Protokoll.",
        "Die PDF-Datei fehlt oder wurde verändert.",
    ]


def test_the_pdf_is_for_every_reader(filled: Actor, goals: dict[UUID, str], freeze: Freeze) -> None:
    with time_machine.travel("2026-06-20T12:00:00+02:00"):
        steering.override(
            filled, COURSES, light="red", reason="Zwei Kursräume sind gesperrt.", until=date(2026, 7, 9)
        )
    pdf = storage.read(freeze(2026, 1, risks="Erstens.\n\nZweitens.").pdf_sha512)
    assert faults(pdf) == []


def test_an_empty_report_can_be_set(keeper: Actor) -> None:
    draft = services.begin(keeper, year=2026, half=1)
    draft = services.write(
        keeper, draft.id, title="Leer", texts={"summary": "Nichts."}, figures=[], goals=[], version=1
    )
    report = services.freeze(keeper, draft.id, version=draft.version)
    assert faults(storage.read(report.pdf_sha512)) == []


def test_a_mistake_is_mended_by_a_further_edition(filled: Actor, freeze: Freeze) -> None:
    first, second = freeze(2026, 1), freeze(2026, 1, summary="Es ging schneller voran.")
    assert (first.edition, second.edition) == (1, 2)
    assert [queries.label_of(row) for row in queries.reports().rows] == [
        "1. Halbjahr 2026, 2. Fassung",
        "1. Halbjahr 2026",
    ]


def test_drafts(city: City, filled: Actor) -> None:
    for who in ("jasper.", "insa.", "rieke."):
        with pytest.raises(Denied):
            services.begin(city.actor(who), year=2026, half=1)
    draft = services.begin(filled, year=2026, half=2)
    with pytest.raises(ReportError, match="schon einen Entwurf"):
        services.begin(filled, year=2026, half=2)
    with pytest.raises(ReportError, match=r"01\.01\.2027"):
        services.begin(filled, year=2027, half=1)
    with pytest.raises(ReportError, match="2000 bis 2100"):
        services.begin(filled, year=1887, half=1)
    written = write(filled, draft)
    with pytest.raises(DraftChanged):
        write(filled, draft)
    with pytest.raises(DraftChanged):
        services.freeze(filled, draft.id, version=draft.version)
    with pytest.raises(ReportError, match=r"endet am 31\.12\.2026"):
        services.freeze(filled, written.id, version=written.version)
    assert services.discard(filled, draft.id) and not services.discard(filled, draft.id)
    with pytest.raises(DraftChanged):
        write(filled, written)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"texts": {"outlook": "x" * 10_001}}, "outlook"),
        ({"figures": ["gibt.es.nicht"]}, "figures"),
        ({"goals": ["goal:unsinn"]}, "goals"),
        ({"goals": ["case:01900000-0000-7000-8000-000000000000"]}, "goals"),
        ({"goals": ["goal:01900000-0000-7000-8000-000000000000"]}, "goals"),
    ],
)
def test_what_cannot_be_written(keeper: Actor, changes: dict[str, Any], field: str) -> None:
    draft = services.begin(keeper, year=2026, half=1)
    told: dict[str, Any] = {"title": "x", "texts": {}, "figures": [], "goals": [], "version": 1} | changes
    with pytest.raises(ReportError) as caught:
        services.write(keeper, draft.id, **told)
    assert caught.value.field == field


def test_without_a_summary_nothing_is_frozen(keeper: Actor) -> None:
    draft = services.begin(keeper, year=2026, half=1)
    with pytest.raises(ReportError, match="Zusammenfassung"):
        services.freeze(keeper, draft.id, version=1)
    assert not FrozenReport.objects.exists()


def test_two_reports_beside_each_other(filled: Actor, freeze: Freeze) -> None:
    first, second = (queries.content_of(freeze(year, half)) for year, half in ((2025, 2), (2026, 1)))
    changes = {change.key: change for change in rules.compare(first, second)}
    assert (changes[COURSES].first, changes[COURSES].second, changes[COURSES].difference) == (None, 12, None)
    (change,) = rules.compare({"figures": []}, {"figures": [second["figures"][0]]})
    assert change.first is None and change.first_light == ""
    same = {change.key: change.difference for change in rules.compare(second, second)}
    assert same[COURSES] == 0


def test_numbers_in_a_report_are_texts() -> None:
    with pytest.raises(TypeError):
        rules.canonical({"a": 1.5})
    with pytest.raises(TypeError):
        rules.canonical({1: "a"})
    assert rules.canonical({"b": [True, None, 3], "a": "ä"}) == '{"a":"ä","b":[true,null,3]}'


def test_half_years() -> None:
    assert rules.period(2026, 1) == (date(2026, 1, 1), date(2026, 6, 30))
    assert rules.half_of(date(2026, 7, 1)) == (2026, 2) and rules.before(2026, 1) == (2025, 2)
    for wrong in ((2026, 3), (1999, 1)):
        with pytest.raises(ValueError, match="half-year"):
            rules.period(*wrong)


def test_reports_are_things_others_can_show(city: City, filled: Actor, freeze: Freeze) -> None:
    report = freeze(2026, 1)
    ref = Ref("report", report.id)
    insa, martha = city.actor("insa."), city.actor("martha.")
    assert links.resolve([ref], insa)[ref].title == "Halbjahresbericht 1. Halbjahr 2026"
    brief = links.brief(ref, insa)
    assert brief is not None and brief.summary == "Es ging voran."
    assert links.resolve([ref], martha) == {} and links.brief(ref, martha) is None


def test_what_needs_somebody(city: City, filled: Actor, django_assert_max_num_queries: Any) -> None:
    steering.override(
        filled, COURSES, light="red", reason="Zwei Kursräume sind gesperrt.", until=date(2026, 12, 1)
    )
    figures.define_manual(
        filled,
        slug="leer",
        label="Ohne Wert",
        unit="Anzahl",
        direction="up",
        definition="Nichts.",
        source="Liste",
        owner="Amt",
        refresh_days=10,
    )
    with django_assert_max_num_queries(4):
        found = own_attention.matters(filled, 20)
    assert [(one.title, one.due) for one in found] == [
        ("Wert fehlt: Ohne Wert", date(2026, 11, 23)),
        ("Gesetzte Ampel läuft aus: Digitale Kurse", date(2026, 12, 1)),
    ]
    assert not [one for one in attention.matters(city.actor("jasper.")) if one.subject.kind == "indicator"]
