"""The demo city's projects: the measures of the strategy as projects in every state, two mandates, capacities.

Days are relative to today, so that something always runs, is late, or is to come. Names and figures are invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from leineweber.config.demo.projects import SKILLS, TOLD, Told
from leineweber.domains.portfolio import services
from leineweber.domains.portfolio.models import Activity, GateCondition, Phase, Project, Skill
from leineweber.domains.portfolio.parts import DEFAULTS
from leineweber.domains.portfolio.queries import pages
from leineweber.domains.portfolio.queries.files import plan_rows
from leineweber.domains.portfolio.rules import exchange
from leineweber.domains.portfolio.rules.exchange import PlanLink, PlanRow
from leineweber.kernel import clock, links
from leineweber.kernel.access import Actor
from leineweber.kernel.refs import Ref
from leineweber.people.organisation.models import Person, Post, Unit

PROGRAM = Actor.system("Demo")


def _month(offset: int) -> date:
    """Return the first day of the month so many months from this one."""
    today = clock.today()
    absolute = today.year * 12 + today.month - 1 + offset
    return date(absolute // 12, absolute % 12 + 1, 1)


def _person(beginning: str) -> Person | None:
    written = beginning.replace("ö", "oe").replace("ü", "ue").replace("ä", "ae")
    return Person.objects.filter(email__startswith=written).first()


def _things(kind: str) -> list[tuple[str, Ref]]:
    """Return the titles of all living things of a kind, whichever room has them."""
    known = next((one for one in links.kinds() if one.name == kind), None)
    if known is None or known.every is None:
        return []
    cards = links.resolve([Ref(kind, key) for key in known.every(PROGRAM)], PROGRAM)
    return sorted((card.title, ref) for ref, card in cards.items())


def _fitting(things: Sequence[tuple[str, Ref]], words: Sequence[str]) -> list[Ref]:
    for word in words:
        found = [ref for title, ref in things if word.lower() in title.lower()]
        if found:
            return found[:2]
    return []


def load() -> None:
    """Load the projects, mandates and capacities; a city that has projects already stays as it is."""
    if Project.objects.exists():
        return
    skills = {name: services.define_skill(PROGRAM, name) for name, _, _ in SKILLS}
    this_year = clock.today().year
    for name, key, days in SKILLS:
        post = Post.objects.select_related("unit").get(key=key)
        for year in range(this_year, this_year + 3):
            services.put_capacity(PROGRAM, skill=skills[name], post=post, year=year, days=Decimal(days))
    goals, fields = _things("goal"), _things("field")
    made = {told.title: _project(told, skills, goals, fields) for told in TOLD}
    own = {title: Ref("project", project.id) for title, project in made.items()}
    services.link_project(PROGRAM, made["Digitaler Posteingang"].id, "depends", [own["DMS-Einführung"]])
    services.link_project(PROGRAM, made["Digitale Bauakte"].id, "depends", [own["Serviceportal"]])
    services.link_project(PROGRAM, made["Open-Data-Portal"].id, "excludes", [own["Wissensplattform"]])
    _mandates()


def _project(
    told: Told, skills: dict[str, Skill], goals: Sequence[tuple[str, Ref]], fields: Sequence[tuple[str, Ref]]
) -> Project:
    start = _month(told.begins)
    end = _month(told.begins + told.lasts) - timedelta(days=1)
    field = _fitting(fields, (told.field,))
    moment = datetime.combine(min(start, clock.today()), time(9), tzinfo=clock.BERLIN)
    with clock.moved(moment):
        project = services.create_project(
            PROGRAM,
            title=told.title,
            kind=told.kind,
            purpose=told.purpose,
            result=told.result,
            unit=Unit.objects.get(code=told.unit),
            start=start,
            end=end,
            lead=_person(told.lead),
            sponsor=_person(told.sponsor),
            goals=_fitting(goals, told.words),
            demo=True,
            field=str(field[0]) if field else "",
            score=Decimal(told.score),
            must=told.must,
            funding="Ergebnisplan, Produkt 11.01.06 (Muster)",
            earliest=start if told.status == "planned" else None,
        )
        _plan(project, told, done=None)
        _money(project, told, start, end, bound=False)
        for name, days in told.needs:
            services.put_part(
                PROGRAM,
                project.id,
                "bedarf",
                {
                    "skill": str(skills[name].id),
                    "first_month": start,
                    "last_month": end.replace(day=1),
                    "days": Decimal(days),
                    "post": "",
                },
            )
        if told.status != "planned":
            services.take_baseline(PROGRAM, project.id, "Stand der Genehmigung")
    if told.status == "planned":
        return project
    with clock.moved(moment):
        services.release_budget(PROGRAM, project.id)
        services.set_status(PROGRAM, project.id, "start")
    _run(project, told, start, end)
    return project


def _plan(project: Project, told: Told, done: date | None) -> None:
    """Bring the plan of the template up to date: budgets, one package after another, and what is done until a day."""
    rows = plan_rows(pages.plan_view(project))
    packages = [row.uid for row in rows if not row.milestone and row.level]
    budget = Decimal(sum(amount for _, amount in told.costs) * 1000)
    share = (budget / max(1, len(packages))).quantize(Decimal("1"))
    found: list[PlanRow] = []
    before = 0
    for row in rows:
        waits = (PlanLink(before, "FS", 0),) if row.level and before and not row.milestone else ()
        if row.milestone:
            waits = (PlanLink(before, "FF", 0),)
        progress = row.progress
        if done is not None and row.level:
            if row.end <= done:
                progress = 100
            elif row.start <= done:
                progress = min(95, round((done - row.start).days * 100 / ((row.end - row.start).days + 1)))
        found.append(
            replace(
                row,
                links=waits,
                progress=0 if row.milestone and progress < 100 else progress,
                budget=share if row.uid in packages else Decimal(0),
            )
        )
        if row.level:
            before = row.uid
    services.import_update(PROGRAM, project.id, exchange.to_csv(found).encode(), name="plan.csv")


def _money(project: Project, told: Told, start: date, end: date, *, bound: bool) -> None:
    """Spread the costs over the fiscal years; what lies behind is paid, a part of this year's is committed."""
    today = clock.today()
    years = range(start.year, end.year + 1)
    for kind, thousand in told.costs:
        each = Decimal(round(thousand / len(years)) * 1000)
        for year in years:
            amounts: list[tuple[str, Decimal, date | None]] = [("planned", each, None)]
            if bound:
                amounts = []
                if year < today.year:
                    amounts = [("actual", each, date(year, 12, 10))]
                elif year == today.year:
                    amounts = [
                        ("actual", (each * 6 / 10).quantize(Decimal("1")), today - timedelta(days=20)),
                        ("committed", (each * 3 / 10).quantize(Decimal("1")), None),
                    ]
            for stage, amount, day in amounts:
                services.put_part(
                    PROGRAM,
                    project.id,
                    "kosten",
                    {
                        "year": year,
                        "kind": kind,
                        "stage": stage,
                        "amount": amount,
                        "booked_on": day,
                        "note": "",
                    },
                )


