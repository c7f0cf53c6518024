"""The form of a task ready to be shown: its fields from the procedure package, what was typed, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leineweber.domains.applications.models import Need
from leineweber.domains.applications.procedures.package import Package, TaskField, TaskForm
from leineweber.domains.applications.work import TEXT_LIMIT, InputError

BOOLEAN = {"true", "false"}


@dataclass(frozen=True, slots=True)
class Widget:
    """One field as shown.

    `depends_name` and `depends_values` name the choice and the answers with which it is asked; `condition` says the
    same in words. A condition that is not about one choice leaves them empty: the field is then always shown.
    """

    name: str
    kind: str
    label: str
    hint: str
    required: bool
    value: str
    error: str
    options: tuple[Any, ...] = ()
    depends_name: str = ""
    depends_values: tuple[str, ...] = ()
    condition: str = ""
    limit: int = TEXT_LIMIT


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody had typed into a form that can no longer be sent, in words."""

    label: str
    text: str


def _value(field: TaskField, text: str) -> Any:
    if field.kind == "radio" and {key for key, _ in field.options} == BOOLEAN:
        return text == "true"
    return text


def _dependence(field: TaskField, form: TaskForm) -> tuple[str, tuple[str, ...], str]:
    """Return choice, answers and words of a condition that is about exactly one choice."""
    if field.when is None or len(field.when.names) != 1:
        return "", (), ""
    name = next(iter(field.when.names))
    choice = next((one for one in form.fields if one.name == name and one.kind == "radio"), None)
    if choice is None:
        return "", (), ""
    nothing = {one.name: None for one in form.fields}
    fitting = [
        (key, label)
        for key, label in choice.options
        if field.when.evaluate({**nothing, name: _value(choice, key)}) is True
    ]
    words = " oder ".join(f"„{label}“" for _, label in fitting)
    return name, tuple(key for key, _ in fitting), f"Nur bei {words}"


def need_label(need: Need, package: Package) -> str:
    """Return a need as a choice: place, function, how many are still missing."""
    function = package.functions.get(need.function, need.function)
    return f"{need.place}: {function} (noch {need.required - need.filled})"


def need_groups(needs: Iterable[Need], package: Package, preferred: str) -> tuple[dict[str, Any], ...]:
    """Return the open needs grouped by area: the wished area first, then in the order of the package."""
    order = {area: number for number, area in enumerate(package.areas)}
    functions = {function: number for number, function in enumerate(package.functions)}
    areas: dict[str, list[Need]] = {}
    for need in needs:
        areas.setdefault(need.area, []).append(need)
    groups = []
    for area in sorted(areas, key=lambda one: (one != preferred, order.get(one, len(order)), one)):
        name = package.areas.get(area, area)
        rows = sorted(
            areas[area],
            key=lambda one: (one.place, functions.get(one.function, len(functions)), one.function),
        )
        groups.append(
            {
                "label": f"{name} (Wunsch)" if area == preferred else name,
                "options": [(str(need.id), need_label(need, package)) for need in rows],
            }
        )
    return tuple(groups)


def widgets(
    form: TaskForm,
    package: Package,
    needs: Sequence[Need],
    preferred: str,
    posted: Mapping[str, Sequence[str]],
    errors: Iterable[InputError] = (),
) -> tuple[Widget, ...]:
    """Return the fields of a form with what was typed before and what is wrong with it."""
    wrong = {error.name: error.message for error in errors}
    result = []
    for field in form.fields:
        name, values, condition = _dependence(field, form)
        options: tuple[Any, ...] = field.options
        if field.kind == "need":
            options = need_groups(needs, package, preferred)
        result.append(
            Widget(
                name=field.name,
                kind=field.kind,
                label=field.label,
                hint=field.help,
                required=field.required,
                value=next(iter(posted.get(field.name, ())), ""),
                error=wrong.get(field.name, ""),
                options=options,
                depends_name=name,
                depends_values=values,
                condition=condition,
            )
        )
    return tuple(result)


def typed(shown: Iterable[Widget]) -> tuple[Typed, ...]:
    """Return what stands in a form in words, so that nobody's text is lost when somebody else was faster."""
    result = []
    for widget in shown:
        if not widget.value:
            continue
        text = widget.value
        if widget.kind == "radio":
            text = dict(widget.options).get(widget.value, widget.value)
        elif widget.kind == "need":
            inner = [option for group in widget.options for option in group["options"]]
            text = dict(inner).get(widget.value, "")
        if text:
            result.append(Typed(widget.label, text))
    return tuple(result)
