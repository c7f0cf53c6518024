"""Decision papers: begin one from a thing, write it, send it round, take back; and what the ones asked say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from leineweber.capabilities.processes import queries as process_queries
from leineweber.capabilities.processes import services as processes
from leineweber.domains.resolutions import routing, rules
from leineweber.domains.resolutions.models import (
    DecisionKind,
    DecisionPaper,
    PaperCost,
    PaperPart,
    PaperStatus,
    PaperVersion,
    PartKind,
    StatementRule,
    Verdict,
)
from leineweber.domains.resolutions.services.content import Content, snapshot
from leineweber.domains.resolutions.services.errors import NotPossible, Stale
from leineweber.domains.resolutions.services.numbering import next_serial
from leineweber.kernel import clock, ids, links
from leineweber.kernel.access import Actor, check
from leineweber.kernel.deadlines.rules import add_working_days
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
from leineweber.people.organisation import queries as organisation
from leineweber.people.organisation.models import Committee, Post, Unit
from leineweber.people.organisation.roles import UNIT_HEAD
from leineweber.people.organisation.rules import fold

WRITE = "resolutions.paper.write"
TEXT_LIMIT = 20_000
TITLE_LIMIT = 200
ALTERNATIVES = 3
YEARS = 6
COSIGNERS = 8
EDITABLE = frozenset({PaperStatus.DRAFT, PaperStatus.RETURNED})


def effect_label(subject: Ref | None, effect: str) -> str:
    """Return what a resolution would do to a thing, in German; empty without effect.

    Raises:
        NotPossible: the kind of the thing does not offer the effect.
    """
    if not effect:
        return ""
    offered = next((kind.effects for kind in links.kinds() if subject and kind.name == subject.kind), ())
    found = dict(offered).get(effect)
    if found is None:
        raise NotPossible(
            "Diese Wirkung gibt es für den Gegenstand nicht. Wählen Sie eine andere.", "wirkung"
        )
    return found


def _facts(subject: Ref | None, actor: Actor) -> tuple[str, list[list[str]]]:
    """Return the title of a thing and its facts as of now.

    Raises:
        NotPossible: it is gone, or the actor may not see it.
    """
    if subject is None:
        return "", []
    brief = links.brief(subject, actor)
    if brief is None:
        raise NotPossible("Den Gegenstand gibt es nicht mehr, oder Sie dürfen ihn nicht sehen.", "gegenstand")
    facts = [["Gegenstand", brief.title]]
    if brief.owner:
        facts.append(["Verantwortlich", brief.owner])
    return brief.title[:300], [*facts, *([label, text] for label, text in brief.facts)]


def _checked(content: Content) -> None:
    if not content.title.strip() or len(content.title) > TITLE_LIMIT:
        raise NotPossible(f"Geben Sie der Vorlage einen Titel mit höchstens {TITLE_LIMIT} Zeichen.", "titel")
    for name, text in (
        ("vorschlag", content.proposal),
        ("begruendung", content.reasons),
        ("finanzierung", content.funding),
        ("wirtschaftlichkeit", content.assessment),
    ):
        if len(text) > TEXT_LIMIT:
            raise NotPossible("Der Text ist zu lang: höchstens 20.000 Zeichen.", name)
    if len(content.cosigners) > COSIGNERS:
        raise NotPossible(f"Wählen Sie höchstens {COSIGNERS} mitzeichnende Einheiten.", "mitzeichnung")
    if not DecisionKind.objects.filter(id=content.kind_id).exists():
        raise NotPossible("Wählen Sie die Art der Entscheidung.", "art")


def _write(paper: DecisionPaper, content: Content) -> None:
    paper.title = " ".join(content.title.split())
    paper.kind_id = content.kind_id
    paper.proposal, paper.reasons = content.proposal.strip(), content.reasons.strip()
    paper.alternatives = [asdict(one) for one in content.alternatives[:ALTERNATIVES]]
    paper.funding, paper.assessment = content.funding.strip(), content.assessment.strip()
    paper.statements, paper.cosigners = list(content.statements), list(content.cosigners)
    paper.restricted = content.restricted
    paper.search_text = fold(f"{paper.number} {paper.title} {paper.subject_title} {paper.proposal}")


def _write_costs(paper: DecisionPaper, content: Content) -> None:
    paper.costs.all().delete()
    PaperCost.objects.bulk_create(
        PaperCost(paper=paper, year=year, amount=amount) for year, amount in dict(content.costs).items()
    )


def draft(actor: Actor, *, subject: Ref | None, effect: str, content: Content) -> DecisionPaper:
    """Begin a paper about a thing (or about none that the program knows) and return it.

    Raises:
        Denied: nobody of the staff.
        NotPossible: the actor holds no post, the thing or the effect does not exist, or a text is wrong.
    """
    check(actor, WRITE)
    _checked(content)
    posts = organisation.posts_of(actor.id) if actor.id else []
    if not posts or actor.id is None:
        raise NotPossible("Eine Vorlage schreibt, wer eine Stelle hat.")
    label = effect_label(subject, effect)
    title, facts = _facts(subject, actor)
    unit = posts[0].unit
    paper = DecisionPaper(
        id=ids.new_id(),
        subject=str(subject or ""),
        subject_title=title,
        effect=effect,
        effect_label=label,
        facts=facts,
        facts_at=clock.now() if subject else None,
        author_id=actor.id,
        author_label=actor.label[:200],
        unit_path=unit.path,
        unit_label=str(unit)[:300],
        created_at=clock.now(),
    )
    _write(paper, content)
    with act(actor, "paper.drafted", Ref("decision_paper", paper.id), {"subject": paper.subject}):
        paper.save(force_insert=True)
        _write_costs(paper, content)
        if subject is not None:
            links.connect(Ref("decision_paper", paper.id), "decides", subject)
    return paper


def _locked(paper_id: UUID) -> DecisionPaper:
    return (
        DecisionPaper.objects.select_for_update(of=("self",)).select_related("kind", "body").get(id=paper_id)
    )


def change(actor: Actor, *, paper_id: UUID, content: Content, effect: str, version: int) -> DecisionPaper:
    """Write a paper that is not on its way: a draft, or one that came back. Facts are copied anew.

    Raises:
        Denied: neither author nor office of the bodies.
        NotPossible: it is on its way or decided, or a text is wrong.
        Stale: somebody else has saved meanwhile.
    """
    check(actor, WRITE, DecisionPaper.objects.get(id=paper_id))
    _checked(content)
    with act(actor, "paper.changed", Ref("decision_paper", paper_id)) as current:
        paper = _locked(paper_id)
        if paper.status not in EDITABLE:
            raise NotPossible("Die Vorlage ist unterwegs oder entschieden und lässt sich nicht mehr ändern.")
        if paper.version != version:
            raise Stale
        subject = Ref.parse(paper.subject) if paper.subject else None
        paper.effect, paper.effect_label = effect, effect_label(subject, effect)
        if subject is not None:
            paper.subject_title, paper.facts = _facts(subject, actor)
            paper.facts_at = clock.now()
        _write(paper, content)
        paper.version += 1
        paper.save()
        _write_costs(paper, content)
        current.detail["version"] = paper.version
    return paper


def _asked(paper: DecisionPaper) -> list[PaperPart]:
    """Return who is asked for this submission, statements first, the final signature last."""
    revision, today = paper.revision, clock.today()
    parts = [
        PaperPart(
            paper=paper,
            revision=revision,
            element=f"s_{rule.key.replace('-', '_')}",
            part=PartKind.STATEMENT,
            label=rule.label,
            role=rule.role,
            unit_path=paper.unit_path,
            legal_basis=rule.legal_basis,
            period_days=rule.period_days,
            silence=rule.silence,
            objection=rule.objection,
            due=add_working_days(today, rule.period_days),
        )
        for rule in StatementRule.objects.filter(key__in=paper.statements)
    ]
    department = rules.department_path(paper.unit_path)
    body = paper.body
    decides_herself = body is not None and body.post is not None and body.post.unit.path == department
    units = {unit.path: unit for unit in Unit.objects.filter(path__in=paper.cosigners)}
    for number, path in enumerate(path for path in paper.cosigners if path in units and path != department):
        parts.append(
            PaperPart(
                paper=paper,
                revision=revision,
                element=f"m_{number + 1}",
                part=PartKind.COSIGN,
                label=str(units[path])[:200],
                role=UNIT_HEAD,
                unit_path=path,
                period_days=routing.FINAL_DAYS,
                silence=StatementRule.Silence.WAITS,
                due=add_working_days(today, routing.FINAL_DAYS),
            )
        )
    if not decides_herself:
        top = Unit.objects.filter(path=department).first()
        parts.append(
            PaperPart(
                paper=paper,
                revision=revision,
                element=routing.FINAL,
                part=PartKind.FINAL,
                label=str(top or "Dezernat")[:200],
                role=UNIT_HEAD,
                unit_path=department,
                period_days=routing.FINAL_DAYS,
                silence=StatementRule.Silence.WAITS,
            )
        )
    for position, part in enumerate(parts):
        part.position = position
        holders = organisation.role_holders(part.role, part.unit_path)
        if all(holder.person.id == paper.author_id for holder in holders):
            raise NotPossible(
                f"{part.get_part_display()} „{part.label}“: Zurzeit gibt es außer Ihnen niemanden, der das darf. "
                "Das Amt für Organisation besetzt die Stelle oder bestimmt eine Vertretung.",
                "mitzeichnung" if part.part == PartKind.COSIGN else "stellungnahmen",
            )
    return parts


def submit(actor: Actor, *, paper_id: UUID, version: int) -> DecisionPaper:
    """Freeze a paper and send it round: statements and signatures side by side, then the final signature.

    Raises:
        Denied: neither author nor office of the bodies.
        NotPossible: something is missing, nobody can sign, or the paper is on its way already.
        Stale: somebody else has saved meanwhile.
    """
    check(actor, WRITE, DecisionPaper.objects.get(id=paper_id))
    reference = Ref("decision_paper", paper_id)
    with act(actor, "paper.submitted", reference) as current:
        paper = _locked(paper_id)
        if paper.status not in EDITABLE:
            raise NotPossible("Die Vorlage ist schon unterwegs.")
        if paper.version != version:
            raise Stale
        paper.body = (
            Committee.objects.select_related("post__unit", "unit")
            .filter(id__in=paper.kind.responsibilities.filter(role="decides").values("body_id"))
            .first()
        )
        missing = rules.lacking(
            proposal=paper.proposal,
            reasons=paper.reasons,
            title=paper.title,
            has_body=paper.body is not None,
        )
        if missing:
            raise NotPossible(missing[0][1], missing[0][0])
        if paper.subject:
            paper.subject_title, paper.facts = _facts(Ref.parse(paper.subject), actor)
            paper.facts_at = clock.now()
        if not paper.number:
            year = clock.today().year
            paper.number = rules.paper_number(year, next_serial("paper", year))
        paper.revision += 1
        paper.version += 1
        parts = _asked(paper)
        paper.status, paper.submitted_at, paper.cleared_at = PaperStatus.COSIGNING, clock.now(), None
        paper.search_text = fold(f"{paper.number} {paper.title} {paper.subject_title} {paper.proposal}")
        paper.save()
        PaperPart.objects.bulk_create(parts)
        PaperVersion.objects.create(
            paper=paper,
            revision=paper.revision,
            content=snapshot(paper),
            submitted_at=paper.submitted_at,
            submitted_by=actor.label[:200],
        )
        _start(paper, parts, actor)
        current.detail.update(revision=paper.revision, number=paper.number)
        current.emit("paper.submitted", {"number": paper.number})
    paper.refresh_from_db()  # without a route it is free at once
    return paper


def _start(paper: DecisionPaper, parts: Sequence[PaperPart], actor: Actor) -> None:
    final = next((part for part in parts if part.part == PartKind.FINAL), None)
    steps = [
        routing.Step(
            element=part.element,
            name=f"{part.get_part_display()} {part.label}"[:200],
            role=part.role,
            unit_path=part.unit_path if part.part == PartKind.COSIGN else "",
            days=part.period_days,
            waits=part.silence == StatementRule.Silence.WAITS,
        )
        for part in parts
        if part is not final
    ]
    bpmn = routing.cosigning(steps, final.unit_path if final else "")
    definition = processes.deploy(routing.KEY, bpmn)
    processes.start(
        definition,
        Ref("decision_paper", paper.id),
        {},
        paper.unit_path,
        # Who sends it round on behalf of the author is not barred from signing; the author is.
        actor if actor.id == paper.author_id else Actor("staff", paper.author_id, paper.author_label),
        title=f"{paper.number} {paper.title}",
    )


_ALLOWED = {
    PartKind.STATEMENT: {Verdict.AGREED, Verdict.NOTES, Verdict.OBJECTED},
    PartKind.COSIGN: {Verdict.SIGNED, Verdict.RETURNED},
    PartKind.FINAL: {Verdict.SIGNED, Verdict.RETURNED},
}


def give(actor: Actor, *, task_id: UUID, verdict: str, text: str) -> DecisionPaper:
    """Give a statement or signature; what sends the paper back ends the round for everybody.

    Raises:
        NotPossible: no such task about a paper, a verdict that does not fit, or reasons are missing.
        processes.Conflict, processes.FourEyes, Denied: as for completing a task.
    """
    item = process_queries.task(actor, task_id)
    if item is None or item.subject.kind != "decision_paper":
        raise NotPossible("Diese Aufgabe gibt es nicht, oder sie geht nicht an Ihre Stelle.")
    text = text.strip()
    with act(actor, "paper.part_given", item.subject, {"element": item.element}) as current:
        paper = _locked(item.subject.id)
        part = PaperPart.objects.filter(
            paper=paper, revision=paper.revision, element=item.element, verdict=Verdict.OPEN
        ).first()
        if paper.status != PaperStatus.COSIGNING or part is None:
            raise processes.Conflict("Diese Aufgabe ist entfallen oder schon erledigt.")
        if verdict not in _ALLOWED[PartKind(part.part)]:
            raise NotPossible("Wählen Sie, was Sie zu der Vorlage sagen.", "votum")
        if verdict in {Verdict.NOTES, Verdict.OBJECTED, Verdict.RETURNED} and not text:
            raise NotPossible("Schreiben Sie dazu, warum.", "text")
        if len(text) > TEXT_LIMIT:
            raise NotPossible("Der Text ist zu lang: höchstens 20.000 Zeichen.", "text")
        processes.claim(task_id, actor)
        part.verdict, part.text, part.at = verdict, text, clock.now()
        part.by_id, part.by_label = actor.id, _signature(actor, part)
        part.save(update_fields=["verdict", "text", "at", "by_id", "by_label"])
        current.detail["verdict"] = verdict
        back = verdict == Verdict.RETURNED or (
            verdict == Verdict.OBJECTED and part.objection == StatementRule.Objection.RETURNS
        )
        if back:
            reason = f"Zurückgegeben von {part.label}, {actor.label}: {text}"
            _send_back(actor, paper, reason)
        else:
            processes.complete(task_id, actor, {f"votum_{part.element}": verdict})
    paper.refresh_from_db()
    return paper


def _signature(actor: Actor, part: PaperPart) -> str:
    """Return who gives a part, with the post by which she may: `Enno Silberspule, Stadtkämmerer`."""
    fitting = [one for one in actor.grants if one.role == part.role and one.covers(part.unit_path)]
    # The post nearest to the unit, one's own before a deputyship.
    chosen = min(fitting, key=lambda one: (one.deputising_for is not None, -len(one.unit_path)), default=None)
    post = Post.objects.filter(id=chosen.post_id).first() if chosen else None
    if chosen is None or post is None:
        return actor.label[:200]
    acting = " in Vertretung" if chosen.deputising_for else ""
    return f"{actor.label}, {post.title}{acting}"[:200]


def _end_round(actor: Actor, paper: DecisionPaper, reason: str) -> None:
    processes.cancel(Ref("decision_paper", paper.id), actor, reason)
    paper.parts.filter(revision=paper.revision, verdict=Verdict.OPEN).update(verdict=Verdict.DROPPED)
    PaperVersion.objects.filter(paper=paper, revision=paper.revision).update(outcome=reason[:500])


def _send_back(actor: Actor, paper: DecisionPaper, reason: str) -> None:
    _end_round(actor, paper, reason)
    paper.status = PaperStatus.RETURNED
    paper.version += 1
    paper.save(update_fields=["status", "version"])


def send_back(actor: Actor, paper: DecisionPaper, reason: str) -> None:
    """Give a paper back that a meeting did not decide; joins the open act, the paper's row is locked."""
    _send_back(actor, paper, reason)