def _run(project: Project, told: Told, start: date, end: date) -> None:
    """Let a project run until today: work done, money spent, gates decided, a report, perhaps delay."""
    today = clock.today()
    done = min(end, today)
    _plan(project, told, done=done - timedelta(days=70) if told.late < 0 else done)
    _money(project, told, start, end, bound=True)
    for phase in Phase.objects.filter(project=project, end__lt=today):
        if told.late < 0 and phase.end > today - timedelta(days=150):
            continue
        with clock.moved(datetime.combine(phase.end, time(11), tzinfo=clock.BERLIN)):
            for condition in GateCondition.objects.filter(phase=phase):
                services.check_condition(PROGRAM, project.id, condition.id, True)
            services.decide_gate(
                PROGRAM, project.id, phase.id, "passed", reason="Alle Bedingungen sind erfüllt."
            )
    if told.late > 0:
        last = list(
            Activity.objects.filter(project=project, parent__isnull=False).order_by("-end", "position")
        )[:2]
        by = timedelta(days=told.late)
        services.move_activities(PROGRAM, project.id, {row.id: (row.start, row.end + by) for row in last}, {})
        issue = {
            "title": "Schnittstelle zum Fachverfahren Bauen fehlt",
            "description": "Der Hersteller liefert die Schnittstelle später als zugesagt.",
            "owner": "IT-Betrieb",
            "due": today + timedelta(days=30),
            "solution": "",
        }
        services.put_part(PROGRAM, project.id, "probleme", {**DEFAULTS["probleme"], **issue})
    _people(project, end)
    services.report(
        PROGRAM,
        project.id,
        light="red" if told.late > 0 else "yellow" if told.late < 0 else "green",
        done="Die Arbeitspakete der laufenden Phase sind begonnen; die Ämter sind eingebunden.",
        next_steps="Das nächste Gate wird vorbereitet, offene Bedingungen werden mit den Ämtern geklärt.",
        needs_decision="Soll der Termin der Einführung verschoben werden?" if told.late > 0 else "",
    )
    if told.status == "closed":
        lesson = {
            "topic": "Beteiligung der Fachämter",
            "situation": "Erst nach dem Pilot fiel auf, dass drei Ämter eigene Prüfwege hatten.",
            "recommendation": "Prüfwege aller Ämter vor der Vergabe aufnehmen und im Lastenheft festhalten.",
            "recorded_on": done,
        }
        services.put_part(PROGRAM, project.id, "erfahrungen", lesson)
        with clock.moved(datetime.combine(end, time(14), tzinfo=clock.BERLIN)):
            services.set_status(PROGRAM, project.id, "close")
    elif told.status == "paused":
        services.set_status(PROGRAM, project.id, "pause", reason="Die Redaktion ist noch nicht besetzt.")


