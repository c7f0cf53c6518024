"""What a clerk's task does to a case: read the inputs of a task form, complete the task, keep the case in step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from leineweber.domains.applications.models import Need
from leineweber.domains.applications.procedures.package import TaskField, TaskForm

TEXT_LIMIT = 4000


@dataclass(frozen=True, slots=True)
class InputError:
    """What is wrong with one input of a task form; `message` says what to do."""

    name: str
    message: str


@dataclass(frozen=True, slots=True)
class TaskInput:
    """The inputs of a task form as read: values by name (only those that are asked), and errors."""

    values: dict[str, Any]
    errors: tuple[InputError, ...]


def value_of(field: TaskField, posted: Sequence[str]) -> Any:
    """Return what was put into a field: a text, true or false; None if nothing that counts."""
    text = (posted[0] if posted else "").replace("\0", "").strip()
    if field.kind == "radio" and {key for key, _ in field.options} == {"true", "false"}:
        return {"true": True, "false": False}.get(text)
    return text or None


def _error(field: TaskField, value: Any, needs: Mapping[str, Need]) -> str | None:
    if value is None:
        if not field.required:
            return None
        return (
            "Wählen Sie eine Möglichkeit aus."
            if field.kind in {"radio", "need"}
            else "Füllen Sie dieses Feld aus."
        )
    if field.kind == "radio":
        keys = {key for key, _ in field.options}
        return (
            None
            if str(value).lower() in {key.lower() for key in keys}
            else "Wählen Sie eine Möglichkeit aus."
        )
    if field.kind == "need":
        return None if value in needs else "Dieser Platz ist inzwischen besetzt. Wählen Sie einen anderen."
    return f"Schreiben Sie höchstens {TEXT_LIMIT} Zeichen." if len(value) > TEXT_LIMIT else None


def read_inputs(form: TaskForm, posted: Mapping[str, Sequence[str]], needs: Mapping[str, Need]) -> TaskInput:
    """Return the inputs of a task form from what was posted.

    A field whose condition does not hold is not read: what was typed into it before is dropped.

    Args:
        form: the form of the task.
        posted: names and values as sent.
        needs: the open needs by id, as text.
    """
    values: dict[str, Any] = {}
    errors: list[InputError] = []
    names = {field.name: None for field in form.fields}
    for field in form.fields:
        if field.when is not None and field.when.evaluate({**names, **values}) is not True:
            continue
        value = value_of(field, posted.get(field.name, ()))
        problem = _error(field, value, needs)
        if problem:
            errors.append(InputError(field.name, problem))
        elif value is not None:
            values[field.name] = value
    return TaskInput(values, tuple(errors))


def outputs_of(values: Mapping[str, Any], needs: Mapping[str, Need]) -> dict[str, Any]:
    """Return what goes into the process: the inputs, and of a chosen need its parts."""
    outputs = dict(values)
    chosen = needs.get(str(values.get("need", "")))
    if chosen is not None:
        outputs |= {
            "need": str(chosen.id),
            "district": f"{chosen.area}: {chosen.place}",
            "function": chosen.function,
        }
    return outputs


def need_id(variables: Mapping[str, Any]) -> UUID | None:
    """Return the need chosen in a process's variables."""
    text = variables.get("need")
    return UUID(text) if isinstance(text, str) else None
