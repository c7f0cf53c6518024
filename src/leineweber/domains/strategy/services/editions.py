"""Editions of the whole paper: one in work, one adopted; what is put forward or decided is frozen and sealed."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Max

from leineweber.domains.strategy import rules
from leineweber.domains.strategy.models import Edition
from leineweber.domains.strategy.queries.paper import snapshot
from leineweber.domains.strategy.services.common import ADOPT, EDIT, Conflict, StrategyError
from leineweber.kernel import clock, ids
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

Status = Edition.Status


def open_edition(actor: Actor, *, title: str = "") -> Edition:
    """Open the working edition; if there is one, return it.

    Raises:
        Denied: the actor does not edit the strategy.
    """
    check(actor, EDIT)
    known = Edition.objects.filter(status=Status.WORKING).first()
    if known is not None:
        return known
    edition = Edition(id=ids.new_id(), opened_on=clock.today())
    with act(actor, "edition.opened", Ref("edition", edition.id)):
        edition.number = (Edition.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        edition.title = title.strip()[:200] or f"Fassung {edition.number}"
        edition.save(force_insert=True)
    return edition


def _locked(id: UUID, *, among: set[str]) -> Edition:
    """Return an edition while all of them are locked: of two that are adopted at once the second sees the first.

    Raises:
        StrategyError: there is none; Conflict if it is past what is asked.
    """
    list(Edition.objects.select_for_update().order_by("number").values_list("id", flat=True))
    edition = Edition.objects.select_for_update().filter(id=id).first()
    if edition is None:
        raise StrategyError("Diese Fassung gibt es nicht.")
    if edition.status not in among:
        raise Conflict(f"{edition} ist {edition.get_status_display()}; das geht jetzt nicht.")
    return edition


def _freeze(edition: Edition, seen: str) -> None:
    """Take what the tables say into the edition; refuse it if that is not what the person has seen, or nothing new."""
    content = rules.canonical(snapshot())
    sha512 = rules.digest(content)
    if seen and seen != sha512:
        raise Conflict(
            "Seit Sie die Seite geöffnet haben, wurde die Strategie geändert. Sehen Sie sich die Unterschiede noch "
            "einmal an."
        )
    if Edition.objects.filter(status=Status.ADOPTED, sha512=sha512).exists():
        raise StrategyError("Die Arbeitsfassung unterscheidet sich nicht von der beschlossenen.")
    edition.content, edition.sha512 = content, sha512


def propose_edition(actor: Actor, *, id: UUID, seen: str = "") -> Edition:
    """Freeze the working edition for decision and open the next; `seen` is the SHA-512 of what the person has read.

    Raises:
        Denied: the actor does not edit the strategy.
        StrategyError: it is not the working edition or has nothing new; Conflict if the paper changed meanwhile.
    """
    check(actor, EDIT)
    with act(actor, "edition.proposed", Ref("edition", id)) as current:
        edition = _locked(id, among={Status.WORKING})
        _freeze(edition, seen)
        edition.status = Status.PROPOSED
        edition.proposed_by, edition.proposed_on = actor.label[:200], clock.today()
        edition.save()
        current.detail["sha512"] = edition.sha512
        open_edition(Actor.system())
    return edition


def adopt_edition(actor: Actor, *, id: UUID, seen: str = "", resolution: str = "") -> Edition:
    """Adopt an edition as it was put forward, or the working one as it is; the one in force is superseded.

    Emits `edition.adopted`. The same resolution again changes nothing.

    Raises:
        Denied: the actor does not adopt.
        StrategyError: it is decided already or has nothing new; Conflict if the paper changed meanwhile.
    """
    check(actor, ADOPT)
    done = Edition.objects.filter(
        id=id, status__in=(Status.ADOPTED, Status.SUPERSEDED), resolution=resolution
    ).first()
    if resolution and done is not None:
        return done
    with act(actor, "edition.adopted", Ref("edition", id), {"resolution": resolution}) as current:
        edition = _locked(id, among={Status.WORKING, Status.PROPOSED})
        if edition.status == Status.WORKING:
            _freeze(edition, seen)
            edition.proposed_by = edition.proposed_by or actor.label[:200]
            edition.proposed_on = edition.proposed_on or clock.today()
        Edition.objects.filter(status=Status.ADOPTED).update(status=Status.SUPERSEDED)
        edition.status = Status.ADOPTED
        edition.resolution = resolution[:60]
        edition.decided_by = (f"Beschluss {resolution}" if resolution else actor.label)[:200]
        edition.decided_on = clock.today()
        edition.save()
        current.detail["sha512"] = edition.sha512
        current.emit("edition.adopted", {"number": edition.number, "sha512": edition.sha512})
        open_edition(Actor.system())
    return edition


def reject_edition(actor: Actor, *, id: UUID, resolution: str) -> Edition:
    """Reject an edition that was put forward; work goes on in the working one. Again changes nothing.

    Raises:
        Denied: the actor does not adopt.
        StrategyError: it was not put forward.
    """
    check(actor, ADOPT)
    done = Edition.objects.filter(id=id, status=Status.REJECTED, resolution=resolution).first()
    if done is not None:
        return done
    with act(actor, "edition.rejected", Ref("edition", id), {"resolution": resolution}):
        edition = _locked(id, among={Status.PROPOSED})
        edition.status, edition.resolution = Status.REJECTED, resolution[:60]
        edition.decided_by = (f"Beschluss {resolution}" if resolution else actor.label)[:200]
        edition.decided_on = clock.today()
        edition.save()
    return edition