def withdraw(actor: Actor, *, paper_id: UUID, reason: str) -> DecisionPaper:
    """Take a paper back before it is decided; what was said about it stays.

    Raises:
        Denied: neither author nor office of the bodies.
        NotPossible: it is decided, or stands on the agenda of a meeting to come.
    """
    check(actor, WRITE, DecisionPaper.objects.get(id=paper_id))
    if not reason.strip():
        raise NotPossible("Schreiben Sie, warum Sie die Vorlage zurückziehen.", "grund")
    with act(actor, "paper.withdrawn", Ref("decision_paper", paper_id)):
        paper = _locked(paper_id)
        if paper.status in {PaperStatus.DECIDED, PaperStatus.WITHDRAWN}:
            raise NotPossible("Diese Vorlage ist entschieden oder schon zurückgezogen.")
        if paper.agenda_items.filter(outcome="", meeting__status__in=["planned", "invited", "held"]).exists():
            raise NotPossible(
                "Die Vorlage steht auf einer Tagesordnung. Nehmen Sie sie dort zuerst herunter."
            )
        _end_round(actor, paper, f"Zurückgezogen von {actor.label}: {reason.strip()}")
        paper.status = PaperStatus.WITHDRAWN
        paper.version += 1
        paper.save(update_fields=["status", "version"])
    return paper


def silence(paper_id: UUID, element: str) -> None:
    """Note that the time for a part is over; joins the step of the course."""
    PaperPart.objects.filter(
        paper_id=paper_id,
        element=element,
        revision=DecisionPaper.objects.values_list("revision", flat=True).get(id=paper_id),
        verdict=Verdict.OPEN,
    ).update(verdict=Verdict.SILENT, at=clock.now(), by_label="nach Ablauf der Frist")


def clear(paper_id: UUID) -> None:
    """Note that everybody has signed: the paper waits for its decision; joins the step of the course."""
    DecisionPaper.objects.filter(id=paper_id, status=PaperStatus.COSIGNING).update(
        status=PaperStatus.CLEARED, cleared_at=clock.now()
    )
