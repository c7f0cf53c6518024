"""Keeping readings, figures by hand, formulas, lights: what is done once, what is refused, what stays."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from kernel.indicators.conftest import TODAY, YESTERDAY, Make
from leineweber.kernel.access import Actor, Denied
from leineweber.kernel.audit.models import Entry
from leineweber.kernel.indicators import Figure, indicator, queries, registry, tasks
from leineweber.kernel.indicators.formulas import FormulaError
from leineweber.kernel.indicators.models import DailyReading, FormulaVersion, KeptIndicator, ManualEntry
from leineweber.kernel.indicators.queries import Narrow
from leineweber.kernel.indicators.services import Changed, IndicatorError, capture, figures, steering
from leineweber.kernel.jobs.worker import run_until_idle

pytestmark = pytest.mark.django_db
D = Decimal
SYSTEM = Actor.system()
ALL = {"shop.days", "shop.days@markt", "shop.open"}


def test_a_day_is_kept_once() -> None:
    assert capture.capture(SYSTEM, YESTERDAY) == 3
    assert capture.capture(SYSTEM, YESTERDAY) == 0
    found = queries.readings(ALL, TODAY)
    assert found.keys() == ALL
    assert found["shop.days"].value == 326 and found["shop.days"].target is None
    assert found["shop.days@markt"].target == 365
    assert {one.quality for one in found.values()} == {"complete"}
    assert queries.readings(ALL, YESTERDAY - timedelta(days=1)) == {}


def test_what_is_asked_reaches_back_by_the_window(figures: dict[str, Any]) -> None:
    capture.capture(SYSTEM, YESTERDAY)
    assert [(one.start, one.end, one.procedure) for one in figures["shop.days"]] == [
        (date(2026, 1, 1), YESTERDAY, None),
        (date(2026, 1, 1), YESTERDAY, "markt"),
    ]
    assert figures["shop.open"][0].start == YESTERDAY - timedelta(days=6)


def test_every_night_and_after_days_that_were_missed() -> None:
    tasks.capture_daily()
    with time_machine.travel("2026-11-27T00:20:00+01:00", tick=False):
        tasks.capture_daily()
        tasks.capture_daily()
    days = queries.series(ALL, YESTERDAY, date(2026, 12, 31))
    assert [one.on.day for one in days["shop.days"]] == [22, 23, 24, 25, 26]
    # What was computed late of changing data is marked so; what knows no past was not made up.
    assert [one.quality for one in days["shop.days"]] == ["complete", *["estimated"] * 3, "complete"]
    assert [one.on.day for one in days["shop.open"]] == [22, 26]


def test_the_past_is_computed_by_a_job(keeper: Actor, clerk: Actor) -> None:
    with pytest.raises(Denied):
        capture.request_backfill(clerk, "shop.days", date(2026, 6, 1))
    capture.request_backfill(keeper, "shop.days", date(2026, 6, 1))
    run_until_idle()
    course = queries.series(["shop.days"], date(2026, 1, 1), TODAY)["shop.days"]
    assert len(course) == 175 and course[0].value == 152 and course[-1].on == YESTERDAY
    assert {one.quality for one in course[:-1]} == {"estimated"} and course[-1].quality == "complete"
    assert capture.backfill(SYSTEM, date(2026, 6, 1), TODAY, ["shop.days"]) == 0
    assert not queries.series(["shop.open"], date(2026, 1, 1), TODAY)["shop.open"]
    for key, start in (("shop.open", date(2026, 6, 1)), ("manual.x", date(2026, 6, 1)), ("shop.days", TODAY)):
        with pytest.raises(IndicatorError):
            capture.request_backfill(keeper, key, start)
    with pytest.raises(IndicatorError, match="fünf Jahre"):
        capture.request_backfill(keeper, "shop.days", date(2020, 1, 1))


def test_a_figure_that_fails_keeps_no_other_from_being_kept() -> None:
    @indicator("shop.broken", label="Kaputt", unit="Anzahl", direction="up", source="–")
    def broken(query: object) -> Figure:
        return Figure(D("Infinity"))

    with pytest.raises(capture.CaptureError, match=r"shop\.broken"):
        capture.capture(SYSTEM, YESTERDAY)
    assert queries.readings({*ALL, "shop.broken"}, TODAY).keys() == ALL


def test_keys_of_other_kinds_are_not_taken() -> None:
    for key in ("manual.x", "formula.x", "shop.x@y"):
        with pytest.raises(ValueError, match="kept"):
            indicator(key, label="", unit="", direction="up", source="")
    with pytest.raises(ValueError, match="policy"):
        indicator("shop.y", label="", unit="", direction="up", source="", drill=lambda query: "/")
    with pytest.raises(ValueError, match="one"):
        indicator("shop.y", label="", unit="", direction="up", source="", refresh=0)


def test_a_figure_is_outdated_when_its_day_is_too_old() -> None:
    capture.capture(SYSTEM, YESTERDAY)
    assert queries.readings(["shop.days"], TODAY)["shop.days"].quality == "complete"
    assert queries.readings(["shop.days"], TODAY + timedelta(days=1))["shop.days"].quality == "outdated"


# By hand.


def test_a_value_by_hand_and_its_correction(keeper: Actor, clerk: Actor, manual: Make) -> None:
    key = manual("kurse")
    with pytest.raises(Denied):
        figures.enter(clerk, key, on=TODAY, value=D(5), source="Liste")
    figures.enter(keeper, key, on=date(2026, 9, 30), value=D("12.5"), source="Liste")
    with pytest.raises(IndicatorError, match="Begründen"):
        figures.enter(keeper, key, on=date(2026, 9, 30), value=D(13), source="Liste", revision=1)
    with pytest.raises(Changed):
        figures.enter(keeper, key, on=date(2026, 9, 30), value=D(13), source="Liste", reason="Zählfehler")
    figures.enter(
        keeper,
        key,
        on=date(2026, 9, 30),
        value=D(13),
        source="Liste, 2. Fassung",
        quality="estimated",
        reason="Zählfehler",
        revision=1,
    )
    reading = queries.readings([key], TODAY)[key]
    assert (reading.value, reading.quality, reading.manual) == (13, "estimated", True)
    newer, older = queries.entries(key)
    assert (older.value, older.replaced, newer.replaced) == (D("12.5"), True, False)
    assert newer.reason == "Zählfehler" and newer.entered_by == "Wiebke Zwirnhagen"
    names = list(Entry.objects.order_by("id").values_list("name", flat=True))
    assert names == ["indicators.manual_defined", "indicators.value_entered", "indicators.value_entered"]


def test_what_was_typed_stays_whoever_asks_the_database(keeper: Actor, manual: Make) -> None:
    key = manual("kurse")
    figures.enter(keeper, key, on=TODAY, value=D(5), source="Liste")
    entry = ManualEntry.objects.get()
    for attempt in (
        lambda: ManualEntry.objects.update(value=6),
        lambda: ManualEntry.objects.all().delete(),
        lambda: connection.cursor().execute("UPDATE indicators_manualentry SET source = 'x'"),
        lambda: connection.cursor().execute("DELETE FROM indicators_manualentry"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert ManualEntry.objects.get().value == entry.value


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": " "}, "source"),
        ({"on": TODAY + timedelta(days=1)}, "on"),
        ({"value": D("1.00001")}, "value"),
        ({"value": D("NaN")}, "value"),
        ({"value": D(10) ** 17}, "value"),
        ({"quality": "outdated"}, "quality"),
    ],
)
def test_bad_values_are_refused(keeper: Actor, manual: Make, changes: dict[str, Any], field: str) -> None:
    key = manual("kurse")
    told: dict[str, Any] = {"on": TODAY, "value": D(5), "source": "Liste"} | changes
    with pytest.raises(IndicatorError) as caught:
        figures.enter(keeper, key, **told)
    assert caught.value.field == field
    assert not ManualEntry.objects.exists() and not DailyReading.objects.exists()


@pytest.mark.parametrize("missing", ["label", "unit", "definition", "source", "owner"])
def test_a_figure_by_hand_says_what_and_whose_it_is(manual: Make, missing: str) -> None:
    with pytest.raises(IndicatorError) as caught:
        manual("kurse", **{missing: ""})
    assert caught.value.field == missing and not KeptIndicator.objects.exists()


def test_what_is_measured_is_not_typed(keeper: Actor, manual: Make) -> None:
    capture.capture(SYSTEM, YESTERDAY)
    with pytest.raises(IndicatorError, match="nicht von Hand"):
        figures.enter(keeper, "shop.days", on=TODAY, value=D(1), source="Liste")
    with pytest.raises(IndicatorError, match="gibt es nicht"):
        figures.enter(keeper, "manual.nichts", on=TODAY, value=D(1), source="Liste")
    manual("kurse")
    with pytest.raises(IndicatorError, match="gibt es schon"):
        manual("kurse")


def test_retiring(keeper: Actor, manual: Make) -> None:
    key = manual("kurse")
    figures.enter(keeper, key, on=TODAY, value=D(5), source="Liste")
    with pytest.raises(IndicatorError, match="Begründen"):
        figures.retire(keeper, key, reason="")
    formula = save(keeper, "doppelt", {"Kurse": key}, "Kurse * 2")
    with pytest.raises(IndicatorError, match="Doppelt"):
        figures.retire(keeper, key, reason="wird nicht mehr erhoben")
    figures.retire(keeper, formula, reason="wird nicht mehr gebraucht")
    figures.retire(keeper, key, reason="wird nicht mehr erhoben")
    figures.retire(keeper, key, reason="noch einmal")
    with pytest.raises(IndicatorError, match="stillgelegt"):
        figures.enter(keeper, key, on=YESTERDAY, value=D(5), source="Liste")
    with pytest.raises(IndicatorError, match="Stilllegen"):
        figures.retire(keeper, "shop.days", reason="gefällt nicht")
    assert key not in queries.definitions() and key in queries.definitions(retired=True)
    assert queries.readings([key], TODAY)[key].value == 5, "what was kept stays"


# Formulas.


def save(keeper: Actor, slug: str, inputs: dict[str, str], expression: str, **changes: Any) -> str:
    told: dict[str, Any] = {
        "label": slug.capitalize(),
        "unit": "Prozent",
        "direction": "up",
        "definition": "Ein Verhältnis.",
        "owner": "BIE-Digital",
    } | changes
    return figures.save_formula(keeper, slug=slug, inputs=inputs, expression=expression, **told)


def test_a_formula_reads_readings(keeper: Actor, manual: Make) -> None:
    key = manual("plan")
    figures.enter(keeper, key, on=date(2026, 11, 1), value=D(400), source="Plan", quality="estimated")
    capture.backfill(SYSTEM, date(2026, 11, 1), TODAY)
    formula = save(
        keeper, "quote", {"Tag des Jahres": "shop.days", "Plan": key}, "Tag des Jahres / Plan * 100"
    )
    reading = queries.readings([formula], TODAY)[formula]
    assert (reading.value, reading.on, reading.quality, reading.manual) == (
        D("81.5"),
        YESTERDAY,
        "estimated",
        True,
    )
    course = queries.series([formula], date(2026, 11, 20), TODAY)[formula]
    assert [one.value for one in course] == [D(81), D("81.25"), D("81.5")]
    figures.enter(
        keeper, key, on=date(2026, 11, 1), value=D(200), source="Plan", reason="Plan halbiert", revision=1
    )
    assert queries.readings([formula], TODAY)[formula].value == 163, (
        "a correction is in every formula at once"
    )


def test_formulas_of_formulas(keeper: Actor, manual: Make) -> None:
    key = manual("a")
    for day, value in ((1, 2), (10, 3)):
        figures.enter(keeper, key, on=date(2026, 11, day), value=D(value), source="Liste")
    square = save(keeper, "quadrat", {"A": key}, "A * A")
    fourth = save(keeper, "vierte", {"Q": square, "A": key}, "Q * Q + A - A")
    course = queries.series([fourth], date(2026, 11, 5), TODAY)[fourth]
    assert [(one.on.day, one.value) for one in course] == [(10, 81)]
    assert [one.value for one in queries.series([fourth, square], date(2026, 1, 1), TODAY)[fourth]] == [
        16,
        81,
    ]
    assert queries.readings([fourth], date(2026, 11, 9))[fourth].value == 16


def test_what_has_no_value_says_why(keeper: Actor, manual: Make) -> None:
    one, other = manual("a"), manual("b")
    figures.enter(keeper, one, on=TODAY, value=D(1), source="Liste")
    figures.enter(keeper, other, on=TODAY, value=D(0), source="Liste")
    formula = save(keeper, "geteilt", {"A": one, "B": other}, "A / B")
    reading = queries.readings([formula], TODAY)[formula]
    assert reading.value is None and "Zeile 1" in reading.why


@pytest.mark.parametrize(
    ("inputs", "expression", "field", "message"),
    [
        ({"A": "shop.days"}, "A +", "expression", "Zeile 1, Spalte 4"),
        ({"A": "shop.days"}, "A\n + Beta", "expression", "Zeile 2, Spalte 4"),
        ({"A": "shop.days", "B": "shop.open"}, "A", "expression", "„B“ kommt in der Formel nicht vor"),
        ({"A": "shop.days"}, '"Text" + string(A)', "expression", "muss eine Zahl ergeben"),
        ({"A": "shop.days"}, " ", "expression", "Geben Sie die Formel ein"),
        ({"A": "shop.days"}, "A" + " " * 1000, "expression", "Kürzen"),
        ({"A": "nichts"}, "A", "inputs", "keine Kennzahl gewählt"),
        ({"if": "shop.days"}, "if", "inputs", "geht nicht als Name"),
        ({"1a": "shop.days"}, "1a", "inputs", "geht nicht als Name"),
        ({"A-B": "shop.days"}, "A-B", "inputs", "geht nicht als Name"),
        ({}, "1", "inputs", "eine bis 8"),
        ({"A": "formula.x"}, "A", "inputs", "würde sich selbst lesen|keine Kennzahl"),
    ],
)
def test_formulas_are_checked_when_they_are_saved(
    keeper: Actor, inputs: dict[str, str], expression: str, field: str, message: str
) -> None:
    capture.capture(SYSTEM, YESTERDAY)
    with pytest.raises(FormulaError, match=message) as caught:
        save(keeper, "x", inputs, expression)
    assert caught.value.field == field
    assert not FormulaVersion.objects.exists()


def test_circles_are_refused_and_versions_kept(keeper: Actor, clerk: Actor) -> None:
    capture.capture(SYSTEM, YESTERDAY)
    with pytest.raises(Denied):
        save(clerk, "eins", {"A": "shop.days"}, "A")
    one = save(keeper, "eins", {"A": "shop.days"}, "A")
    two = save(keeper, "zwei", {"A": one}, "A")
    with pytest.raises(FormulaError, match="Eins → Zwei → Eins"):
        save(keeper, "eins", {"A": two}, "A", version=1)
    with pytest.raises(Changed):
        save(keeper, "eins", {"A": "shop.days"}, "A + 1", version=7)
    save(keeper, "eins", {"A": "shop.days"}, "A + 1", version=1)
    assert queries.readings([two], TODAY)[two].value == 327
    assert [row.expression for row in queries.formula_versions(one)] == ["A + 1", "A"]
    with pytest.raises(IndicatorError, match="gibt es schon"):
        save(keeper, "eins", {"A": "shop.days"}, "A")
    with pytest.raises(DatabaseError), transaction.atomic():
        FormulaVersion.objects.update(expression="A + 2")


def test_a_circle_made_behind_the_programs_back_gives_no_value(keeper: Actor) -> None:
    capture.capture(SYSTEM, YESTERDAY)
    one = save(keeper, "eins", {"A": "shop.days"}, "A")
    two = save(keeper, "zwei", {"A": one}, "A")
    KeptIndicator.objects.filter(key=one).update(inputs={"A": two})
    assert queries.readings([one, two, "shop.days"], TODAY).keys() == {"shop.days"}
    assert queries.series([one], YESTERDAY, TODAY)[one] == []


# Lights.


def test_a_set_light_holds_for_its_time(keeper: Actor, clerk: Actor) -> None:
    capture.capture(SYSTEM, YESTERDAY)
    reason = "Der Umzug des Amtes verzögert die Eingänge."
    with pytest.raises(Denied):
        steering.override(clerk, "shop.days", light="yellow", reason=reason, until=TODAY)
    steering.override(keeper, "shop.days", light="yellow", reason=reason, until=TODAY + timedelta(days=7))
    standing = queries.standings(["shop.days"], TODAY)["shop.days"]
    assert (standing.light, standing.measured_light) == ("yellow", "grey")
    assert standing.override is not None and standing.override.set_by == "Wiebke Zwirnhagen"
    assert not queries.overrides(["shop.days"], TODAY - timedelta(days=1))
    assert queries.overrides(["shop.days"], TODAY + timedelta(days=7))
    assert not queries.overrides(["shop.days"], TODAY + timedelta(days=8)), "it expires"
    assert [one.key for one in queries.expiring(TODAY, 14, 10)] == ["shop.days"]
    assert not queries.expiring(TODAY, 6, 10)
    steering.override(keeper, "shop.days", light="red", reason=reason, until=TODAY)
    assert queries.overrides(["shop.days"], TODAY)["shop.days"].light == "red"
    assert not queries.overrides(["shop.days"], TODAY + timedelta(days=1)), "the new one replaced the first"
    assert steering.end_override(keeper, "shop.days")
    assert not steering.end_override(keeper, "shop.days")
    assert queries.standings(["shop.days"], TODAY)["shop.days"].light == "grey"
    assert len(queries.past_overrides("shop.days")) == 2
    set_, again, ended = Entry.objects.filter(name__startswith="indicators.light").order_by("id")
    assert set_.detail["reason"] == reason and set_.subject == again.subject == ended.subject


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"light": "grey"}, "light"),
        ({"reason": "zu kurz"}, "reason"),
        ({"until": YESTERDAY}, "until"),
        ({"until": TODAY + timedelta(days=185)}, "until"),
        ({"key": "shop.nichts"}, ""),
    ],
)
def test_a_light_needs_a_reason_and_an_end(keeper: Actor, changes: dict[str, Any], field: str) -> None:
    told: dict[str, Any] = {"key": "shop.days", "light": "red", "reason": "x" * 20, "until": TODAY} | changes
    with pytest.raises(IndicatorError) as caught:
        steering.override(keeper, told.pop("key"), **told)
    assert caught.value.field == field


def test_owner_tolerance_and_trajectory(keeper: Actor) -> None:
    told: dict[str, Any] = {
        "owner": "Marktamt",
        "share": D("0.5"),
        "amount": D(0),
        "shape": "linear",
        "points": [(date(2026, 1, 1), D(0)), (date(2026, 12, 31), D(728))],
        "version": 0,
    }
    steering.settle(keeper, "shop.days", **told)
    capture.capture(SYSTEM, YESTERDAY)
    standing = queries.standings(["shop.days"], TODAY)["shop.days"]
    assert (standing.definition.owner, standing.expected, standing.target) == ("Marktamt", 652, 728)
    assert standing.light == "yellow", "326 of 652 is half, which is tolerated"
    with pytest.raises(Changed):
        steering.settle(keeper, "shop.days", **told)
    with pytest.raises(IndicatorError, match="2 bis 60"):
        steering.settle(keeper, "shop.days", **(told | {"points": told["points"][:1], "version": 1}))
    with pytest.raises(IndicatorError, match="nach Tagen"):
        steering.settle(keeper, "shop.days", **(told | {"points": told["points"][::-1], "version": 1}))
    for value in (D("9" * 28), D("0.00001"), D("Infinity")):
        points = [(date(2026, 1, 1), D(0)), (date(2026, 12, 31), value)]
        with pytest.raises(IndicatorError, match="vier Nachkommastellen"):
            steering.settle(keeper, "shop.days", **(told | {"points": points, "version": 1}))
    for part, value in (("share", D(2)), ("amount", D(-1))):
        with pytest.raises(IndicatorError):
            steering.settle(keeper, "shop.days", **(told | {part: value, "version": 1}))
    steering.settle(keeper, "shop.days", **(told | {"owner": "", "shape": None, "points": [], "version": 1}))
    standing = queries.standings(["shop.days"], TODAY)["shop.days"]
    assert (standing.definition.owner, standing.definition.trajectory) == ("Kalenderamt", None)


# Queries.


def test_the_list_is_narrowed(keeper: Actor, manual: Make) -> None:
    capture.capture(SYSTEM, YESTERDAY)
    manual("bibliothekskurse", label="Kurse der Bibliothek")
    everything = queries.page_of(Narrow(), 1, TODAY)
    assert [one.definition.label for one in everything.rows] == [
        "Kurse der Bibliothek",
        "Offene",
        "Tag des Jahres",
    ]
    assert everything.owners == ("Kalenderamt", "Stadtbibliothek")
    for narrow, keys in (
        (Narrow(text="kurse BIBLIOTHEK"), ["manual.bibliothekskurse"]),
        (Narrow(owner="Kalenderamt"), ["shop.days"]),
        (Narrow(kind="manual"), ["manual.bibliothekskurse"]),
        (Narrow(quality="complete"), ["shop.open", "shop.days"]),
        (Narrow(quality="none"), ["manual.bibliothekskurse"]),
        (Narrow(text="gibt es nicht"), []),
    ):
        page = queries.page_of(narrow, 9, TODAY)
        assert [one.definition.key for one in page.rows] == keys
        assert page.number == page.pages == 1


def test_values_by_hand_that_are_overdue(keeper: Actor, manual: Make) -> None:
    late, never, fine = manual("spät"), manual("nie"), manual("gut")
    figures.enter(keeper, late, on=TODAY - timedelta(days=91), value=D(1), source="Liste")
    figures.enter(keeper, fine, on=TODAY - timedelta(days=90), value=D(1), source="Liste")
    assert [(one.key, one.due) for one in queries.overdue(TODAY, 9)] == [
        (late, YESTERDAY),
        (never, TODAY),
    ]
    assert len(queries.overdue(TODAY, 1)) == 1


def test_five_years_of_daily_figures_are_fast_and_cost_constant_queries(
    keeper: Actor, manual: Make, django_assert_num_queries: Any
) -> None:
    keys = [manual(f"f{number}") for number in range(10)]
    rows = {row.key: row for row in KeptIndicator.objects.all()}
    first = TODAY - timedelta(days=1826)
    DailyReading.objects.bulk_create(
        DailyReading(
            indicator=rows[key],
            on=first + timedelta(days=day),
            value=day,
            quality="complete",
            taken_at=f"{TODAY}T00:00Z",
        )
        for key in keys
        for day in range(1827)
    )
    formula = save(keeper, "summe", {"A": keys[0], "B": keys[1]}, "A + B")
    with django_assert_num_queries(4):
        course = queries.series([*keys, formula], first + timedelta(days=1), TODAY)
    assert len(course[keys[3]]) == len(course[formula]) == 1826 and course[formula][-1].value == 3652
    with django_assert_num_queries(3):
        assert len(queries.readings([*keys, formula], TODAY)) == 11
    with django_assert_num_queries(3):
        assert queries.readings([keys[0]], TODAY)[keys[0]].value == 1826
    with django_assert_num_queries(5):
        queries.page_of(Narrow(), 1, TODAY)
    assert queries.first_day(formula) == first


def test_the_other_kinds_are_unknown_to_the_registry(manual: Make) -> None:
    key = manual("kurse")
    with pytest.raises(KeyError):
        registry.get(key)
    assert queries.definition("shop.days@markt") is not None
    assert queries.definition("shop.days@nirgends") is None
    assert queries.definition("nichts") is None
