"""Which rows an actor sees: by membership, by office, by what she is asked for; never a check per row."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from leineweber.domains.resolutions.models import DecisionPaper, Meeting, PaperPart, PaperStatus, Resolution
from leineweber.domains.resolutions.policies import OVERSIGHT
from leineweber.kernel.access import Actor
from leineweber.people.organisation.committee_queries import committees_of
from leineweber.people.organisation.models import Committee
from leineweber.people.organisation.roles import UNIT_HEAD


def sees_all(actor: Actor) -> bool:
    """Tell whether an actor sees everything that is no draft: office of the bodies, leadership, auditors."""
    return actor.kind == "system" or (actor.kind == "staff" and actor.has_any_role(OVERSIGHT))


def own_bodies(actor: Actor) -> frozenset[UUID]:
    """Return the bodies an actor belongs to or acts for; two queries."""
    if actor.kind != "staff" or actor.id is None:
        return frozenset()
    posts = {grant.post_id for grant in actor.grants}
    paths = {grant.unit_path for grant in actor.grants if grant.role == UNIT_HEAD}
    alone = Committee.objects.filter(
        Q(post_id__in=posts) | Q(post__holdings__person_id=actor.id) | Q(unit__path__in=paths)
    )
    return committees_of(actor.id) | frozenset(alone.values_list("id", flat=True))


def visible_papers(actor: Actor) -> QuerySet[DecisionPaper]:
    """Return the papers an actor may see.

    Her own; those she is asked about; what waits for or was decided by her bodies; all decided ones that are not
    restricted; who has oversight: everything that is no draft of somebody else.
    """
    if actor.kind == "system":
        return DecisionPaper.objects.all()
    if actor.kind != "staff" or actor.id is None:
        return DecisionPaper.objects.none()
    own = Q(author_id=actor.id)
    if sees_all(actor):
        return DecisionPaper.objects.filter(own | ~Q(status=PaperStatus.DRAFT))
    asked = Q(pk__in=[])
    for role, path in {(grant.role, grant.unit_path) for grant in actor.grants}:
        asked |= Q(role=role, unit_path__startswith=path)
    parts = PaperPart.objects.filter(asked).values("paper_id")
    waiting = Q(body_id__in=own_bodies(actor), status__in=[PaperStatus.CLEARED, PaperStatus.DECIDED])
    common = Q(status=PaperStatus.DECIDED, restricted=False)
    return DecisionPaper.objects.filter(own | waiting | common | Q(id__in=parts))


def visible_meetings(actor: Actor) -> QuerySet[Meeting]:
    """Return the meetings an actor may see: of her boards, or all with oversight."""
    if sees_all(actor):
        return Meeting.objects.all()
    return Meeting.objects.filter(
        Q(committee_id__in=own_bodies(actor)) | Q(attendances__person_id=actor.id, attendances__present=True)
    ).distinct()


def visible_resolutions(actor: Actor) -> QuerySet[Resolution]:
    """Return the resolutions an actor may see: all that are not restricted; restricted ones as papers are seen."""
    if actor.kind not in {"staff", "system"}:
        return Resolution.objects.none()
    if sees_all(actor):
        return Resolution.objects.all()
    posts = {grant.post_id for grant in actor.grants}
    return Resolution.objects.filter(
        Q(restricted=False)
        | Q(committee_id__in=own_bodies(actor))
        | Q(paper__author_id=actor.id)
        | Q(id__in=Resolution.objects.filter(follow_ups__post_id__in=posts).values("id"))
    )
