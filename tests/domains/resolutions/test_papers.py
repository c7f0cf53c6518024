"""Papers: facts frozen when submitted, statements and signatures side by side, silence, return, who sees what."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from leineweber.capabilities.processes import queries as processes
from leineweber.capabilities.processes import services as process_services
from leineweber.domains.resolutions.documents import paper_pdf
from leineweber.domains.resolutions.models import PaperStatus
from leineweber.domains.resolutions.queries.papers import PaperFilter, decidable, list_papers, paper_view
from leineweber.domains.resolutions.queries.scope import visible_papers
from leineweber.domains.resolutions.services import committees, papers
from leineweber.domains.resolutions.services.errors import NotPossible, Stale
from leineweber.kernel import clock, links
from leineweber.kernel.access import Denied
from leineweber.kernel.deadlines.rules import add_working_days
from leineweber.kernel.refs import Ref

pytestmark = pytest.mark.django_db


def test_a_paper_begins_with_the_facts_of_its_thing(house) -> None:
    paper = house.paper(effect="start")
    assert paper.subject_title == "Dokumentenmanagement"
    assert ["Beginn", "01.03.2027"] in paper.facts
    assert paper.effect_label == "Vorhaben beginnen"
    assert links.targets(Ref("decision_paper", paper.id), "decides") == [
        ("decides", Ref("test_thing", house.thing))
    ]
    with pytest.raises(NotPossible, match="Wirkung"):
        house.paper(effect="explode")
    choices = {one.label: one.options for one in decidable(house.actor("keno."))}
    assert choices["Prüfling"] == ((f"test_thing:{house.thing}", "Dokumentenmanagement"),)


def test_the_whole_way_statements_cosigners_final(house) -> None:
    paper = house.submit(house.paper(statements=("personalrat", "gleichstellung"), cosigners=("/d1/200/",)))
    assert paper.number.endswith("-0001") and paper.status == PaperStatus.COSIGNING
    assert paper.body.key == "verwaltungsvorstand", "who decides follows from the responsibilities"
    open_ones = {one.element: one for one in processes.tasks_of(Ref("decision_paper", paper.id))}
    assert set(open_ones) == {"s_personalrat", "s_gleichstellung", "m_1"}
    assert open_ones["m_1"].unit_path == "/d1/200/"
    due = clock.local(open_ones["s_personalrat"].due).date()
    assert due == add_working_days(clock.today(), 10)
    house.give(paper, "detlev.", "s_personalrat", "notes", "Schulungen vor der Einführung.")
    house.give(paper, "birte.", "s_gleichstellung", "agreed")
    paper = house.give(paper, "behrend.", "m_1", "signed")
    assert paper.status == PaperStatus.COSIGNING, "the final signature is missing"
    paper = house.give(paper, "enno.", "schlusszeichnung", "signed")
    assert paper.status == PaperStatus.CLEARED and paper.cleared_at is not None
    view = paper_view(house.actor("tomke."), paper.id)
    assert [part.verdict for part in view.parts] == ["notes", "agreed", "signed", "signed"]
    assert view.parts[0].by_label == "Detlev Haltegarn, Vorsitz des Personalrats", "one signs by a post"
    pdf = paper_pdf(view.versions[0].content, view.parts, None, draft=False)
    assert pdf.startswith(b"%PDF")


def test_nobody_signs_her_own_paper(house) -> None:
    paper = house.submit(
        house.paper("jorid.", statements=(), cosigners=("/d1/110/110.6/", "/d1/110/")), "jorid."
    )
    task = house.task(paper, "m_1")
    item = processes.task(house.actor("jorid."), task)
    assert item is not None and item.four_eyes_barred
    with pytest.raises(process_services.FourEyes):
        house.give(paper, "jorid.", "m_1", "signed")
    # Whoever heads the units above may sign for the unit.
    assert house.give(paper, "hauke.", "m_1", "signed").status == PaperStatus.COSIGNING


def test_who_is_not_asked_cannot_answer(house) -> None:
    paper = house.submit(house.paper())
    with pytest.raises(NotPossible):
        house.give(paper, "birte.", "s_personalrat", "agreed")
    with pytest.raises(NotPossible):
        house.give(paper, "detlev.", "s_personalrat", "signed")
    with pytest.raises(NotPossible, match="warum"):
        house.give(paper, "detlev.", "s_personalrat", "objected")


def test_silence_counts_as_the_rule_says(house) -> None:
    paper = house.submit(house.paper(statements=("personalrat", "datenschutz")))
    after = add_working_days(clock.today(), 10) + timedelta(days=1)
    with time_machine.travel(after.isoformat() + "T12:00:00+01:00"):
        process_services.fire_timers()
        view = paper_view(house.actor("tomke."), paper.id)
        verdicts = {part.element: part for part in view.parts}
        assert verdicts["s_personalrat"].verdict == "silent"
        assert verdicts["s_personalrat"].silence == "agreed"
        assert verdicts["s_datenschutz"].verdict == "", "there the paper waits"
        paper = house.give(paper, "volkmar.", "s_datenschutz", "agreed")
        paper = house.give(paper, "enno.", "schlusszeichnung", "signed")
        assert paper.status == PaperStatus.CLEARED


def test_an_objection_of_the_staff_council_sends_the_paper_back(house) -> None:
    paper = house.submit(house.paper(statements=("personalrat", "gleichstellung")))
    paper = house.give(paper, "detlev.", "s_personalrat", "objected", "Leistungskontrolle ist möglich.")
    assert paper.status == PaperStatus.RETURNED
    assert {one.status for one in processes.tasks_of(Ref("decision_paper", paper.id))} == {"cancelled"}
    view = paper_view(house.actor("keno."), paper.id)
    assert [part.verdict for part in view.parts] == ["objected", "dropped", "dropped"]
    assert "Leistungskontrolle" in view.versions[0].outcome
    changed = papers.change(
        house.actor("keno."),
        paper_id=paper.id,
        content=house.content(proposal="Ohne Leistungskontrolle.", statements=()),
        effect="",
        version=paper.version,
    )
    again = house.submit(changed)
    assert (again.revision, again.number) == (2, paper.number)
    versions = paper_view(house.actor("keno."), paper.id).versions
    assert [one.content["proposal"] for one in versions] == [
        "Ohne Leistungskontrolle.",
        "Die Stadt führt ein Dokumentenmanagement in allen Ämtern ein.",
    ]
    # An objection that is only noted lets it go on.
    other = house.submit(house.paper(statements=("datenschutz",)))
    other = house.give(other, "volkmar.", "s_datenschutz", "objected", "Auftragsverarbeitung fehlt.")
    assert other.status == PaperStatus.COSIGNING


def test_what_was_submitted_stays_as_it_was(house) -> None:
    paper = house.submit(house.paper())
    with pytest.raises(NotPossible, match="unterwegs"):
        papers.change(
            house.actor("keno."), paper_id=paper.id, content=house.content(), effect="", version=paper.version
        )
    committees.save_statement_rule(
        house.actor("tomke."),
        key="personalrat",
        period_days=3,
        silence="waits",
        objection="noted",
        legal_basis="",
        version=1,
    )
    part = paper.parts.get(element="s_personalrat")
    assert (part.period_days, part.silence) == (10, "agreed")
    assert paper.versions.get().content["costs"] == [[2027, "120000.00"], [2028, "80000.50"]]


def test_two_who_write_at_once(house) -> None:
    paper = house.paper()
    keno = house.actor("keno.")
    papers.change(keno, paper_id=paper.id, content=house.content(title="A"), effect="", version=1)
    with pytest.raises(Stale):
        papers.change(keno, paper_id=paper.id, content=house.content(title="B"), effect="", version=1)
    with pytest.raises(Stale):
        papers.submit(keno, paper_id=paper.id, version=1)


def test_what_is_missing_is_said_with_its_field(house) -> None:
    paper = house.paper(proposal="")
    with pytest.raises(NotPossible) as refused:
        house.submit(paper)
    assert refused.value.field == "vorschlag"
    paper = house.paper()
    house.kind("it-grundsatz").responsibilities.filter(role="decides").delete()
    with pytest.raises(NotPossible, match="niemand zuständig"):
        house.submit(paper)


def test_the_head_who_decides_does_not_sign_as_well(house) -> None:
    paper = house.submit(house.paper(key="standards", statements=()))
    paper.refresh_from_db()
    assert paper.body.key == "beigeordneter-dezernat-1"
    assert paper.status == PaperStatus.CLEARED
    assert not processes.tasks_of(Ref("decision_paper", paper.id))


def test_withdrawing(house) -> None:
    paper = house.submit(house.paper())
    with pytest.raises(Denied):
        papers.withdraw(house.actor("detlev."), paper_id=paper.id, reason="nein")
    with pytest.raises(NotPossible, match="warum"):
        papers.withdraw(house.actor("keno."), paper_id=paper.id, reason=" ")
    paper = papers.withdraw(house.actor("keno."), paper_id=paper.id, reason="Überholt.")
    assert paper.status == PaperStatus.WITHDRAWN
    assert {one.status for one in processes.tasks_of(Ref("decision_paper", paper.id))} == {"cancelled"}


def test_who_sees_which_paper(house) -> None:
    draft = house.paper()
    going = house.submit(house.paper())
    secret = house.cleared(restricted=True)

    def sees(who: str) -> set:
        return set(visible_papers(house.actor(who)).values_list("id", flat=True))

    assert sees("keno.") == {draft.id, going.id, secret.id}
    assert sees("detlev.") == {going.id}, "the staff council is asked about one"
    assert sees("tomke.") == sees("insa.") == sees("rieke.") == {going.id, secret.id}
    assert sees("gesche.") == {secret.id}, "a member of the board sees what waits for it"
    assert sees("frieda.") == set()
    assert list_papers(house.actor("tomke."), PaperFilter(text="dokumentenman", status="cleared")).total == 1


def test_costs_are_exact(house) -> None:
    paper = house.paper()
    assert sum((one.amount for one in paper.costs.all()), Decimal(0)) == Decimal("200000.50")
