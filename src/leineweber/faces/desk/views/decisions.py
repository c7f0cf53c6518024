"""The decision tables of the procedures in force: read, tried out with the inputs of the address, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from leineweber.domains.applications import explaining, queries
from leineweber.domains.applications.models import Procedure
from leineweber.domains.applications.procedures import registry, tables
from leineweber.domains.applications.procedures.package import Package
from leineweber.faces.desk import findings, tryout
from leineweber.kernel.access import actor_of, requires
from leineweber.kernel.decisions import Result, TableResult
from leineweber.kernel.decisions.sheets import Sheet, WrittenDecision


def _address(procedure: Procedure, decision: WrittenDecision) -> str:
    return reverse("desk:decision", args=[procedure.key, decision.id])


def _verdict(decision: WrittenDecision) -> dict[str, str]:
    """Return what the analysis found about a decision, as a badge."""
    if not decision.tables:
        return {"badge": "keine Tabelle", "badge_kind": "neutral"}
    found = [tables.analysed(sheet) for sheet in decision.tables]
    number = sum(one.findings for one in found)
    if number:
        return {"badge": "1 Hinweis" if number == 1 else f"{number} Hinweise", "badge_kind": "warning"}
    if not all(one.complete for one in found):
        return {"badge": "teilweise geprüft", "badge_kind": "info"}
    return {"badge": "ohne Beanstandung", "badge_kind": "success"}


@requires("applications.decision.view")
@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    """List the decisions of the procedures one may read."""
    groups = []
    for procedure in queries.procedures_to_read(actor_of(request)):
        rows = [
            {
                "href": _address(procedure, decision),
                "cells": {
                    "name": {"text": decision.name, "note": decision.question},
                    "rules": sum(len(sheet.rules) for sheet in decision.tables) or "–",
                    "check": _verdict(decision),
                },
            }
            for decision in tables.decisions_of(registry.package_of(procedure))
        ]
        if rows:
            groups.append({"procedure": procedure, "rows": rows})
    return render(request, "desk/decisions.html", {"groups": groups})


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table on the page: as written, with what a try-out made of it (None before)."""

    sheet: Sheet
    policy: str
    notes: list[findings.Note]
    caution: str
    complete: bool
    by_default: bool
    result: TableResult | None

    @property
    def inputs(self) -> list[dict[str, str]]:
        """The input columns, with the value that was tried."""
        tried = self.result.inputs if self.result else ()
        return [
            {
                "label": column.label,
                "expression": "" if column.expression == column.label else column.expression,
                "allowed": column.allowed,
                "tried": explaining.in_words(tried[number][1]) if tried else "",
            }
            for number, column in enumerate(self.sheet.inputs)
        ]

    @property
    def fired(self) -> frozenset[int]:
        """The numbers of the rules that led to the result."""
        return frozenset(one.number for one in self.result.fired) if self.result else frozenset()


def _shown(
    decision: WrittenDecision, fields: tuple[tryout.Field, ...], result: Result | None
) -> list[ShownTable]:
    kinds = {field.name: field.kind for field in fields}
    shown = []
    for sheet in decision.tables:
        found = tables.analysed(sheet)
        made = (
            [one for one in result.tables if (one.decision, one.table) == (decision.name, sheet.id)]
            if result
            else []
        )
        shown.append(
            ShownTable(
                sheet=sheet,
                policy=tryout.hit_policy(sheet),
                notes=findings.notes(sheet, found, kinds),
                caution=findings.linked(sheet, found),
                complete=found.complete,
                by_default=found.by_default,
                result=made[-1] if made else None,
            )
        )
    return shown


def _steps(
    procedure: Procedure, package: Package, decision: WrittenDecision, result: Result, query: str
) -> list[dict[str, Any]]:
    """Return what the required decisions came to, each with a link to its table and the same inputs."""
    by_name = {one.name: one for one in tables.decisions_of(package)}
    steps = []
    for made in result.tables:
        if made.decision == decision.name or made.decision not in by_name:
            continue
        numbers = ", ".join(str(one.number) for one in made.fired)
        steps.append(
            {
                "label": made.decision,
                "href": f"{_address(procedure, by_name[made.decision])}?{query}",
                "text": f"{explaining.in_words(made.value)} ({f'Regel {numbers}' if numbers else 'keine Regel'})",
            }
        )
    return steps


@requires("applications.decision.view")
@require_safe
def decision(request: HttpRequest, key: str, decision_id: str) -> HttpResponse:
    """Show a decision; with inputs in the address also what it comes to, and by which rules.

    Raises:
        Http404: there is no such decision in a procedure that the actor may read.
    """
    procedure = next((one for one in queries.procedures_to_read(actor_of(request)) if one.key == key), None)
    if procedure is None:
        raise Http404
    package = registry.package_of(procedure)
    written = tables.written(package)
    found = next((one for one in tables.decisions_of(package) if one.id == decision_id), None)
    if found is None or package.model is None:
        raise Http404
    fields = tryout.fields_of(package.model, written, found)
    typed = {field.parameter: request.GET.get(field.parameter, "") for field in fields}
    entries = tryout.read(fields, typed)
    asked = "pruefen" in request.GET or any(typed.values())
    errors = [
        {"message": f"{entry.field.label}: {entry.error}", "href": f"#eingabe-{number}"}
        for number, entry in enumerate(entries, 1)
        if entry.error
    ]
    result = None
    if asked and not errors:
        result = package.model.evaluate(found.name, {entry.field.name: entry.value for entry in entries})
    query = urlencode({"pruefen": "1", **{name: text for name, text in typed.items() if text}})
    by_name = {one.name: one for one in tables.decisions_of(package)}
    return render(
        request,
        "desk/decision.html",
        {
            "procedure": procedure,
            "decision": found,
            "needs": [
                {"label": name, "href": _address(procedure, by_name[name])}
                for name in found.needs
                if name in by_name
            ],
            "entries": entries,
            "errors": errors,
            "asked": asked,
            "tried": result is not None,
            "answer": explaining.in_words(result.value) if result else "",
            "problems": list(dict.fromkeys(one.message_de for one in result.diagnoses)) if result else [],
            "steps": _steps(procedure, package, found, result, query) if result else [],
            "shown": _shown(found, fields, result),
        },
    )
