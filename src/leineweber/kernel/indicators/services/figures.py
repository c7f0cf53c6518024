"""Figures by hand and formulas: make them, type values, correct them with the old value kept, retire them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max

from leineweber.kernel import clock, ids
from leineweber.kernel.access.actors import Actor
from leineweber.kernel.access.policies import check
from leineweber.kernel.indicators import formulas, queries, registry, rules
from leineweber.kernel.indicators.formulas import FormulaError
from leineweber.kernel.indicators.models import DailyReading, FormulaVersion, KeptIndicator, ManualEntry
from leineweber.kernel.indicators.services import POLICY, Changed, IndicatorError
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act

Kind = KeptIndicator.Kind
SLUG_TAKEN = "Eine Kennzahl mit diesem Kurznamen gibt es schon. Wählen Sie einen anderen."


def _ref(row: KeptIndicator) -> Ref:
    return Ref("indicator", row.id)


def locked(key: str) -> KeptIndicator:
    """Return the row of a figure, locked in the open transaction.

    Raises:
        IndicatorError: there is none.
    """
    row = queries.kept(key).select_for_update().first()
    if row is None:
        raise IndicatorError("", "Diese Kennzahl gibt es nicht.")
    return row


def _words(**texts: str) -> None:
    """Raise IndicatorError for the first text that is missing."""
    asked = {
        "label": "Geben Sie der Kennzahl einen Namen.",
        "unit": "Geben Sie die Einheit an, zum Beispiel: Prozent.",
        "definition": "Beschreiben Sie, was gezählt wird.",
        "source": "Geben Sie an, woher der Wert kommt.",
        "owner": "Geben Sie an, wer für die Kennzahl verantwortlich ist.",
        "reason": "Begründen Sie die Änderung.",
    }
    for name, text in texts.items():
        if not text.strip():
            raise IndicatorError(name, asked[name])


def define_manual(
    actor: Actor,
    *,
    slug: str,
    label: str,
    unit: str,
    direction: registry.Direction,
    definition: str,
    source: str,
    owner: str,
    refresh_days: int,
) -> str:
    """Make a figure whose values are typed; return its key. `refresh_days`: when a value is overdue.

    Raises:
        Denied: the actor may not manage figures.
        IndicatorError: something is missing, or the slug is taken.
    """
    check(actor, POLICY)
    _words(label=label, unit=unit, definition=definition, source=source, owner=owner)
    if not 1 <= refresh_days <= 1100:
        raise IndicatorError("refresh_days", "Geben Sie 1 bis 1.100 Tage an.")
    key = f"{registry.MANUAL}{slug}"
    row = KeptIndicator(
        id=ids.new_id(),
        key=key,
        kind=Kind.MANUAL,
        label=label.strip(),
        unit=unit.strip(),
        direction=direction,
        definition=definition.strip(),
        source=source.strip(),
        owner=owner.strip(),
        refresh_days=refresh_days,
    )
    with act(actor, "indicators.manual_defined", _ref(row), {"key": key}):
        _insert(row)
    return key


def _insert(row: KeptIndicator) -> None:
    """Write a new figure; of two at once with one key one is told that it is taken."""
    KeptIndicator.objects.bulk_create([row], ignore_conflicts=True)
    if not KeptIndicator.objects.filter(id=row.id).exists():
        raise IndicatorError("slug", SLUG_TAKEN)


def enter(
    actor: Actor,
    key: str,
    *,
    on: date,
    value: Decimal,
    source: str,
    quality: rules.Quality = "complete",
    reason: str = "",
    revision: int = 0,
) -> ManualEntry:
    """Type the value of a day. A second one for the same day is a correction: it needs a reason, the old one stays.

    Args:
        actor: who types.
        key: a figure by hand.
        on: the day the value is of; not in the future.
        value: with up to four places.
        source: where it was read.
        quality: complete, estimated or provisional.
        reason: why a value is corrected.
        revision: the revision that was shown for this day, 0 for none; another one means that somebody was faster.

    Raises:
        Denied: the actor may not manage figures.
        Changed: the value of this day was changed meanwhile.
        IndicatorError: no figure by hand, retired, a day in the future, no source, no reason, no such number.
    """
    check(actor, POLICY)
    _words(source=source)
    exact = formulas.kept(value)
    if exact is None or exact != value:
        raise IndicatorError("value", "Geben Sie eine Zahl mit höchstens vier Nachkommastellen ein.")
    if on > clock.today():
        raise IndicatorError(
            "on", "Der Tag liegt in der Zukunft. Geben Sie den Tag an, von dem der Wert ist."
        )
    if quality not in rules.QUALITIES[:3]:
        raise IndicatorError("quality", "Wählen Sie, wie sicher der Wert ist.")
    row = locked_for_entry(key)
    with act(actor, "indicators.value_entered", _ref(row), {"key": key, "on": str(on)}) as current:
        row = _checked(locked(key))
        last = row.entries.filter(on=on).aggregate(last=Max("revision"))["last"] or 0
        if last != revision:
            raise Changed
        if last:
            _words(reason=reason)
        entry = ManualEntry.objects.create(
            indicator=row,
            on=on,
            revision=last + 1,
            value=exact,
            quality=quality,
            source=source.strip(),
            reason=reason.strip() if last else "",
            entered_at=clock.now(),
            entered_by_id=actor.id,
            entered_by=actor.label,
        )
        current.detail["revision"] = entry.revision
        DailyReading.objects.update_or_create(
            indicator=row,
            on=on,
            defaults={"value": exact, "quality": quality, "taken_at": entry.entered_at},
        )
    return entry


def locked_for_entry(key: str) -> KeptIndicator:
    """Return a figure by hand that is in use; not yet locked.

    Raises:
        IndicatorError: there is none, it is of another kind, or it is retired.
    """
    row = queries.kept(key).first()
    if row is None:
        raise IndicatorError("", "Diese Kennzahl gibt es nicht.")
    return _checked(row)


def _checked(row: KeptIndicator) -> KeptIndicator:
    if row.kind != Kind.MANUAL:
        raise IndicatorError(
            "", "Was das Programm messen oder berechnen kann, wird nicht von Hand eingetragen."
        )
    if row.retired_on is not None:
        raise IndicatorError("", "Diese Kennzahl ist stillgelegt; sie nimmt keine Werte mehr an.")
    return row


def try_formula(inputs: Mapping[str, str], expression: str, own: str = "") -> formulas.Result:
    """Check a formula and evaluate it with the readings of today; nothing is kept.

    Raises:
        FormulaError: it cannot be saved so.
    """
    formulas.check(expression, inputs)
    known = queries.definitions_of(inputs.values())
    for name, key in inputs.items():
        if key not in known or known[key].retired_on is not None:
            raise FormulaError("inputs", f"Zu „{name}“ ist keine Kennzahl gewählt, die es gibt.")
    own = own or registry.FORMULA
    circle = rules.circle({**queries.inputs_of_formulas(), own: list(inputs.values())})
    if circle:
        labels = queries.definitions_of(circle)
        named = " → ".join(labels[key].label if key in labels else "diese Formel" for key in circle)
        raise FormulaError("inputs", f"Die Formel würde sich selbst lesen: {named}.")
    read = queries.readings(inputs.values(), clock.today())
    return formulas.evaluate(expression, inputs, {key: one.value for key, one in read.items()})


def save_formula(
    actor: Actor,
    *,
    slug: str,
    label: str,
    unit: str,
    direction: registry.Direction,
    definition: str,
    owner: str,
    inputs: Mapping[str, str],
    expression: str,
    version: int = 0,
) -> str:
    """Make a formula (`version` 0) or change the one that was shown in that version; return its key.

    Each saved text is kept as a version. What is not a formula that gives a number is refused.

    Raises:
        Denied: the actor may not manage figures.
        FormulaError: the formula cannot be saved; see `formulas.check`. Also if it would read itself.
        Changed: it was changed meanwhile.
        IndicatorError: something is missing, the slug is taken, or it is retired.
    """
    check(actor, POLICY)
    _words(label=label, unit=unit, definition=definition, owner=owner)
    key = f"{registry.FORMULA}{slug}"
    row = KeptIndicator(id=ids.new_id(), key=key, kind=Kind.FORMULA)
    if version:
        found = queries.kept(key).filter(kind=Kind.FORMULA).first()
        if found is None:
            raise IndicatorError("", "Diese Formel gibt es nicht.")
        row = found
    with act(actor, "indicators.formula_saved", _ref(row), {"key": key}) as current:
        # All formulas are locked, so that of two that would read each other the second is refused.
        of_all: dict[str, Any] = {
            one.key: one
            for one in KeptIndicator.objects.select_for_update().filter(kind=Kind.FORMULA).order_by("key")
        }
        result = try_formula(inputs, expression, key)
        if result.why == "Die Formel ergibt keine Zahl.":
            raise FormulaError("expression", "Die Formel muss eine Zahl ergeben.")
        if version:
            row = of_all[key]
            if row.version != version:
                raise Changed
            if row.retired_on is not None:
                raise IndicatorError("", "Diese Formel ist stillgelegt.")
            row.version += 1
        row.label, row.unit, row.direction = label.strip(), unit.strip(), direction
        row.definition, row.owner = definition.strip(), owner.strip()
        row.source = "Formel über " + ", ".join(
            one.label for one in queries.definitions_of(inputs.values()).values()
        )
        row.source = row.source if len(row.source) <= 300 else row.source[:299] + "…"
        row.inputs, row.expression = dict(inputs), expression
        if version:
            row.save()
        else:
            _insert(row)
        number = (row.formulas.aggregate(last=Max("number"))["last"] or 0) + 1
        FormulaVersion.objects.create(
            indicator=row,
            number=number,
            expression=expression,
            inputs=dict(inputs),
            saved_at=clock.now(),
            saved_by=actor.label,
        )
        current.detail["version"] = number
    return key


def retire(actor: Actor, key: str, *, reason: str) -> None:
    """Take a figure by hand or a formula out of use; what was kept stays. Doing it twice changes nothing.

    Raises:
        Denied: the actor may not manage figures.
        IndicatorError: no reason, a figure that a room computes, or one that a formula reads.
    """
    check(actor, POLICY)
    _words(reason=reason)
    found = queries.kept(key).first()
    if found is None or found.kind == Kind.LIVE:
        raise IndicatorError("", "Stilllegen lassen sich nur Kennzahlen von Hand und Formeln.")
    if found.retired_on is not None:
        return
    with act(actor, "indicators.retired", _ref(found), {"key": key, "reason": reason.strip()}):
        list(KeptIndicator.objects.select_for_update().filter(kind=Kind.FORMULA).order_by("key"))
        readers = [one for one, read in queries.inputs_of_formulas().items() if key in read]
        if readers:
            label = queries.definitions_of(readers[:1])[readers[0]].label
            raise IndicatorError(
                "reason", f"Die Formel „{label}“ liest diese Kennzahl. Ändern Sie zuerst die Formel."
            )
        row = locked(key)
        row.retired_on = clock.today()
        row.version += 1
        row.save(update_fields=["retired_on", "version"])
