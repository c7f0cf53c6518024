"""Take in a whole organisation at once: how a city starts, and where the demo comes from.

The plan is a mapping, usually from YAML:

    roles:  {name: label}
    units:  {code: [number, kind, parent code or null, name]}          parents before children
    posts:  [{key, unit, title, head, shared, roles, city_roles, given, family, title_of, email, phone}]
    deputies: {post key: post key of the deputy}
    committees: [{key, short, name, kind, post or unit, purpose, members: {post key: function}}]

What is there already (same role, unit code, post key, e-mail address) is left as it is, so a plan can be read again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
from leineweber.people.organisation import queries, rules
from leineweber.people.organisation.models import (
    Committee,
    Deputyship,
    Holding,
    Membership,
    Person,
    Post,
    PostRole,
    Role,
    Unit,
)
from leineweber.people.organisation.roles import HOUSE_ROLES, UNIT_HEAD
from leineweber.people.organisation.services import OrganisationError

PLAN = Ref("organisation", UUID(int=0))


@dataclass(frozen=True, slots=True)
class Imported:
    """How many of each were made."""

    units: int
    posts: int
    persons: int


def import_plan(
    actor: Actor, plan: Mapping[str, Any], *, start: date, mail_domain: str = "", demo: bool = False
) -> Imported:
    """Make what a plan names and is not there yet, in one act; everything is valid from `start`.

    `mail_domain` gives persons without `email` the address given.family@domain.

    Raises:
        OrganisationError: a unit, role or post that the plan refers to does not exist, or a name is malformed.
    """
    check(actor, "organisation.manage")
    with act(actor, "organisation.plan_imported", PLAN) as a:
        _roles(plan.get("roles", {}))
        units, new_units = _units(plan.get("units", {}), start, demo)
        posts, new_posts = _posts(plan.get("posts", []), units, demo)
        new_persons = _persons(
            plan.get("posts", []), posts, {post.key for post in new_posts}, start, mail_domain, demo
        )
        _deputies(plan.get("deputies", {}), posts, start)
        _committees(plan.get("committees", []), units, posts, start, demo)
        result = Imported(len(new_units), len(new_posts), new_persons)
        a.detail.update(units=result.units, posts=result.posts, persons=result.persons)
    return result


def _roles(roles: Mapping[str, str]) -> None:
    for name in roles:
        if not rules.is_role_name(name) or name in HOUSE_ROLES:
            raise OrganisationError(f"„{name}“ kann keine Rolle eines Verfahrens sein.")
    Role.objects.bulk_create(
        [Role(name=name, label=label) for name, label in roles.items()], ignore_conflicts=True
    )


def _units(entries: Mapping[str, Any], start: date, demo: bool) -> tuple[dict[str, Unit], list[Unit]]:
    units = {unit.code: unit for unit in Unit.objects.all()}
    new = []
    for code, (number, kind, parent_code, name) in entries.items():
        if code in units:
            continue
        if parent_code is not None and parent_code not in units:
            raise OrganisationError(
                f"Einheit {code}: {parent_code} gibt es nicht oder steht erst weiter unten."
            )
        if kind not in Unit.Kind.values:
            raise OrganisationError(f"Einheit {code}: „{kind}“ ist keine Art.")
        parent = units.get(parent_code) if parent_code is not None else None
        try:
            path = rules.child_path(parent.path if parent else None, code)
        except ValueError as error:
            raise OrganisationError(str(error)) from error
        unit = Unit(
            code=code,
            path=path,
            number=number,
            name=name,
            kind=kind,
            parent=parent,
            valid_from=start,
            search_text=rules.fold(f"{number} {name}"),
            demo=demo,
        )
        units[code] = unit
        new.append(unit)
    Unit.objects.bulk_create(new)
    return units, new


def _posts(
    entries: list[Mapping[str, Any]], units: Mapping[str, Unit], demo: bool
) -> tuple[dict[str, Post], list[Post]]:
    posts = {post.key: post for post in Post.objects.all()}
    known = queries.role_labels()
    new, roles = [], []
    for entry in entries:
        key = entry["key"]
        if key in posts:
            continue
        unit = units.get(entry["unit"])
        if unit is None:
            raise OrganisationError(f"Stelle {key}: Die Einheit {entry['unit']} gibt es nicht.")
        post = posts[key] = Post(
            unit=unit,
            key=key,
            title=entry["title"],
            head=entry.get("head", False),
            shared=entry.get("shared", False),
            search_text=rules.fold(entry["title"]),
            demo=demo,
        )
        new.append(post)
        if post.head:
            roles.append(PostRole(post=post, role=UNIT_HEAD))
        for kind in ("roles", "city_roles"):
            for role in entry.get(kind, ()):
                if role not in known:
                    raise OrganisationError(f"Stelle {key}: Die Rolle „{role}“ ist nicht bekannt.")
                roles.append(PostRole(post=post, role=role, whole_city=kind == "city_roles"))
    Post.objects.bulk_create(new)
    PostRole.objects.bulk_create(roles)
    return posts, new


def email_of(entry: Mapping[str, Any], mail_domain: str) -> str:
    """Return the address of a post's person: the one in the plan, or given.family@domain."""
    if "email" in entry:
        return str(entry["email"]).strip().lower()
    local = ".".join(
        rules.fold(entry[part]).replace(" ", "-").replace("ı", "i") for part in ("given", "family")
    )
    return f"{local}@{mail_domain}"


