"""What all services of the room share: errors, versions, edges and the index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from leineweber.domains.strategy import rules
from leineweber.domains.strategy.kinds import ELEMENTS, address, kind_of, ref_of
from leineweber.domains.strategy.models import Numbered, SmartGoal
from leineweber.domains.strategy.rules import Finding
from leineweber.kernel import clock, links, search
from leineweber.kernel.access import Actor
from leineweber.kernel.refs import Ref
from leineweber.people.organisation.rules import fold

EDIT = "strategy.edit"
ADOPT = "strategy.adopt"
OVERRULE = "strategy.overrule"
MINIMUM_REASON = 20


class StrategyError(ValueError):
    """Something that cannot be done; the message is German and may be shown. `field` is the form's field, if one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Conflict(StrategyError):
    """Somebody else was faster."""


class OpenFindings(StrategyError):
    """A goal cannot be adopted as it is: `findings` say what is open."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        count = "einen offenen Befund" if len(findings) == 1 else f"{len(findings)} offene Befunde"
        super().__init__(f"Die SMART-Prüfung hat {count}.", "grund")
        self.findings = tuple(findings)


def unseen(part: Numbered, seen: int | None) -> None:
    """Refuse to write over what somebody changed after the form was opened; None writes in any case.

    Raises:
        Conflict: the version is another one.
    """
    if seen is not None and seen != part.version:
        who = part.changed_by or "Jemand"
        when = f" am {clock.local(part.changed_at):%d.%m.%Y um %H:%M} Uhr" if part.changed_at else ""
        raise Conflict(
            f"{who} hat „{part.title}“{when} geändert, während Sie geschrieben haben. Vergleichen Sie und speichern "
            "Sie dann noch einmal: Ihre Angaben stehen noch hier."
        )


def stamp(part: Numbered, actor: Actor, *, new: bool) -> None:
    """Note who changed a part and when, count its version, and derive the columns that queries sort and search by."""
    part.version = 1 if new else part.version + 1
    part.changed_at, part.changed_by = clock.now(), actor.label[:200]
    part.sort_key = rules.number_key(part.number)
    if isinstance(part, SmartGoal):
        said = (part.number, part.title, part.purpose, part.result, part.indicator, part.responsible)
        part.search_text = fold(" ".join(said))


def keep(part: Numbered, *, new: bool) -> None:
    """Write a part; of two that take one address or number at once (a form sent twice) the second is told so.

    Raises:
        Conflict: somebody was faster; sending again finds what is free then.
    """
    try:
        with transaction.atomic():
            part.save(force_insert=new)
    except IntegrityError as error:
        raise Conflict(
            f"Gerade wurde noch etwas mit dem Titel „{part.title}“ oder dieser Nummer gespeichert. Sehen Sie nach, ob "
            "es Ihres ist; wenn nicht, speichern Sie noch einmal."
        ) from error


def free_slug(model: type[Numbered], title: str) -> str:
    """Return an address made of a title that no other part of the model has."""
    stem = slugify(fold(title))[:60].strip("-") or "ziel"
    taken = set(model._default_manager.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(
        slug
        for slug in (stem, *(f"{stem}-{count}" for count in range(2, len(taken) + 3)))
        if slug not in taken
    )


def wire(source: Ref, kind: str, target_kind: str, wanted: Iterable[UUID]) -> None:
    """Make a thing's edges of a kind to things of one kind exactly those wanted.

    Raises:
        StrategyError: one of them does not exist or is withdrawn.
    """
    keys = set(wanted)
    alive = set(ELEMENTS[target_kind]._default_manager.filter(id__in=keys).values_list("id", flat=True))
    if keys - alive:
        raise StrategyError(f"{rules.KIND_LABELS[target_kind]}: Wählen Sie aus der Liste.")
    known = {target.id for _, target in links.targets(source, kind) if target.kind == target_kind}
    for key in known - keys:
        links.disconnect(source, kind, Ref(target_kind, key))
    for key in sorted(keys - known):
        links.connect(source, kind, Ref(target_kind, key))


def index(part: Numbered) -> None:
    """Let staff find a part."""
    body = f"{part.purpose} {part.result} {part.indicator}" if isinstance(part, SmartGoal) else ""
    kind = kind_of(part)
    search.put(
        kind=kind,
        id=part.id,
        title=str(part),
        url=address(kind, part.slug),
        audience="staff",
        keywords=rules.KIND_LABELS[kind],
        body=body or str(getattr(part, "text", "")),
    )


def reference(part: Numbered) -> Ref:
    """Return how links and the audit name a part."""
    return ref_of(part)