def _people(project: Project, end: date) -> None:
    for name, concern, involvement in (
        (
            "Personalrat",
            "Belastung und Qualifizierung der Beschäftigten",
            "Beteiligung nach LPVG, monatliches Gespräch",
        ),
        (
            "Fachämter",
            "Weniger Handarbeit, verlässliche Termine",
            "Ansprechperson je Amt, Pilot und Schulung",
        ),
    ):
        values = {
            "name": name,
            "concern": concern,
            "interest": "3",
            "influence": "3",
            "involvement": involvement,
        }
        services.put_part(PROGRAM, project.id, "beteiligte", values)
    benefit = {
        "title": "Weniger Liegezeit und Suchaufwand",
        "beneficiary": "Beschäftigte und Antragstellende",
        "indicator": "",
        "baseline": None,
        "target": None,
        "unit": "",
        "due": end,
        "yearly": Decimal(45000),
    }
    services.put_part(PROGRAM, project.id, "nutzen", benefit)


def _answers() -> dict[str, Any]:
    start = _month(4)
    return {
        "kind": "service",
        "reason": "Viele Anrufe drehen sich um Öffnungszeiten, Unterlagen und den Stand von Anträgen. Beschäftigte "
        "beantworten dieselben Fragen immer wieder.",
        "result": "Ein Auskunftsassistent im Serviceportal, der nur aus geprüften Texten der Stadt antwortet.",
        "outside": "Rechtliche Beratung und Entscheidungen über Anträge.",
        "unit": "150",
        "lead": "merle.hechelbrink@bielefeld.example",
        "sponsor": "amke.feinzwirn@bielefeld.example",
        "participants": "Bürgerberatung, Presseamt, Datenschutz, Personalrat",
        "start": {"tag": "1", "monat": str(start.month), "jahr": str(start.year)},
        "end": {"tag": "30", "monat": "9", "jahr": str(start.year + 1)},
        "milestones": "Entwurf erprobt nach fünf Monaten\nStart im Serviceportal nach zwölf Monaten",
        "cost_0": "60.000",
        "cost_1": "45.000",
        "funding": "Ergebnisplan, Produkt 12.02.01 (Muster)",
        "effort": "Bürgerberatung 40 Tage, BIE-Digital 60 Tage",
        "benefit": "Weniger Wartezeit am Telefon, Auskunft rund um die Uhr.",
        "risks": "Antworten könnten veralten, wenn Texte nicht gepflegt werden.",
        "alternatives": "Mehr Personal im Telefonservice; eine bessere Suche ohne Assistent.",
    }


def _mandates() -> None:
    author = _person("merle.")
    assert author is not None
    merle = Actor("staff", author.id, author.name)
    submitted = services.start_mandate(merle, title="Auskunftsassistent im Serviceportal")
    services.save_step(merle, submitted.id, {**_answers(), "title": submitted.title})
    services.submit_mandate(merle, submitted.id)
    wiebke = _person("wiebke.")
    assert wiebke is not None
    writer = Actor("staff", wiebke.id, wiebke.name)
    draft = services.start_mandate(writer, title="Mobiles Arbeiten: Ausstattung und Regeln")
    services.save_step(
        writer,
        draft.id,
        {
            "title": draft.title,
            "kind": "organisation",
            "reason": "Immer mehr Beschäftigte arbeiten zeitweise zu Hause. Ausstattung und Regeln sind uneinheitlich.",
            "unit": "110.2",
        },
    )
    services.note_idea(
        writer,
        title="Besprechungsräume online buchen",
        reason="Räume werden heute über drei Listen vergeben, und niemand sieht, was frei ist.",
    )