def _persons(
    entries: list[Mapping[str, Any]],
    posts: Mapping[str, Post],
    new_posts: set[str],
    start: date,
    mail_domain: str,
    demo: bool,
) -> int:
    persons = {person.email: person for person in Person.objects.all()}
    new, holdings = [], []
    for number, entry in enumerate(entries):
        if "family" not in entry or entry["key"] not in new_posts:
            continue
        email = email_of(entry, mail_domain)
        person = persons.get(email)
        if person is None:
            given, family = entry["given"], entry["family"]
            phone = entry.get("phone", f"0521 51-9{number + 100:03d}" if demo else "")
            person = persons[email] = Person(
                given_name=given,
                family_name=family,
                title=entry.get("title_of", ""),
                email=email,
                phone=phone,
                sort_key=rules.fold(f"{family}, {given}"),
                search_text=rules.fold(f"{family} {given} {email} {phone}"),
                demo=demo,
            )
            new.append(person)
        post = posts[entry["key"]]
        holdings.append(Holding(post=post, person=person, start=start, exclusive=not post.shared))
    Person.objects.bulk_create(new)
    Holding.objects.bulk_create(holdings)
    return len(new)


def _deputies(entries: Mapping[str, str], posts: Mapping[str, Post], start: date) -> None:
    if not entries:
        return
    for key in (*entries, *entries.values()):
        if key not in posts:
            raise OrganisationError(f"Vertretung: Die Stelle {key} gibt es nicht.")
    held = {
        holding.post_id: holding.person_id
        for holding in Holding.objects.filter(
            post__key__in=[*entries, *entries.values()], end__isnull=True
        ).order_by("start")
    }
    there = set(Deputyship.objects.values_list("post__key", "deputy_id"))
    new = []
    for key, deputy_key in entries.items():
        deputy = held.get(posts[deputy_key].id)
        if deputy is None:
            raise OrganisationError(f"Vertretung: Die Stelle {deputy_key} ist nicht besetzt.")
        if (key, deputy) not in there:
            new.append(
                Deputyship(
                    post=posts[key], principal_id=held.get(posts[key].id), deputy_id=deputy, start=start
                )
            )
    Deputyship.objects.bulk_create(new)


def _committees(
    entries: list[Mapping[str, Any]],
    units: Mapping[str, Unit],
    posts: Mapping[str, Post],
    start: date,
    demo: bool,
) -> None:
    known = set(Committee.objects.values_list("key", flat=True))
    new, members = [], []
    for position, entry in enumerate(entries):
        if entry["key"] in known:
            continue
        for key in (*entry.get("members", {}), *([entry["post"]] if "post" in entry else [])):
            if key not in posts:
                raise OrganisationError(f"Gremium {entry['key']}: Die Stelle {key} gibt es nicht.")
        if "unit" in entry and entry["unit"] not in units:
            raise OrganisationError(f"Gremium {entry['key']}: Die Einheit {entry['unit']} gibt es nicht.")
        committee = Committee(
            key=entry["key"],
            short=entry["short"],
            name=entry["name"],
            kind=entry["kind"],
            purpose=entry.get("purpose", ""),
            post=posts.get(entry.get("post", "")),
            unit=units.get(entry.get("unit", "")),
            position=position,
            demo=demo,
        )
        new.append(committee)
        members += [
            Membership(committee=committee, post=posts[key], function=function, start=start)
            for key, function in entry.get("members", {}).items()
        ]
    Committee.objects.bulk_create(new)
    Membership.objects.bulk_create(members)
