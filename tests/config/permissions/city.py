"""A small city made by the real services: one thing of each kind, so that 200, 403 and 404 mean something.

Everything of a citizen belongs to Martha; every case belongs to the election office. A new address with a part that
varies needs an entry in `examples`.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.test import Client, RequestFactory

from leineweber.capabilities.forms import services as drafts
from leineweber.capabilities.messages import services as messages
from leineweber.capabilities.messages.models import Attachment, Email
from leineweber.capabilities.processes import queries as processes
from leineweber.capabilities.processes.models import ProcessInstance
from leineweber.capabilities.records import queries as record_queries
from leineweber.capabilities.records import services as records
from leineweber.config.demo import _load_catalogue, participation
from leineweber.config.demo import resolutions as bodies
from leineweber.config.demo import strategy as demo_strategy
from leineweber.config.demo.indicators import COURSES
from leineweber.config.demo.indicators import load as load_figures
from leineweber.config.demo.organisation import load_demo_organisation
from leineweber.domains.applications import queries, services
from leineweber.domains.applications.models import Case, Channel, Procedure
from leineweber.domains.applications.procedures import publishing, read_folder, registry
from leineweber.domains.opendata import services as opendata
from leineweber.domains.participation.models import Comment, CriteriaSet, Proposal, Round
from leineweber.domains.participation.services import proposals
from leineweber.domains.portfolio import services as portfolio
from leineweber.domains.portfolio.choice import services as choice
from leineweber.domains.portfolio.choice.model import Limits
from leineweber.domains.portfolio.models import Breach, GateCondition, Phase, Risk
from leineweber.domains.reports.models import FrozenReport, ReportDraft
from leineweber.domains.strategy.models import FieldOfAction, SmartGoal
from leineweber.kernel import clock
from leineweber.kernel.access import Actor
from leineweber.kernel.jobs.worker import run_until_idle
from leineweber.kernel.refs import Ref
from leineweber.people.identity import services as identity
from leineweber.people.identity import tickets
from leineweber.people.identity.client import Client as Origin
from leineweber.people.identity.middleware import actor_for
from leineweber.people.identity.models import Account, Passkey
from leineweber.people.organisation import services as organisation
from leineweber.people.organisation.models import Deputyship, Unit
from people.logging_in import log_in

PACKAGE = Path(__file__).parents[3] / "procedures" / "wahlhelfer"
NOTHING = UUID("01900000-0000-7000-8000-000000000000")
# Column of the table → beginning of the persona's address; the demo knows what each of them does.
PERSONAS = {
    "anonymous": "",
    "citizen": "martha.",
    "other_citizen": "otto.",
    "clerk": "frieda.",
    "head": "henrike.",
    "deputy": "merle.",
    "other_office": "jasper.",
    "records_manager": "edda.",
    "operator": "tjark.",
    "leadership": "insa.",
    "auditor": "rieke.",
    "organisation_manager": "wiebke.",
}
ANSWERS: dict[str, Any] = {
    "person": {
        "vorname": "Martha",
        "familienname": "Flachs",
        "geburtsdatum": "1988-04-17",
        "staatsangehoerigkeit": "deutsch",
        "strasse": "Niederwall",
        "hausnummer": "23",
        "plz": "33602",
        "ort": "Bielefeld",
    },
    "erreichbarkeit": {"email": "martha.flachs@buerger.example", "kontaktweg": "postfach"},
    "verfuegbarkeit": {
        "wahlen": ["landtagswahl"],
        "einsatzzeit": "ganztags",
        "wunschbezirk": "heepen",
        "wohnortnah": True,
    },
    "erfahrung": {"vorhanden": "nein", "wunschfunktion": "beisitz", "oeffentlicher_dienst": False},
    "bank": {"auszahlung": "verzicht"},
    "einwilligung": {"wahlberechtigt": True, "datenschutz": True, "kuenftige_wahlen": False},
}

Arguments = dict[str, object]
_PART = re.compile(r"<(?:\w+:)?(\w+)>")


def account(beginning: str) -> Account:
    """Return the account of a persona."""
    return Account.objects.get(email__startswith=beginning)


def browser(beginning: str) -> Client:
    """Return a browser logged in as a persona, or as nobody."""
    client = Client(raise_request_exception=False)
    if beginning:
        log_in(client, account(beginning))
    return client


def _apply(procedure: Procedure, given: str, way: str = "postfach") -> Case:
    answers = copy.deepcopy(ANSWERS)
    answers["person"]["vorname"] = given
    answers["erreichbarkeit"]["kontaktweg"] = way
    martha = account("martha.")
    application = services.submit(
        actor_for(martha), procedure, answers, channel=Channel.ONLINE, account_id=martha.id
    )
    run_until_idle()
    return Case.objects.get(application=application)


def _task(case: Case) -> UUID:
    (live,) = (one for one in processes.tasks_of(Ref("case", case.id)) if one.status in {"open", "claimed"})
    return live.id


def _do(case: Case, beginning: str, **values: Any) -> None:
    services.complete_task(actor_for(account(beginning)), _task(case), case.id, values)
    run_until_idle()


def _assign(case: Case) -> None:
    _do(case, "frieda.", entscheidung="annehmen")
    _do(case, "frieda.", need=str(queries.open_needs("wahlhelfer", "heepen")[0].id))


@dataclass(frozen=True)
class City:
    """What there is, as the parts of addresses."""

    parts: dict[str, Arguments]

    def examples(self, route: str) -> list[tuple[str, Arguments]]:
        """Return the examples of an address: what each is called, and the parts that vary.

        Raises:
            LookupError: an address has parts for which there is no example.
        """
        if "<" not in route:
            return [("", {})]
        fitting: dict[str, list[tuple[str, Arguments]]] = {}
        for name, arguments in self.parts.items():
            beginning, _, label = name.partition(": ")
            if route.startswith(beginning) and set(_PART.findall(route)) == set(arguments):
                fitting.setdefault(beginning, []).append((label, arguments))
        if not fitting:
            raise LookupError(f"Kein Beispiel für {route}; es gehört in tests/config/permissions/city.py.")
        return fitting[max(fitting, key=len)]


def build() -> City:
    """Make the city; in a transaction that is rolled back afterwards."""
    registry.forget()
    program = Actor.system("Test")
    load_demo_organisation()
    records.put_sample_plan(program)
    _load_catalogue(program)
    procedure = publishing.publish(program, read_folder(PACKAGE))
    run_until_idle()
    demo_strategy.load()
    bodies.load()
    participation.load()

    review, asked, sign, printed = (
        _apply(procedure, "Anna"),
        _apply(procedure, "Berta"),
        _apply(procedure, "Clara"),
        _apply(procedure, "Dora", "post"),
    )
    _do(asked, "frieda.", entscheidung="rueckfragen", frage="Können Sie bis zum Ende bleiben?")
    _assign(sign)
    _assign(printed)
    _do(printed, "henrike.", freigabe=True)
    taken = messages.take_print_batch(actor_for(account("frieda.")))
    assert taken is not None

    published = opendata.publish(
        program, subject="indicator", key="applications.registrations", title="Wer sich gemeldet hat"
    )
    martha, frieda, henrike = account("martha."), account("frieda."), account("henrike.")
    assert frieda.person is not None
    draft, draft_token = drafts.start("wahlhelfer", procedure.version, actor=Actor.anonymous(), page="person")
    kept, _ = drafts.start(
        "wahlhelfer", procedure.version, actor=actor_for(martha), account_id=martha.id, page="person"
    )
    attachment = Attachment.objects.get(entry__case=str(Ref("case", review.id)))
    sheet = record_queries.contents(Ref("case", review.id))
    assert sheet is not None
    passkey = Passkey.objects.create(
        account=martha,
        name="Telefon",
        credential_id="x",
        credential=b"x",
        host="testserver",
        created_at=clock.now(),
    )
    log_in(Client(), martha)  # her other device
    today = clock.today()
    absence = organisation.record_absence(
        actor_for(frieda), person_id=frieda.person.id, start=today, end=today + timedelta(days=7)
    )
    origin = Origin.of(RequestFactory().get("/"))
    link = tickets.token_of(identity.request_link("neu@buerger.example", origin))
    invitation = tickets.token_of(identity.invite(actor_for(account("wiebke.")), account_id=henrike.id))
    status = services.link_token(asked.application_id)
    email = Email.objects.earliest("created_at")

    load_figures()
    frozen, draft_report = FrozenReport.objects.get(), ReportDraft.objects.get()
    goal = SmartGoal.objects.get(slug="wahlhelfer-online")

    def case(one: Case) -> Arguments:
        return {"case_id": one.id}

    linked: Arguments = {"token": status}
    owned: Arguments = {"application_id": asked.application_id}
    own_attachment = Attachment.objects.get(
        entry__case=str(Ref("case", asked.id)), name__startswith="Eingang"
    )
    return City(
        {
            "anmelden/einladung/": {"token": invitation},
            "konto/anmelden/link/": {"token": link},
            "konto/sicherheit/passkey/": {"passkey_id": passkey.id},
            "konto/sicherheit/sitzung/": {"session_id": _session_id(martha)},
            "arbeit/profil/vertretung/": {"deputyship_id": Deputyship.objects.get().id},
            "arbeit/profil/abwesenheit/": {"absence_id": absence.id},
            "arbeit/gestaltung/": {"face": "portal"},
            "api/v1/services/: wahlhelfer": {"slug": "wahlhelfer"},
            "api/v1/services/: unknown": {"slug": "gibt-es-nicht"},
            "api/v1/applications/: Martha's": linked,
            "api/v1/applications/: forged": {"token": "x" * 40},
            "arbeit/aufgaben/: to review": {"task_id": _task(review)},
            "arbeit/aufgaben/: to sign": {"task_id": _task(sign)},
            "arbeit/aufgaben/: unknown": {"task_id": NOTHING},
            "arbeit/vorgaenge/: to review": case(review),
            "arbeit/vorgaenge/: to sign": case(sign),
            "arbeit/vorgaenge/: unknown": {"case_id": NOTHING},
            "arbeit/vorgaenge/<uuid:case_id>/akte/: its document": {
                **case(review),
                "version_id": sheet.documents[0].versions[0].id,
            },
            "arbeit/vorgaenge/<uuid:case_id>/akte/: document of another case": {
                **case(sign),
                "version_id": sheet.documents[0].versions[0].id,
            },
            "arbeit/vorgaenge/<uuid:case_id>/nachrichten/: its attachment": {
                **case(review),
                "attachment_id": attachment.id,
            },
            "arbeit/vorgaenge/<uuid:case_id>/nachrichten/: attachment of another case": {
                **case(sign),
                "attachment_id": attachment.id,
            },
            "arbeit/entscheidungen/: a table": {"key": "wahlhelfer", "decision_id": "mindestalter"},
            "arbeit/entscheidungen/: unknown": {"key": "wahlhelfer", "decision_id": "gibt-es-nicht"},
            "arbeit/druck/: a batch": {"batch_id": taken[0]},
            "arbeit/druck/: unknown": {"batch_id": NOTHING},
            "arbeit/betrieb/auftraege/": {"job_id": NOTHING},
            "arbeit/betrieb/zustellungen/": {"delivery_id": 1},
            "arbeit/betrieb/ablaeufe/": {"instance_id": ProcessInstance.objects.earliest("started_at").id},
            "arbeit/betrieb/nachrichten/": {"email_id": email.id},
            "steuerung/ziele/": {"slug": "wahlhelfer-online"},
            "steuerung/felder/: a field": {"field": FieldOfAction.objects.all()[0].slug},
            "steuerung/felder/: unknown": {"field": "gibt-es-nicht"},
            "steuerung/einheiten/: an office": {"code": "150"},
            "steuerung/einheiten/: unknown": {"code": "999"},
            "steuerung/veroeffentlichung/: published": {"publication_id": published.id},
            "steuerung/veroeffentlichung/: unknown": {"publication_id": NOTHING},
            "zahlen/: published": {"key": published.key},
            "zahlen/: not published": {"key": "applications.online_share"},
            "steuerung/kennzahlen/: a measured one": {"key": "applications.registrations"},
            "steuerung/kennzahlen/: by hand": {"key": COURSES},
            "steuerung/kennzahlen/: unknown": {"key": "gibt.es.nicht"},
            "steuerung/berichte/entwurf/: a draft": {"draft_id": draft_report.id},
            "steuerung/berichte/entwurf/: unknown": {"draft_id": NOTHING},
            "steuerung/berichte/: frozen": {"report_id": frozen.id},
            "steuerung/berichte/: unknown": {"report_id": NOTHING},
            "steuerung/strategie/notizen/": {"kind": "goal", "id": goal.id},
            "steuerung/strategie/fassungen/": {"number": 2},
            "steuerung/strategie/<slug:art>/neu/": {"art": "massnahmen"},
            "steuerung/strategie/<slug:art>/<slug:slug>/": {"art": "massnahmen", "slug": "ozg"},
            **_bodies(),
            **_participation(),
            **_portfolio(),
            **_choice(),
            "leistungen/: wahlhelfer": {"slug": "wahlhelfer"},
            "leistungen/: unknown": {"slug": "gibt-es-nicht"},
            "lebenslagen/": {"slug": _situation()},
            "antrag/weiter/": {"token": drafts.new_link(draft, "martha.flachs@buerger.example")},
            "antrag/<slug:slug>/: wahlhelfer": {"slug": "wahlhelfer"},
            "antrag/<slug:slug>/: not online": {"slug": "gibt-es-nicht"},
            "antrag/<slug:slug>/<str:token>/: a draft": {"slug": "wahlhelfer", "token": draft_token},
            "antrag/<slug:slug>/<str:token>/: forged": {"slug": "wahlhelfer", "token": "x" * 43},
            "antrag/<slug:slug>/<str:token>/<str:page_key>/": {
                "slug": "wahlhelfer",
                "token": draft_token,
                "page_key": "person",
            },
            "vorgang/: Martha's": linked,
            "vorgang/: forged": {"token": "x" * 40},
            "vorgang/<str:token>/dokument/: Martha's": {**linked, "attachment_id": own_attachment.id},
            "vorgang/<str:token>/dokument/: of another case": {**linked, "attachment_id": attachment.id},
            "vorgang/<str:token>/berichtigen/": {**linked, "page_key": "person"},
            "konto/entwurf/: Martha's": {"draft_id": kept.id},
            "konto/entwurf/: a nameless one": {"draft_id": draft.id},
            "konto/vorgang/: Martha's": owned,
            "konto/vorgang/: unknown": {"application_id": NOTHING},
            "konto/vorgang/<uuid:application_id>/dokument/: Martha's": {
                **owned,
                "attachment_id": own_attachment.id,
            },
            "konto/vorgang/<uuid:application_id>/berichtigen/": {**owned, "page_key": "person"},
        }
    )


def _bodies() -> dict[str, Arguments]:
    """Return examples of bodies, meetings, papers and resolutions as the demo has them."""
    from leineweber.domains.resolutions.models import DecisionPaper, FollowUp, Meeting, Resolution
    from leineweber.people.organisation.models import Membership

    held = Meeting.objects.filter(status="held").latest("starts_at")
    coming = Meeting.objects.filter(status="invited").latest("starts_at")
    item: Arguments = {"meeting_id": coming.id, "item_id": coming.items.first().id}  # type: ignore[union-attr]
    going = DecisionPaper.objects.get(status="cosigning")
    decided = Resolution.objects.filter(follow_ups__done_at__isnull=True).earliest("serial")
    follow = FollowUp.objects.filter(resolution=decided).first()
    assert follow is not None
    board = "verwaltungsvorstand"
    member = Membership.objects.filter(committee__key=board, function="adviser").latest("id")
    task = processes.tasks_of(Ref("decision_paper", going.id))[0]
    return {
        "steuerung/gremien/<slug:key>/": {"key": board},
        "steuerung/gremien/<slug:key>/mitglieder/": {"key": board, "membership_id": member.id},
        "steuerung/gremien/zustaendigkeiten/": {"key": "standards"},
        "steuerung/gremien/beteiligung/": {"key": "personalrat"},
        "steuerung/gremien/sitzungen/: held": {"meeting_id": held.id},
        "steuerung/gremien/sitzungen/: to come": {"meeting_id": coming.id},
        "steuerung/gremien/sitzungen/: unknown": {"meeting_id": NOTHING},
        "steuerung/gremien/sitzungen/<uuid:meeting_id>/tagesordnung/<uuid:item_id>/": item,
        "steuerung/vorlagen/: being signed": {"paper_id": going.id},
        "steuerung/vorlagen/: unknown": {"paper_id": NOTHING},
        "steuerung/vorlagen/<uuid:paper_id>/aufgabe/": {"paper_id": going.id, "task_id": task.id},
        "steuerung/vorlagen/<uuid:paper_id>/fassung/": {"paper_id": going.id, "revision": 1},
        "steuerung/beschluesse/: a resolution": {"resolution_id": decided.id},
        "steuerung/beschluesse/: unknown": {"resolution_id": NOTHING},
        "steuerung/beschluesse/<uuid:resolution_id>/wiedervorlage/<uuid:follow_up_id>/": {
            "resolution_id": decided.id,
            "follow_up_id": follow.id,
        },
    }


def _choice() -> dict[str, Arguments]:
    """A scenario that is not computed; what cannot be done with it yet is answered with 422."""
    limits = Limits(2030, 2, (Decimal(100_000), None))
    scenario = choice.create_scenario(Actor.system("Test"), title="Wie geplant", question="", limits=limits)
    here = "steuerung/portfolio/auswahl/"
    return {
        f"{here}: a scenario": {"scenario_id": scenario.id},
        f"{here}: unknown": {"scenario_id": NOTHING},
        f"{here}<uuid:scenario_id>/warum/: a scenario": {"scenario_id": scenario.id, "project_id": NOTHING},
    }


def _portfolio() -> dict[str, Arguments]:
    """Make a project led by the clerk and sponsored by the head, and mandates of the organisation manager."""
    program, today = Actor.system("Test"), clock.today()
    project = portfolio.create_project(
        program,
        title="DMS-Einführung",
        kind="software",
        purpose="Akten werden elektronisch geführt.",
        unit=Unit.objects.get(code="120"),
        start=today,
        end=today + timedelta(days=300),
        lead=account("frieda.").person,
        sponsor=account("henrike.").person,
    )
    portfolio.take_baseline(program, project.id, "Beginn")
    portfolio.report(program, project.id, light="green", done="Begonnen", next_steps="Weiter")
    breach = Breach.objects.create(project=project, dimension="time", value=40, limit=30, raised_on=today)
    author = actor_for(account("wiebke."))
    draft = portfolio.start_mandate(author, title="Entwurf")
    submitted = portfolio.start_mandate(author, title="Vertragsmanagement")
    submitted.status = "submitted"
    submitted.save()
    own: Arguments = {"project_id": project.id}
    here = "steuerung/portfolio/vorhaben/"
    one = f"{here}<uuid:project_id>/"
    return {
        f"{here}: a project": own,
        f"{here}: unknown": {"project_id": NOTHING},
        f"{one}berichte/": {**own, "number": 1},
        f"{one}gate/": {**own, "phase_id": Phase.objects.filter(project=project)[0].id},
        f"{one}bedingung/": {**own, "condition_id": GateCondition.objects.filter(project=project)[0].id},
        f"{one}ausnahme/": {**own, "breach_id": breach.id},
        f"{one}teile/<slug:part>/": {**own, "part": "risiken"},
        f"{one}teile/<slug:part>/<uuid:row_id>/": {
            **own,
            "part": "risiken",
            "row_id": Risk.objects.filter(project=project)[0].id,
        },
        "steuerung/portfolio/auftraege/: submitted": {"mandate_id": submitted.id},
        "steuerung/portfolio/auftraege/: a draft": {"mandate_id": draft.id},
        "steuerung/portfolio/auftraege/<uuid:mandate_id>/schritt/": {
            "mandate_id": draft.id,
            "step": "anlass",
        },
    }


def _participation() -> dict[str, Arguments]:
    """Return two rounds, one rated just now and one decided, with a proposal, a draft and a comment of Frieda's."""
    rating = Round.objects.get(title="Ziele für das kommende Jahr")
    over = Round.objects.get(title="Welche Ziele zuerst? Erste Runde")
    rated, decided = (Proposal.objects.get(round=one, number=1) for one in (rating, over))
    draft = Proposal.objects.get(status=Proposal.Status.DRAFT)
    frieda = actor_for(account("frieda."))
    with clock.moved(clock.now() - timedelta(days=30)):
        comment: Comment = proposals.comment(
            frieda, proposal_id=rated.id, unit_id=draft.unit_id, text="Das fehlt bei uns auch."
        )
    at = "steuerung/beteiligung/"
    return {
        f"{at}kriterien/": {"criteria_id": CriteriaSet.objects.get().id},
        f"{at}vorschlaege/: being rated": {"proposal_id": rated.id},
        f"{at}vorschlaege/: decided": {"proposal_id": decided.id},
        f"{at}vorschlaege/: a draft": {"proposal_id": draft.id},
        f"{at}kommentare/: Frieda's": {"comment_id": comment.id},
        f"{at}<uuid:round_id>/: being rated": {"round_id": rating.id},
        f"{at}<uuid:round_id>/: over": {"round_id": over.id},
        f"{at}<uuid:round_id>/<slug:what>: hidden": {"round_id": rating.id, "what": "rangliste"},
        f"{at}<uuid:round_id>/<slug:what>: known": {"round_id": over.id, "what": "rangliste"},
    }


def _session_id(owner: Account) -> UUID:
    from leineweber.people.identity.models import Session

    return Session.objects.filter(account=owner).latest("created_at").id


def _situation() -> str:
    from leineweber.domains.services.models import LifeSituation

    return LifeSituation.objects.filter(services__isnull=False).distinct().order_by("slug")[0].slug
