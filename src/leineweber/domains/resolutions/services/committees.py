"""Responsibilities per kind of decision, how bodies decide, who gives statements and how long that may take."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib import resources
from typing import Any
from uuid import UUID

import yaml
from django.utils.text import slugify

from leineweber.domains.resolutions.models import (
    CommitteeRules,
    DecisionKind,
    Responsibility,
    StatementRule,
)
from leineweber.domains.resolutions.services.errors import NotPossible, Stale
from leineweber.kernel import ids
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
from leineweber.people.organisation.models import Committee

MANAGE = "resolutions.manage"
_ROLES = tuple(Responsibility.Role.values)


def put_samples(actor: Actor) -> None:
    """Put in the responsibilities of the strategy paper and sample rules for statements; what is there stays.

    Bodies are found by their key; a responsibility of a body the city does not have is left out.
    """
    check(actor, MANAGE)
    text = resources.files("leineweber.domains.resolutions").joinpath("samples.yaml").read_text("utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    bodies = {body.key: body for body in Committee.objects.all()}
    with act(actor, "resolutions.samples_put", Ref("decision_kind", UUID(int=0))) as current:
        known = set(DecisionKind.objects.values_list("key", flat=True))
        made = 0
        for position, entry in enumerate(content["kinds"]):
            if entry["key"] in known:
                continue
            kind = DecisionKind.objects.create(
                key=entry["key"],
                label=entry["label"],
                description=entry.get("description", ""),
                position=position,
            )
            made += 1
            Responsibility.objects.bulk_create(
                Responsibility(kind=kind, body=bodies[key], role=role, source=source)
                for role, entries in entry["roles"].items()
                for key, source in entries.items()
                if key in bodies
            )
        for position, entry in enumerate(content["statements"]):
            StatementRule.objects.get_or_create(key=entry["key"], defaults={**entry, "position": position})
        current.detail["kinds"] = made


def save_kind(
    actor: Actor,
    *,
    kind_id: UUID | None,
    label: str,
    description: str,
    roles: Mapping[str, Collection[UUID]],
    version: int,
) -> DecisionKind:
    """Make a kind of decision, or change it with its responsibilities; sources of those that stay are kept.

    Args:
        actor: who does it.
        kind_id: which kind, None for a new one.
        label: its name, at most 200 characters.
        description: what belongs to it.
        roles: bodies by role (`proposes`, `prepares`, `heard`, `decides`, `informed`); exactly one decides.
        version: the version the form was made from; 0 for a new kind.

    Raises:
        NotPossible: no name, not exactly one body that decides, a body that does not exist.
        Stale: somebody else has saved meanwhile.
    """
    check(actor, MANAGE)
    label = " ".join(label.split())
    if not label or len(label) > 200:
        raise NotPossible("Geben Sie der Art der Entscheidung einen Namen mit höchstens 200 Zeichen.", "name")
    if len(roles.get("decides", ())) != 1:
        raise NotPossible("Genau eine Stelle entscheidet. Wählen Sie sie aus.", "entscheidet")
    wanted = {(body, role) for role in _ROLES for body in roles.get(role, ())}
    if Committee.objects.filter(id__in={body for body, _ in wanted}).count() != len({b for b, _ in wanted}):
        raise NotPossible("Eine der gewählten Stellen gibt es nicht mehr.", "entscheidet")
    key = kind_id or ids.new_id()
    with act(actor, "resolutions.responsibilities_set", Ref("decision_kind", key)) as current:
        if kind_id is None:
            kind = DecisionKind(
                id=key, key=_free_key(label), position=DecisionKind.objects.count(), label=label
            )
            kind.description = description.strip()[:4000]
            kind.save(force_insert=True)
        else:
            kind = DecisionKind.objects.select_for_update().get(id=kind_id)
            if kind.version != version:
                raise Stale
            kind.label, kind.description, kind.version = label, description.strip()[:4000], version + 1
            kind.save(update_fields=["label", "description", "version"])
        there = {(row.body_id, row.role): row for row in kind.responsibilities.all()}
        Responsibility.objects.filter(
            id__in=[row.id for pair, row in there.items() if pair not in wanted]
        ).delete()
        Responsibility.objects.bulk_create(
            Responsibility(kind=kind, body_id=body, role=role, source="von der Stadt festgelegt")
            for body, role in sorted(wanted - set(there), key=str)
        )
        current.detail["version"] = kind.version
    return kind


def _free_key(label: str) -> str:
    base = slugify(label)[:50] or "entscheidung"
    taken = set(DecisionKind.objects.filter(key__startswith=base).values_list("key", flat=True))
    key, number = base, 1
    while key in taken or key == "neu":
        number += 1
        key = f"{base}-{number}"
    return key


def save_rules(
    actor: Actor,
    *,
    committee: Committee,
    quorum_percent: int,
    quorum_more: bool,
    invitation_days: int,
    tie: str,
    version: int,
) -> CommitteeRules:
    """Set how a board decides; from then on the values are the city's own and no sample.

    Raises:
        NotPossible: a value out of bounds, or the body does not meet.
        Stale: somebody else has saved meanwhile (`version` 0 stands for rules nobody has set yet).
    """
    check(actor, MANAGE)
    if committee.kind != Committee.Kind.BOARD:
        raise NotPossible("Nur ein Gremium, das tagt, hat solche Regeln.")
    if not 1 <= quorum_percent <= 100:
        raise NotPossible("Geben Sie einen Anteil von 1 bis 100 Prozent an.", "anteil")
    if not 0 <= invitation_days <= 60:
        raise NotPossible("Geben Sie eine Ladungsfrist von 0 bis 60 Tagen an.", "ladung")
    if tie not in CommitteeRules.Tie.values:
        raise NotPossible("Wählen Sie, was bei Stimmengleichheit gilt.", "gleichheit")
    with act(actor, "resolutions.rules_set", Ref("committee", committee.id)):
        Committee.objects.select_for_update().get(id=committee.id)
        rules = CommitteeRules.objects.filter(committee=committee).first()
        if version != (rules.version if rules else 0):
            raise Stale
        rules = rules or CommitteeRules(committee=committee, version=0)
        rules.quorum_percent, rules.quorum_more = quorum_percent, quorum_more
        rules.invitation_days, rules.tie, rules.sample = invitation_days, tie, False
        rules.version = version + 1
        rules.save()
    return rules


def save_statement_rule(
    actor: Actor,
    *,
    key: str,
    period_days: int,
    silence: str,
    objection: str,
    legal_basis: str,
    version: int,
) -> StatementRule:
    """Set how long somebody has for a statement and what silence and objection mean; papers on their way keep theirs.

    Raises:
        NotPossible: a value out of bounds.
        Stale: somebody else has saved meanwhile.
        StatementRule.DoesNotExist: there is none of that key.
    """
    check(actor, MANAGE)
    if not 1 <= period_days <= 90:
        raise NotPossible("Geben Sie eine Frist von 1 bis 90 Arbeitstagen an.", "frist")
    if silence not in StatementRule.Silence.values:
        raise NotPossible("Wählen Sie, was nach Ablauf der Frist gilt.", "schweigen")
    if objection not in StatementRule.Objection.values:
        raise NotPossible("Wählen Sie, was Einwände bewirken.", "einwand")
    if len(legal_basis) > 200:
        raise NotPossible("Die Rechtsgrundlage hat höchstens 200 Zeichen.", "grundlage")
    with act(actor, "resolutions.statement_rule_set", Ref("statement_rule", UUID(int=0)), {"key": key}):
        rule = StatementRule.objects.select_for_update().get(key=key)
        if rule.version != version:
            raise Stale
        rule.period_days, rule.silence, rule.objection = period_days, silence, objection
        rule.legal_basis, rule.sample, rule.version = legal_basis.strip(), False, version + 1
        rule.save()
    return rule
