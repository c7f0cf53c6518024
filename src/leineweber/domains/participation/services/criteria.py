"""Criteria sets: edited as a draft, weighed, fixed for good; a new version begins as a copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db.models import Max

from leineweber.domains.participation.models import CriteriaSet, Criterion
from leineweber.domains.participation.rules import weighting
from leineweber.domains.participation.services.common import MANAGE, ParticipationError, Stale, bounded
from leineweber.kernel import clock, ids
from leineweber.kernel.access import Actor, check
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

FEWEST = 2


@dataclass(frozen=True, slots=True)
class CriterionEntry:
    """A criterion as it was typed: `id` of one that is kept, `points` where weights are entered."""

    name: str
    axis: str
    question: str = ""
    points: Decimal | None = None
    id: UUID | None = None


def create(
    actor: Actor,
    *,
    name: str,
    purpose: str,
    method: str,
    entries: Sequence[CriterionEntry],
    demo: bool = False,
) -> CriteriaSet:
    """Begin a set of criteria as a draft.

    Raises:
        ParticipationError: no name, fewer than two criteria or more than ten, two of one name, points missing.
    """
    check(actor, MANAGE)
    made = CriteriaSet(id=ids.new_id(), created_at=clock.now(), demo=demo)
    with act(actor, "participation.criteria_created", Ref("criteria", made.id)):
        _fill(made, name, purpose, method)
        made.save(force_insert=True)
        _write(made, entries)
    return made


def edit(
    actor: Actor,
    *,
    criteria_id: UUID,
    version: int,
    name: str,
    purpose: str,
    method: str,
    entries: Sequence[CriterionEntry],
) -> CriteriaSet:
    """Change a draft; judgements of pairs that remain are kept.

    Raises:
        Stale: somebody else saved since `version`.
        ParticipationError: the set is fixed, or as for `create`.
    """
    check(actor, MANAGE)
    with act(actor, "participation.criteria_edited", Ref("criteria", criteria_id)):
        kept = _draft(criteria_id, version)
        _fill(kept, name, purpose, method)
        kept.version += 1
        kept.save()
        _write(kept, entries)
    return kept


def judge(
    actor: Actor, *, criteria_id: UUID, version: int, judgements: Mapping[tuple[UUID, UUID], str], reason: str
) -> CriteriaSet:
    """Weigh a draft by comparing its criteria in pairs (Saaty 1980); what is not judged counts as equal.

    Raises:
        Stale: somebody else saved since `version`.
        ParticipationError: the set is fixed or does not compare pairs, or a judgement is none of the scale.
    """
    check(actor, MANAGE)
    with act(actor, "participation.criteria_judged", Ref("criteria", criteria_id)):
        kept = _draft(criteria_id, version)
        if kept.method != CriteriaSet.Method.PAIRWISE:
            raise ParticipationError("Die Gewichte dieses Kriteriensatzes werden eingegeben.")
        known = {criterion.id for criterion in kept.criteria.all()}
        written: dict[str, str] = {}
        for (row, column), text in judgements.items():
            if row not in known or column not in known or row == column:
                raise ParticipationError("Dieses Paar gibt es nicht.")
            try:
                weighting.judgement(text)
            except ValueError as error:
                raise ParticipationError(str(error), f"paar-{row}-{column}") from error
            written[f"{row},{column}"] = text
        kept.judgements = written
        kept.consistency_reason = bounded(reason, 1000, "", "begruendung", required=False)
        kept.version += 1
        kept.save()
        _weigh(kept, list(kept.criteria.all()))
    return kept


def fix(actor: Actor, *, criteria_id: UUID, version: int) -> CriteriaSet:
    """Fix a version for good: from now on rounds may use it, and nothing of it changes any more.

    Raises:
        Stale: somebody else saved since `version`.
        ParticipationError: it is fixed already, has fewer than two criteria or no weights, or is inconsistent
            (ratio above 0.10) and no reason is given.
    """
    check(actor, MANAGE)
    with act(actor, "participation.criteria_fixed", Ref("criteria", criteria_id)) as current:
        kept = _draft(criteria_id, version)
        criteria = list(kept.criteria.all())
        if len(criteria) < FEWEST:
            raise ParticipationError(f"Ein Kriteriensatz braucht mindestens {FEWEST} Kriterien.")
        if any(criterion.weight is None for criterion in criteria):
            raise ParticipationError("Vergleichen Sie erst die Kriterien; noch fehlen die Gewichte.")
        if (
            kept.consistency is not None
            and kept.consistency > weighting.LIMIT
            and not kept.consistency_reason
        ):
            raise ParticipationError(
                "Die Vergleiche widersprechen sich (Konsistenzverhältnis über 0,10). Prüfen Sie die Vergleiche oder "
                "begründen Sie, warum sie so bleiben.",
                "begruendung",
            )
        kept.fixed_at = clock.now()
        kept.version += 1
        kept.save()
        current.detail["number"] = kept.number
        current.emit("participation.criteria_fixed", {"family": str(kept.family), "number": kept.number})
    return kept


def new_version(actor: Actor, *, criteria_id: UUID) -> CriteriaSet:
    """Begin the next version of a fixed set as a copy of it.

    Raises:
        ParticipationError: the set is still a draft, or a later version is one.
    """
    check(actor, MANAGE)
    made = CriteriaSet(id=ids.new_id(), created_at=clock.now())
    with act(actor, "participation.criteria_version_begun", Ref("criteria", made.id)):
        old = CriteriaSet.objects.select_for_update().get(id=criteria_id)
        family = CriteriaSet.objects.filter(family=old.family)
        if old.fixed_at is None or family.filter(fixed_at__isnull=True).exists():
            raise ParticipationError("Von diesem Kriteriensatz gibt es schon einen Entwurf.")
        made.family, made.name, made.purpose, made.method = old.family, old.name, old.purpose, old.method
        made.number = (family.aggregate(most=Max("number"))["most"] or 0) + 1
        made.consistency, made.consistency_reason = old.consistency, old.consistency_reason
        new_ids: dict[str, str] = {}
        copies = []
        for criterion in old.criteria.all():
            copy = Criterion(
                id=ids.new_id(),
                criteria=made,
                position=criterion.position,
                name=criterion.name,
                question=criterion.question,
                axis=criterion.axis,
                weight=criterion.weight,
            )
            new_ids[str(criterion.id)] = str(copy.id)
            copies.append(copy)
        made.judgements = {
            ",".join(new_ids[part] for part in pair.split(",")): text for pair, text in old.judgements.items()
        }
        made.save(force_insert=True)
        Criterion.objects.bulk_create(copies)
    return made


def _draft(criteria_id: UUID, version: int) -> CriteriaSet:
    kept = CriteriaSet.objects.select_for_update().get(id=criteria_id)
    if kept.fixed_at is not None:
        raise ParticipationError(
            "Dieser Kriteriensatz ist festgelegt und ändert sich nicht mehr. Beginnen Sie eine neue Fassung."
        )
    if kept.version != version:
        raise Stale
    return kept


def _fill(kept: CriteriaSet, name: str, purpose: str, method: str) -> None:
    kept.name = bounded(name, 120, "Geben Sie dem Kriteriensatz einen Namen.", "name")
    kept.purpose = bounded(purpose, 1000, "", "zweck", required=False)
    if method not in CriteriaSet.Method.values:
        raise ParticipationError("Wählen Sie, woher die Gewichte kommen.", "methode")
    kept.method = method


def _write(kept: CriteriaSet, entries: Sequence[CriterionEntry]) -> None:
    """Write the criteria of a draft and weigh them anew."""
    if not FEWEST <= len(entries) <= weighting.MOST:
        raise ParticipationError(
            f"Ein Kriteriensatz hat {FEWEST} bis {weighting.MOST} Kriterien.", "kriterium-1"
        )
    known = {criterion.id: criterion for criterion in kept.criteria.all()}
    names: set[str] = set()
    criteria = []
    for position, entry in enumerate(entries):
        field = f"kriterium-{position + 1}"
        name = bounded(entry.name, 120, "Geben Sie dem Kriterium einen Namen.", field)
        if name.casefold() in names:
            raise ParticipationError("Zwei Kriterien heißen gleich.", field)
        names.add(name.casefold())
        if entry.axis not in Criterion.Axis.values:
            raise ParticipationError("Wählen Sie, ob es um Nutzen oder Aufwand geht.", field)
        if kept.method == CriteriaSet.Method.ENTERED and (entry.points is None or entry.points <= 0):
            raise ParticipationError("Geben Sie ein Gewicht größer als null ein.", f"gewicht-{position + 1}")
        identifier = entry.id if entry.id in known else ids.new_id()
        criteria.append(
            Criterion(
                id=identifier,
                criteria=kept,
                position=position,
                name=name,
                question=bounded(entry.question, 400, "", f"frage-{position + 1}", required=False),
                axis=entry.axis,
            )
        )
    # Replaced as a whole, because positions are unique; nothing refers to the criteria of a draft.
    kept.criteria.all().delete()
    Criterion.objects.bulk_create(criteria)
    alive = {str(criterion.id) for criterion in criteria}
    kept.judgements = {pair: text for pair, text in kept.judgements.items() if set(pair.split(",")) <= alive}
    if kept.method == CriteriaSet.Method.ENTERED:
        points = [entry.points or Decimal(0) for entry in entries]
        for criterion, weight in zip(criteria, weighting.shares(points), strict=True):
            criterion.weight = weight
        Criterion.objects.bulk_update(criteria, ["weight"])
        kept.judgements, kept.consistency, kept.consistency_reason = {}, None, ""
        kept.save()
    elif kept.judgements:
        _weigh(kept, criteria)
    else:
        kept.consistency = None
        kept.save()


def matrix_of(kept: CriteriaSet, criteria: Sequence[Criterion]) -> weighting.Matrix:
    """Return the judgements of a set as a reciprocal matrix in the order of its criteria."""
    upper: dict[tuple[int, int], Fraction] = {}
    for row, first in enumerate(criteria):
        for column in range(row + 1, len(criteria)):
            there = kept.judgements.get(f"{first.id},{criteria[column].id}")
            back = kept.judgements.get(f"{criteria[column].id},{first.id}")
            if there:
                upper[row, column] = Fraction(there)
            elif back:
                upper[row, column] = 1 / Fraction(back)
    return weighting.matrix(len(criteria), upper)


def _weigh(kept: CriteriaSet, criteria: Sequence[Criterion]) -> None:
    found = weighting.pairwise(matrix_of(kept, criteria))
    for criterion, weight in zip(criteria, found.weights, strict=True):
        criterion.weight = weight
    Criterion.objects.bulk_update(criteria, ["weight"])
    kept.consistency = found.ratio
    kept.save()
