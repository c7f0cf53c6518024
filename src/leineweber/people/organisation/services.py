"""What can be done to the organisation; the only place that writes its tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr

from leineweber.kernel import clock, ids
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
from leineweber.people.organisation import queries, rules
from leineweber.people.organisation.models import (
    Absence,
    Deputyship,
    Holding,
    Person,
    Post,
    PostRole,
    Role,
    Unit,
)
from leineweber.people.organisation.roles import HOUSE_ROLES, UNIT_HEAD

MANAGE = "organisation.manage"


class OrganisationError(ValueError):
    """Something the organisation cannot be; the message is German and may be shown."""


def define_role(actor: Actor, *, name: str, label: str) -> Role:
    """Make a role known, or give it another label; a procedure package does this when it is published.

    Raises:
        OrganisationError: the name has another form or is one of the house.
    """
    check(actor, MANAGE)
    if not rules.is_role_name(name) or name in HOUSE_ROLES:
        raise OrganisationError(f"„{name}“ kann keine Rolle eines Verfahrens sein.")
    if not label.strip():
        raise OrganisationError("Eine Rolle braucht eine Bezeichnung.")
    known = Role.objects.filter(name=name).first()
    if known is not None and known.label == label:
        return known
    with act(actor, "organisation.role_defined", Ref("role", ids.new_id()), {"role": name}):
        return Role.objects.update_or_create(name=name, defaults={"label": label})[0]


_ABOVE: dict[Unit.Kind, set[Unit.Kind | None]] = {
    Unit.Kind.DEPARTMENT: {None},
    Unit.Kind.OFFICE: {None, Unit.Kind.DEPARTMENT},
    Unit.Kind.DIVISION: {Unit.Kind.OFFICE, Unit.Kind.DIVISION},
}


def _fits_below(kind: str, parent: Unit | None) -> None:
    above = Unit.Kind(parent.kind) if parent else None
    if above not in _ABOVE[Unit.Kind(kind)]:
        raise OrganisationError(f"Diese Ebene passt nicht unter {parent or 'die Stadt'}.")


def create_unit(
    actor: Actor,
    *,
    code: str,
    number: str,
    name: str,
    kind: str,
    parent: Unit | None,
    valid_from: date,
    demo: bool = False,
) -> Unit:
    """Create a unit below a parent (None: at the top) and return it.

    Raises:
        OrganisationError: the code is taken or malformed, or the kind does not fit below the parent.
    """
    check(actor, MANAGE)
    _fits_below(kind, parent)
    try:
        path = rules.child_path(parent.path if parent else None, code)
    except ValueError as error:
        raise OrganisationError(str(error)) from error
    if Unit.objects.filter(code=code).exists():
        raise OrganisationError(f"Das Kurzzeichen „{code}“ ist vergeben.")
    unit = Unit(
        code=code,
        path=path,
        number=number,
        name=name,
        kind=kind,
        parent=parent,
        valid_from=valid_from,
        search_text=rules.fold(f"{number} {name}"),
        demo=demo,
    )
    with act(actor, "organisation.unit_created", Ref("unit", unit.id), {"path": path}) as a:
        unit.save(force_insert=True)
        a.emit("organisation.unit_created", {"path": path})
    return unit


def move_unit(actor: Actor, *, unit_id: UUID, new_parent_id: UUID | None) -> Unit:
    """Hang a unit with everything below it elsewhere; the paths of the whole subtree follow in one statement.

    Emits `organisation.unit_moved` with `old_path` and `new_path`, so that rooms which keep a scope can follow.

    Raises:
        OrganisationError: the new place lies in the moved subtree or does not fit its kind.
    """
    check(actor, MANAGE)
    with act(actor, "organisation.unit_moved", Ref("unit", unit_id)) as a:
        unit = Unit.objects.select_for_update().get(id=unit_id)
        parent = Unit.objects.select_for_update().get(id=new_parent_id) if new_parent_id else None
        if parent is not None and rules.lies_within(parent.path, unit.path):
            raise OrganisationError("Eine Einheit kann nicht unter sich selbst gehängt werden.")
        _fits_below(unit.kind, parent)
        old, new = unit.path, rules.child_path(parent.path if parent else None, unit.code)
        if old != new:
            Unit.objects.filter(path__startswith=old).update(
                path=Concat(Value(new), Substr("path", len(old) + 1))
            )
            Unit.objects.filter(id=unit_id).update(parent=parent)
            a.emit("organisation.unit_moved", {"old_path": old, "new_path": new})
        a.detail.update(old_path=old, new_path=new)
    unit.refresh_from_db()
    return unit


def create_post(
    actor: Actor,
    *,
    unit: Unit,
    key: str,
    title: str,
    roles: Sequence[str] = (),
    whole_city_roles: Sequence[str] = (),
    head: bool = False,
    shared: bool = False,
    demo: bool = False,
) -> Post:
    """Create a post in a unit; `roles` hold for the unit and below, `whole_city_roles` everywhere.

    Raises:
        OrganisationError: a role that nobody defined, or a key that is taken.
    """
    check(actor, MANAGE)
    _known(roles)
    _known(whole_city_roles)
    if Post.objects.filter(key=key).exists():
        raise OrganisationError(f"Die Stellennummer „{key}“ ist vergeben.")
    post = Post(
        unit=unit, key=key, title=title, head=head, shared=shared, search_text=rules.fold(title), demo=demo
    )
    with act(actor, "organisation.post_created", Ref("post", post.id), {"unit": str(unit.id)}):
        post.save(force_insert=True)
        _write_roles(post, roles, whole_city_roles)
    return post


def set_post_roles(
    actor: Actor, *, post_id: UUID, roles: Sequence[str], whole_city_roles: Sequence[str] = ()
) -> None:
    """Replace the roles of a post; its holders have the new ones from their next request on.

    Raises:
        OrganisationError: a role that nobody defined.
    """
    check(actor, MANAGE)
    _known(roles)
    _known(whole_city_roles)
    detail = {"roles": sorted(roles), "whole_city_roles": sorted(whole_city_roles)}
    with act(actor, "organisation.post_roles_set", Ref("post", post_id), detail):
        post = Post.objects.select_for_update().get(id=post_id)
        PostRole.objects.filter(post=post).delete()
        _write_roles(post, roles, whole_city_roles)


def _known(roles: Sequence[str]) -> None:
    labels = queries.role_labels()
    for role in roles:
        if role not in labels:
            raise OrganisationError(f"Die Rolle „{role}“ ist nicht bekannt.")


def _write_roles(post: Post, roles: Sequence[str], whole_city_roles: Sequence[str]) -> None:
    everywhere = set(whole_city_roles)
    if post.head:
        roles = (*roles, UNIT_HEAD)
    PostRole.objects.bulk_create(
        PostRole(post=post, role=role, whole_city=role in everywhere)
        for role in sorted(set(roles) | everywhere)
    )


def create_person(
    actor: Actor,
    *,
    given_name: str,
    family_name: str,
    email: str,
    phone: str = "",
    title: str = "",
    demo: bool = False,
) -> Person:
    """Create a person of the staff.

    Raises:
        OrganisationError: no name, no valid e-mail address, or one that is taken.
    """
    check(actor, MANAGE)
    given_name, family_name, email = given_name.strip(), family_name.strip(), email.strip().lower()
    if not given_name or not family_name:
        raise OrganisationError("Geben Sie Vor- und Familienname an.")
    try:
        validate_email(email)
    except ValidationError as error:
        raise OrganisationError("Die E-Mail-Adresse ist nicht gültig.") from error
    if Person.objects.filter(email=email).exists():
        raise OrganisationError("Die E-Mail-Adresse ist vergeben.")
    person = Person(
        given_name=given_name,
        family_name=family_name,
        title=title,
        email=email,
        phone=phone,
        demo=demo,
        sort_key=rules.fold(f"{family_name}, {given_name}")[:260],
        search_text=rules.fold(f"{family_name} {given_name} {email} {phone}"),
    )
    with act(actor, "organisation.person_created", Ref("person", person.id)):
        person.save(force_insert=True)
    return person


def appoint(actor: Actor, *, post_id: UUID, person_id: UUID, start: date, end: date | None = None) -> Holding:
    """Let a person hold a post from `start` up to but not including `end`.

    Raises:
        OrganisationError: the post is held by somebody else in the period, or the end lies before the start.
    """
    check(actor, MANAGE)
    _period(start, end)
    holding = Holding(post_id=post_id, person_id=person_id, start=start, end=end)
    detail = {"post": str(post_id), "person": str(person_id)}
    try:
        with act(actor, "organisation.post_taken", Ref("holding", holding.id), detail) as a:
            post = Post.objects.select_for_update().get(id=post_id)
            holding.exclusive = not post.shared
            with transaction.atomic():
                holding.save(force_insert=True)
            a.emit("organisation.post_taken", detail, subject=Ref("person", person_id))
    except IntegrityError as error:
        if "holding_no_overlap" not in str(error):
            raise
        raise OrganisationError("Die Stelle ist in diesem Zeitraum schon besetzt.") from error
    return holding


def leave_post(actor: Actor, *, holding_id: UUID, on: date | None = None) -> Holding:
    """End a holding: from the day `on` (None: today) the person does not hold the post. Rights end with it.

    Raises:
        OrganisationError: the holding has already ended before that day.
    """
    check(actor, MANAGE)
    on = on or clock.today()
    with act(actor, "organisation.post_left", Ref("holding", holding_id)) as a:
        holding = Holding.objects.select_for_update().get(id=holding_id)
        if holding.end is not None and holding.end <= on:
            raise OrganisationError("Die Stelle wurde schon vorher verlassen.")
        holding.end = max(on, holding.start)
        holding.save(update_fields=["end"])
        detail = {"post": str(holding.post_id), "person": str(holding.person_id), "on": on.isoformat()}
        a.detail.update(detail)
        a.emit("organisation.post_left", detail, subject=Ref("person", holding.person_id))
    return holding


def name_deputy(
    actor: Actor, *, post_id: UUID, deputy_id: UUID, start: date, end: date | None = None
) -> Deputyship:
    """Let a person act for a post from `start` up to but not including `end` (None: until further notice).

    Raises:
        Denied: it is not the actor's own post and she does not manage the organisation.
        OrganisationError: the deputy holds the post already, holds no post at all, or deputises already.
    """
    post = Post.objects.get(id=post_id)
    check(actor, "organisation.post.name_deputy", post)
    _period(start, end)
    if end == start:
        raise OrganisationError("Die Vertretung dauert mindestens einen Tag.")
    holders = list(queries.holders_of_post(post_id, max(start, clock.today())))
    if deputy_id in holders:
        raise OrganisationError("Sich selbst kann man nicht vertreten.")
    if not queries.holds_any(deputy_id, clock.today()):
        raise OrganisationError("Vertreten kann nur, wer selbst eine Stelle hat.")
    principal = actor.id if actor.id in holders else next(iter(holders), None)
    clash = Deputyship.objects.filter(post_id=post_id, deputy_id=deputy_id).filter(_in_force(start, end))
    deputyship = Deputyship(post=post, principal_id=principal, deputy_id=deputy_id, start=start, end=end)
    detail = {"post": str(post_id), "deputy": str(deputy_id)}
    with act(actor, "organisation.deputy_named", Ref("deputyship", deputyship.id), detail) as a:
        if clash.exists():
            raise OrganisationError("Diese Vertretung gibt es in dem Zeitraum schon.")
        deputyship.save(force_insert=True)
        a.emit("organisation.deputy_named", detail, subject=Ref("person", deputy_id))
    return deputyship


def end_deputyship(actor: Actor, *, deputyship_id: UUID, on: date | None = None) -> None:
    """End a deputyship: from the day `on` (None: today) the deputy does not act any more.

    Raises:
        Denied: it is not the actor's own post and she does not manage the organisation.
    """
    deputyship = Deputyship.objects.select_related("post").get(id=deputyship_id)
    check(actor, "organisation.post.name_deputy", deputyship.post)
    day = max(on or clock.today(), deputyship.start)
    with act(actor, "organisation.deputy_ended", Ref("deputyship", deputyship_id)):
        Deputyship.objects.filter(id=deputyship_id).filter(Q(end__isnull=True) | Q(end__gt=day)).update(
            end=day
        )


def record_absence(actor: Actor, *, person_id: UUID, start: date, end: date) -> Absence:
    """Note that a person is away from `start` up to but not including `end`; no reason is asked or kept.

    Raises:
        Denied: it is somebody else and the actor does not manage the organisation.
        OrganisationError: the period is empty or meets one that is already noted.
    """
    person = Person.objects.get(id=person_id)
    check(actor, "organisation.absence.record", person)
    if end <= start:
        raise OrganisationError("Der letzte Tag liegt vor dem ersten.")
    absence = Absence(person=person, start=start, end=end)
    with act(actor, "organisation.absence_recorded", Ref("absence", absence.id)):
        if Absence.objects.filter(person=person, start__lt=end, end__gt=start).exists():
            raise OrganisationError("In diesem Zeitraum ist schon eine Abwesenheit eingetragen.")
        absence.save(force_insert=True)
    return absence


def cancel_absence(actor: Actor, *, absence_id: UUID) -> None:
    """Take back a noted absence.

    Raises:
        Denied: it is somebody else's and the actor does not manage the organisation.
    """
    absence = Absence.objects.select_related("person").get(id=absence_id)
    check(actor, "organisation.absence.record", absence.person)
    with act(actor, "organisation.absence_cancelled", Ref("absence", absence_id)):
        absence.delete()


def _period(start: date, end: date | None) -> None:
    try:
        rules.Period(start, end)
    except ValueError as error:
        raise OrganisationError(str(error)) from error


def _in_force(start: date, end: date | None) -> Q:
    meets = Q(end__isnull=True) | Q(end__gt=start)
    return meets if end is None else meets & Q(start__lt=end)
