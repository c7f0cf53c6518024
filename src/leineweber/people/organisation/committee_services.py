"""What can be done to the bodies: make one, change it, take members in and let them go."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.text import slugify

from leineweber.kernel import clock
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
from leineweber.people.organisation.models import Committee, Membership, Post, Unit
from leineweber.people.organisation.rules import fold
from leineweber.people.organisation.services import OrganisationError

MANAGE = "organisation.committee.manage"
NAME_LIMIT, SHORT_LIMIT, PURPOSE_LIMIT = 200, 12, 4000


def create_committee(
    actor: Actor,
    *,
    name: str,
    short: str,
    kind: str = Committee.Kind.BOARD,
    purpose: str = "",
    post: Post | None = None,
    unit: Unit | None = None,
    demo: bool = False,
) -> Committee:
    """Make a body and return it: a board, the holder of a post, or a unit.

    Raises:
        OrganisationError: no name, a short form that is taken, or post and unit do not fit the kind.
    """
    check(actor, MANAGE)
    name, short = _named(name, short)
    if kind not in Committee.Kind.values or (kind == "post") != (post is not None):
        raise OrganisationError("Ein Amt braucht die Stelle, an der es hängt.")
    if (kind == "unit") != (unit is not None):
        raise OrganisationError("Eine Einheit als Gremium braucht die Einheit.")
    if Committee.objects.filter(short=short).exists():
        raise OrganisationError(f"Die Abkürzung „{short}“ ist vergeben.")
    committee = Committee(
        key=_free_key(name),
        name=name,
        short=short,
        kind=kind,
        purpose=purpose.strip()[:PURPOSE_LIMIT],
        post=post,
        unit=unit,
        position=Committee.objects.count(),
        demo=demo,
    )
    with act(actor, "organisation.committee_created", Ref("committee", committee.id)):
        committee.save(force_insert=True)
    return committee


def _named(name: str, short: str) -> tuple[str, str]:
    name, short = " ".join(name.split()), " ".join(short.split())
    if not name or len(name) > NAME_LIMIT:
        raise OrganisationError(f"Geben Sie einen Namen mit höchstens {NAME_LIMIT} Zeichen an.")
    if not short or len(short) > SHORT_LIMIT:
        raise OrganisationError(f"Geben Sie eine Abkürzung mit höchstens {SHORT_LIMIT} Zeichen an.")
    return name, short


def _free_key(name: str) -> str:
    base = slugify(fold(name))[:50] or "gremium"
    taken = set(Committee.objects.filter(key__startswith=base).values_list("key", flat=True))
    key, number = base, 1
    while key in taken or key in {"neu", "sitzungen", "zustaendigkeiten", "beteiligung"}:
        number += 1
        key = f"{base}-{number}"
    return key


def change_committee(
    actor: Actor, *, committee_id: UUID, name: str, short: str, purpose: str, version: int
) -> Committee:
    """Give a body another name, short form or purpose; numbers already given keep the old short form.

    Raises:
        OrganisationError: no name, a short form that is taken, or somebody else changed it meanwhile.
    """
    check(actor, MANAGE)
    name, short = _named(name, short)
    with act(actor, "organisation.committee_changed", Ref("committee", committee_id)):
        committee = Committee.objects.select_for_update().get(id=committee_id)
        if committee.version != version:
            raise OrganisationError(
                "Inzwischen hat jemand anderes das Gremium geändert. Prüfen Sie Ihre Angaben und speichern Sie erneut."
            )
        if Committee.objects.filter(short=short).exclude(id=committee_id).exists():
            raise OrganisationError(f"Die Abkürzung „{short}“ ist vergeben.")
        committee.name, committee.short, committee.purpose = name, short, purpose.strip()[:PURPOSE_LIMIT]
        committee.version += 1
        committee.save(update_fields=["name", "short", "purpose", "version"])
    return committee


def add_member(
    actor: Actor,
    *,
    committee_id: UUID,
    function: str,
    start: date,
    person_id: UUID | None = None,
    post_id: UUID | None = None,
    end: date | None = None,
) -> Membership:
    """Take a person, or whoever holds a post, into a board from `start` up to but not including `end`.

    Raises:
        OrganisationError: not one of the two, a member already in the period, a second chair, or no board.
    """
    check(actor, MANAGE)
    if (person_id is None) == (post_id is None):
        raise OrganisationError("Ein Mitglied ist eine Person oder eine Stelle.")
    if function not in Membership.Function.values:
        raise OrganisationError("Wählen Sie die Funktion.")
    if end is not None and end <= start:
        raise OrganisationError("Das Ende liegt vor dem Beginn.")
    membership = Membership(
        committee_id=committee_id,
        person_id=person_id,
        post_id=post_id,
        function=function,
        start=start,
        end=end,
    )
    with act(actor, "organisation.member_added", Ref("committee", committee_id)) as current:
        committee = Committee.objects.select_for_update().get(id=committee_id)
        if committee.kind != Committee.Kind.BOARD:
            raise OrganisationError("Nur ein Gremium, das tagt, hat Mitglieder.")
        meets = Q(end__isnull=True) | Q(end__gt=start)
        if end is not None:
            meets &= Q(start__lt=end)
        others = Membership.objects.filter(meets, committee=committee)
        if others.filter(Q(person_id=person_id) if person_id else Q(post_id=post_id)).exists():
            raise OrganisationError("Diese Mitgliedschaft gibt es in dem Zeitraum schon.")
        if function == Membership.Function.CHAIR and others.filter(function=function).exists():
            raise OrganisationError("Den Vorsitz hat in dem Zeitraum schon jemand.")
        membership.save(force_insert=True)
        current.detail.update(membership=str(membership.id), function=function)
    return membership


def end_membership(actor: Actor, *, membership_id: UUID, on: date | None = None) -> Membership:
    """End a membership: from the day `on` (None: today) it does not hold any more.

    Raises:
        OrganisationError: it has ended before.
        Membership.DoesNotExist: there is none.
    """
    check(actor, MANAGE)
    day = on or clock.today()
    membership = Membership.objects.get(id=membership_id)
    with act(actor, "organisation.member_left", Ref("committee", membership.committee_id)) as current:
        membership = Membership.objects.select_for_update().get(id=membership_id)
        if membership.end is not None and membership.end <= day:
            raise OrganisationError("Diese Mitgliedschaft ist schon beendet.")
        membership.end = max(day, membership.start)
        membership.save(update_fields=["end"])
        current.detail["membership"] = str(membership.id)
    return membership
