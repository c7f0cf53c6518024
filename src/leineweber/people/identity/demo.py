"""The log-ins of the demo: known passwords and secrets, so they must never meet a real city.

`leineweber web` and `worker` refuse to start on a database that holds the demo.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from leineweber.kernel.access import Actor
from leineweber.people.identity import rules, services
from leineweber.people.identity.models import Account
from leineweber.people.organisation.demo import MAIL_DOMAIN, plan
from leineweber.people.organisation.importing import email_of
from leineweber.people.organisation.models import Person

PASSWORD = "Leinen-weben-in-Bielefeld"  # noqa: S105  # known on purpose


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody as whom one can look round; citizens have neither password nor TOTP secret."""

    username: str
    name: str
    label: str
    kind: str
    password: str
    totp_secret: str
    roles: tuple[str, ...]


def _secret(email: str) -> str:
    return rules.totp_secret(hashlib.sha256(f"demo {email}".encode()).digest()[:20])


def _personas() -> tuple[Persona, ...]:
    staff = tuple(
        Persona(
            username=email_of(entry, MAIL_DOMAIN),
            name=" ".join(entry[part] for part in ("title_of", "given", "family") if part in entry),
            label=entry["persona"],
            kind="staff",
            password=PASSWORD,
            totp_secret=_secret(email_of(entry, MAIL_DOMAIN)),
            roles=(*entry.get("roles", ()), *entry.get("city_roles", ())),
        )
        for entry in plan()["posts"]
        if "persona" in entry
    )
    citizens = tuple(
        Persona(entry["email"], entry["email"], entry["persona"], "citizen", "", "", ())
        for entry in plan()["citizens"]
    )
    return tuple(sorted(staff, key=_order)) + citizens


def _order(persona: Persona) -> tuple[bool, str]:
    """The election office first: with it the story begins."""
    return (not any(role.startswith("elections.") for role in persona.roles), "")


PERSONAS = _personas()
LOG_INS = tuple((f"{p.name}, {p.label}", p.username, p.password) for p in PERSONAS if p.kind == "staff")


def load() -> None:
    """Make the personas' accounts; what is there already stays."""
    system = Actor.system("Vorführung")
    there = set(Account.objects.values_list("username", flat=True))
    people = {person.email: person for person in Person.objects.filter(demo=True)}
    encoded = make_password(PASSWORD)
    for persona in PERSONAS:
        if f"{persona.kind}:{persona.username}" in there:
            continue
        if persona.kind == "citizen":
            services.citizen_account(persona.username, demo=True, persona=persona.label)
            continue
        account = services.create_staff_account(
            system, person=people[persona.username], demo=True, persona=persona.label
        )
        services.set_demo_log_in(system, account, encoded, persona.totp_secret)
