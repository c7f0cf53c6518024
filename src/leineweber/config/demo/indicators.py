"""Figures and reports of the demo city: half a year of history, figures by hand, a formula, reports. All invented."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from leineweber.domains.reports import queries as report_queries
from leineweber.domains.reports import rules
from leineweber.domains.reports import services as reports
from leineweber.domains.reports.models import ReportDraft
from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.kernel.indicators import queries as indicators
from leineweber.kernel.indicators.services import capture, figures, steering
from leineweber.people.identity.demo import PERSONAS
from leineweber.people.organisation import queries as organisation

WEEKS = 26
PERSONA = "Organisation"
REGISTRATIONS = "applications.registrations"
COURSES = "manual.digitale-kurse"
MEASURES = "manual.umgesetzte-massnahmen"
QUOTE = "formula.meldungen-je-kurs"
# Value by quarter from the quarter before last year's end on: invented, and said so in the source.
COURSE_VALUES = (14, 17, 19, 22, 24, 27, 31)
MEASURE_VALUES = (2, 3, 4, 5, 6, 7, 8)


def _keeper() -> Actor:
    """Return the persona who keeps figures and reports."""
    persona = next(one for one in PERSONAS if one.label.startswith(PERSONA))
    person = organisation.person_by_email(persona.username)
    assert person is not None
    return Actor("staff", person.id, person.name, organisation.standing(person.id).grants)


def load() -> None:
    """Make the figures and reports; the past of measured figures is computed from the cases."""
    today = clock.today()
    keeper = _keeper()
    capture.backfill(Actor.system("Demo"), today - timedelta(weeks=WEEKS), today)
    _plan(keeper, today)
    _by_hand(keeper, today)
    _formula(keeper)
    _reports(keeper, today)


def _quarter_ends(today: date, count: int) -> list[date]:
    """Return the last days of the last quarters that are over, in order."""
    found: list[date] = []
    first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    while len(found) < count:
        end = first - timedelta(days=1)
        found.insert(0, end)
        first = date(end.year, end.month - 2, 1)
    return found


def _plan(keeper: Actor, today: date) -> None:
    """Give the registrations of the election the trajectory of their goal."""
    key = f"{REGISTRATIONS}@wahlhelfer"
    one = indicators.definition(key)
    need = indicators.readings([key], today).get(key)
    if one is None or need is None or need.target is None:
        return
    end = max(today + timedelta(days=1), date(2027, 3, 31))
    steering.settle(
        keeper,
        key,
        owner=one.owner,
        share=one.tolerance.share,
        amount=one.tolerance.amount,
        shape="linear",
        points=[(today - timedelta(days=84), Decimal(0)), (end, need.target)],
        version=one.version,
    )


def _by_hand(keeper: Actor, today: date) -> None:
    figures.define_manual(
        keeper,
        slug=COURSES.removeprefix("manual."),
        label="Digitale Kurse der Stadtbibliothek",
        unit="Anzahl",
        direction="up",
        definition="Wie viele Kurse zu digitalen Themen die Stadtbibliothek im Quartal gehalten hat (Muster).",
        source="Kursliste der Stadtbibliothek (Muster)",
        owner="Stadtbibliothek",
        refresh_days=100,
    )
    figures.define_manual(
        keeper,
        slug=MEASURES.removeprefix("manual."),
        label="Umgesetzte Maßnahmen der Strategie",
        unit="Anzahl",
        direction="up",
        definition="Wie viele der 20 Maßnahmen des Strategiepapiers abgeschlossen sind (Muster).",
        source="Maßnahmenliste des Digitalisierungsbüros (Muster)",
        owner="BIE-Digital",
        refresh_days=100,
    )
    ends = _quarter_ends(today, len(COURSE_VALUES))
    for key, values in ((COURSES, COURSE_VALUES), (MEASURES, MEASURE_VALUES)):
        for end, value in zip(ends, values, strict=True):
            with clock.moved(_noon(end + timedelta(days=6))):
                figures.enter(
                    keeper,
                    key,
                    on=end,
                    value=Decimal(value),
                    source=f"Meldung zum Quartalsende {end:%d.%m.%Y} (Muster)",
                )
    with clock.moved(_noon(ends[-2] + timedelta(days=20))):
        figures.enter(
            keeper,
            COURSES,
            on=ends[-2],
            value=Decimal(COURSE_VALUES[-2] - 1),
            source="Kursliste, durchgesehen (Muster)",
            reason="Ein Kurs fiel aus und war mitgezählt.",
            revision=1,
        )
    steering.settle(
        keeper,
        MEASURES,
        owner="BIE-Digital",
        share=Decimal("0.15"),
        amount=Decimal(1),
        shape="table",
        points=[
            (ends[0], Decimal(2)),
            (date(today.year, 12, 31), Decimal(9)),
            (date(today.year + 2, 12, 31), Decimal(20)),
        ],
        version=1,
    )


def _formula(keeper: Actor) -> None:
    figures.save_formula(
        keeper,
        slug=QUOTE.removeprefix("formula."),
        label="Meldungen je digitalem Kurs",
        unit="Meldungen",
        direction="none",
        definition="Meldungen der letzten zwölf Monate, geteilt durch die Kurse des letzten Quartals (Muster).",
        owner="BIE-Digital",
        inputs={"Meldungen": REGISTRATIONS, "Kurse": COURSES},
        expression="if Kurse = 0 then null else Meldungen / Kurse",
    )


def _noon(day: date) -> datetime:
    """Return noon of a working day: the day itself, or the Monday after it."""
    day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
    return datetime.combine(day, time(12), tzinfo=clock.BERLIN)


def _reports(keeper: Actor, today: date) -> None:
    year, half = report_queries.last_over(today)
    _, end = rules.period(year, half)
    with clock.moved(min(_noon(end + timedelta(days=14)), clock.now())):
        draft = reports.begin(keeper, year=year, half=half)
        draft = _written(
            keeper,
            draft,
            {
                "summary": (
                    "Das Halbjahr diente der Vorbereitung: Die Meldung als Wahlhelferin oder Wahlhelfer ist "
                    "beschrieben, das Verfahren gebaut und erprobt (Muster).\n\n"
                    "Gemessen wird, sobald die ersten Anträge eingehen."
                ),
                "figures": (
                    "Werte von Hand sind als solche gekennzeichnet. Die übrigen rechnet das Programm aus den "
                    "Vorgängen."
                ),
                "risks": "Für die Erprobung fehlten im Mai zwei Wochen lang Testpersonen (Muster).",
                "outlook": "Im nächsten Halbjahr geht die Meldung online; dann zeigt die Kennzahl den Verlauf.",
            },
        )
        reports.freeze(keeper, draft.id, version=draft.version)
    year, half = rules.half_of(today)
    _written(
        keeper,
        reports.begin(keeper, year=year, half=half),
        {"summary": "Die Meldung als Wahlhelferin oder Wahlhelfer ist online (Entwurf, Muster)."},
    )


def _written(keeper: Actor, draft: ReportDraft, texts: dict[str, str]) -> ReportDraft:
    return reports.write(
        keeper,
        draft.id,
        title=draft.title,
        texts=texts,
        figures=draft.figures,
        goals=draft.goals,
        version=draft.version,
    )
