"""Checking a package whole, and putting a version in force."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from leineweber.capabilities import documents, forms, processes
from leineweber.capabilities.processes import engine
from leineweber.capabilities.processes import services as process_services
from leineweber.domains.applications import letters, work
from leineweber.domains.applications.models import Application, Case, Need, Procedure
from leineweber.domains.applications.procedures import naming, registry
from leineweber.domains.applications.procedures.package import (
    Finding,
    Letter,
    NeedRow,
    Package,
    PackageError,
    digest_of,
)
from leineweber.domains.applications.procedures.reading import build, found_at, placed
from leineweber.domains.applications.procedures.shapes import Path, dotted
from leineweber.kernel import clock, ids
from leineweber.kernel import expressions as feel
from leineweber.kernel.access import Actor
from leineweber.kernel.decisions import DecisionError
from leineweber.kernel.refs import Ref
from leineweber.kernel.transaction import act
from leineweber.people.organisation import queries as organisation
from leineweber.people.organisation import services as organisation_services
from leineweber.people.organisation.roles import HOUSE_ROLES

LETTERS = {
    "applications.ask": ("question", ""),
    "applications.draft_notice": ("appointment", "accepted"),
    "applications.draft_refusal": ("refusal", "refused"),
}
"""The letter each action sets, and the decision it must announce."""


class SameVersion(ValueError):
    """Another content is already published under this version; raise the version in procedure.yaml."""


def _in_procedure(package: Package, path: tuple[str | int, ...], reason: str) -> Finding:
    return found_at(package.files, "procedure.yaml", path, reason)


def _check_case(package: Package, name: str, content: Mapping[str, Any]) -> Iterator[Finding]:
    """Run a worked example: its answers through the form, its decisions through the model."""
    expected = content.get("expect") or {}
    answers = content["answers"]
    on = _day(content)
    errors = sorted(error.path for error in forms.validate_all(package.schema, answers, {"today": on}))
    wanted = sorted(expected.get("errors") or [])
    if errors != wanted:
        unexpected = [path for path in errors if path not in wanted]
        yield found_at(
            package.files,
            name,
            ("answers", *unexpected[0].split(".")) if unexpected else ("expect", "errors"),
            f"Erwartet werden Fehler bei {', '.join(wanted) or 'keinem Feld'}, "
            f"gefunden bei {', '.join(errors) or 'keinem Feld'}.",
        )
    decided = expected.get("decisions") or {}
    if decided and package.model is None:
        reason = "Das Verfahren hat keine Entscheidungstabelle."
        yield found_at(package.files, name, ("expect", "decisions"), reason)
        return
    for decision, result in decided.items():
        place = ("expect", "decisions", decision)
        given = {**letters.process_variables(package, answers), "answers": answers, "today": on}
        try:
            needed = package.model.required_inputs(decision) if package.model else ()
            found = package.model.evaluate(decision, given).value if package.model else None
        except DecisionError as error:
            yield found_at(package.files, name, place, error.message_de)
            continue
        if missing := [need for need in needed if need not in given]:
            reason = f"Entscheidung {decision}: Einen Wert „{missing[0]}“ bekommt sie nicht"
            yield found_at(package.files, name, place, f"{reason}; nennen Sie ihn in process_variables.")
        elif found != result:
            reason = f"Entscheidung {decision}: erwartet {result!r}, gefunden {found!r}."
            yield found_at(package.files, name, place, reason)


def _check_template(package: Package, letter: Letter) -> Iterator[Finding]:
    example = package.files.get(letter.file.removesuffix(".typ") + ".example.json")
    for problem in documents.check(letter.template, json.loads(example) if example else None):
        reason = f"Die Vorlage kann mit ihren Beispieldaten nicht gesetzt werden: {problem.message}"
        yield Finding(letter.file, problem.line, reason)


def _unasked(package: Package, node: Any, path: tuple[str | int, ...]) -> Iterator[Finding]:
    """Find answers that expressions read and the form never asks: they would be null for ever."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            yield from _unasked(package, value, (*path, name))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _unasked(package, value, (*path, number))
    elif isinstance(node, feel.Expression):
        for root, *names in sorted(node.paths):
            asked = ".".join(names)
            if root == "answers" and asked and not _in_form(package, asked):
                yield _in_procedure(package, path, f"{dotted(path)}: Im Formular gibt es {asked} nicht.")


def _in_form(package: Package, path: str) -> bool:
    """Tell whether a path is that of a field, of a group of fields, or of something in a field (a date's year)."""
    return any(
        f"{field}.".startswith(f"{path}.") or f"{path}.".startswith(f"{field}.")
        for field in package.schema.fields
    )


def _check_process(package: Package) -> list[Finding]:
    """Check the process by itself; only a sound one is held against the letters and the task forms."""
    dmn = package.files.get("decisions.dmn", "").encode()
    findings = [
        Finding("process.bpmn", problem.line, problem.message)
        for problem in processes.check(
            package.process,
            roles=set(package.roles),
            actions=processes.action_names(),
            decisions=dmn,
        )
    ]
    if findings:
        return findings
    model = engine.compile_definition(package.process, dmn).model
    for name in model.variables:
        if name not in package.process_variables:
            reason = f"lw:variables nennt {name}; in procedure.yaml steht es nicht unter process_variables."
            findings.append(Finding("process.bpmn", model.line, reason))
    for element in model.elements.values():
        findings += _check_letter_of(package, element)
        if element.is_human:
            findings += _check_task(package, element)
    return findings


def _check_letter_of(package: Package, element: engine.Element) -> Iterator[Finding]:
    key, decision = LETTERS.get(element.action, ("", ""))
    if not key:
        return
    letter = package.letters.get(key)
    if letter is None:
        yield Finding("process.bpmn", element.line, f"{element.action} braucht den Brief letters.{key}.")
    elif letter.decision != decision:
        reason = f"letters.{key}: {element.action} braucht decision: {decision or '(ohne)'}."
        yield Finding("process.bpmn", element.line, reason)


def _check_task(package: Package, element: engine.Element) -> Iterator[Finding]:
    """Hold a task against its form: it asks for what the task puts out, and for nothing else."""
    form = package.task_forms.get(element.form)
    if element.form and form is None:
        yield Finding("process.bpmn", element.line, f"Das Formular {element.form} steht nicht in task_forms.")
        return
    fields = form.fields if form else ()
    declared = {output.name for output in element.outputs}
    asked = {field.name for field in fields}
    sure = {field.name for field in fields if field.required and field.when is None}
    if "need" in sure:
        sure |= {"district", "function"}
    for name in sorted(asked - declared):
        reason = f"Aufgabe {element.id}: Das Formular fragt {name}, lw:outputs nennt es nicht."
        yield Finding("process.bpmn", element.line, reason)
    for output in element.outputs:
        if not output.optional and output.name not in sure:
            reason = (
                f"Aufgabe {element.id}: {output.name} ist nötig (lw:outputs), aber kein Pflichtfeld des Formulars "
                "ohne Bedingung."
            )
            yield Finding("process.bpmn", element.line, reason)


def _outputs(package: Package) -> dict[str, Any]:
    """Return what tasks might have put out: an entry for every field, a text for whatever else there is."""
    dmn = package.files.get("decisions.dmn", "").encode()
    found: dict[str, Any] = dict.fromkeys(
        engine.compile_definition(package.process, dmn).model.names(), "Beispiel"
    )
    for form in package.task_forms.values():
        for field in form.fields:
            posted = [field.options[0][0] if field.options else "Beispiel"]
            found[field.name] = work.value_of(field, posted)
    return found


def _check_names(package: Package) -> Iterator[Finding]:
    """Find paths in the expressions of letters that lead nowhere, with their line and column."""
    known = _known_to_letters(package)
    places: list[tuple[Path, Any]] = [
        (("letters", key, "data"), letter.data) for key, letter in package.letters.items()
    ]
    while places:
        path, node = places.pop()
        if isinstance(node, Mapping):
            places += [((*path, name), item) for name, item in node.items()]
        elif isinstance(node, list):
            places += [((*path, number), item) for number, item in enumerate(node)]
        else:
            for wrong, at in naming.wrong_paths(node, known):
                reason = f"{dotted(path)}: Den Namen {wrong} gibt es nicht {placed(at)}"
                yield _in_procedure(package, path, reason)


def _known_to_letters(package: Package) -> dict[str, Any]:
    """Return what the names in the expressions of letters hold."""
    dmn = package.files.get("decisions.dmn", "").encode()
    process = engine.compile_definition(package.process, dmn)
    deciding = [element.decision for element in process.model.elements.values() if element.decision]
    written = {one.name: one for one in process.written.decisions} if process.written else {}
    decided: dict[str, Any] = {}
    while deciding:
        name = deciding.pop()
        if name in decided or name not in written:
            continue
        notes = {note: None for table in written[name].tables for note in table.notes}
        decided[name] = {"value": None, "rules": None, "reasons": None, "notes": notes}
        deciding.extend(written[name].needs)
    return {
        "application": dict.fromkeys(("reference", "language")),
        "case": dict.fromkeys(("reference", "opened_on")),
        "need": dict.fromkeys(("area", "area_label", "place", "function", "function_label", "detail")),
        "occasion": dict.fromkeys(("key", "label", "date")),
        "settings": naming.shape_of(package.settings),
        "outputs": dict.fromkeys(process.model.names() | set(package.process_variables)),
        "decisions": decided,
    }


def _day(content: Mapping[str, Any]) -> date:
    return date.fromisoformat(content["on"]) if content.get("on") else clock.today()


def _submittable(package: Package) -> tuple[str, date, dict[str, Any]] | None:
    """Return the first example without errors: its file, its day, its answers in normal form."""
    for name, content in package.cases.items():
        on = _day(content)
        checked = forms.check_all(package.schema, content["answers"], {"today": on})
        if not checked.errors:
            return name, on, checked.answers
    return None


def _check_letters(package: Package) -> Iterator[Finding]:
    """Set every letter with the answers of the first example that may be submitted."""
    example = _submittable(package)
    if example is None:
        yield Finding("cases", 0, "Kein Beispiel kann abgesendet werden; eines muss ohne Fehler sein.")
        return
    name, on, answers = example
    try:
        letters.process_variables(package, answers)
    except letters.LetterError as error:
        yield _in_procedure(package, ("process_variables",), f"process_variables mit {name}: {error}")
    reference = ids.new_reference(package.prefix)
    application = Application(reference=reference, answers=answers, submitted_at=clock.now())
    case = Case(application=application, reference=reference, file_reference="1.1-2026/1", opened_on=on)
    row = package.needs[0] if package.needs else None
    for key, letter in package.letters.items():
        try:
            data = _letter_data(package, letter, case, row)
        except letters.LetterError as error:
            yield _in_procedure(package, ("letters", key, "data"), f"letters.{key} mit {name}: {error}")
            continue
        for problem in documents.check(letter.template, data):
            reason = f"Die Vorlage kann mit {name} nicht gesetzt werden: {problem.message}"
            yield Finding(letter.file, problem.line, reason)


def _letter_data(package: Package, letter: Letter, case: Case, row: NeedRow | None) -> dict[str, Any]:
    if letter.key == "receipt":
        return letters.receipt_data(package, case.application, "https://stadt.example/")
    if letter.key == "question":
        return letters.question_data(
            package, case, "Muster", "Eine Frage?", case.opened_on, "https://stadt.example/"
        )
    need = Need(**_columns(package, row)) if row and letter.decision == "accepted" else None
    outputs = _outputs(package)
    data = letters.notice_data(package, letter, case, need, outputs, "Muster")
    return letters.signed_data(data, case.opened_on, {"name": "Muster", "on_behalf": "Im Auftrag"})


def check(files: Mapping[str, str]) -> Package:
    """Check a package whole and return it.

    Raises:
        PackageError: with every finding: form, process, decisions, letters, roles, worked examples.
    """
    package = build(files)
    findings: list[Finding] = []
    names: list[Finding] = []
    if not package.roles:
        findings.append(_in_procedure(package, ("roles",), "Das Verfahren nennt keine Rolle (roles)."))
    findings += [
        _in_procedure(
            package, ("roles", role), f"roles: {role} ist eine Rolle der Stadt, keine eines Verfahrens."
        )
        for role in package.roles
        if role in HOUSE_ROLES
    ]
    if "receipt" not in package.letters:
        findings.append(_in_procedure(package, ("letters",), "Der Brief letters.receipt fehlt."))
    findings += _unasked(package, package.process_variables, ("process_variables",))
    for key, letter in package.letters.items():
        findings += _unasked(package, letter.data, ("letters", key, "data"))
    findings += _check_process(package)
    for letter in package.letters.values():
        findings += _check_template(package, letter)
    if not package.cases:
        findings.append(Finding("cases", 0, "Es gibt kein durchgerechnetes Beispiel."))
    for name, content in package.cases.items():
        findings += _check_case(package, name, content)
    if not any(finding.file == "process.bpmn" for finding in findings):
        names = list(_check_names(package))
    if not findings:
        findings += _check_letters(package)
    findings += names
    if findings:
        raise PackageError(sorted(set(findings)))
    return package


def publish(actor: Actor, files: Mapping[str, str]) -> Procedure:
    """Check a package and put it in force; the version before it stays for the cases it has.

    Publishing the same content again changes nothing.

    Raises:
        PackageError: the check found something, or the package does not fit the city (no such office, no such entry
            of the file plan, another procedure has the address or the roles).
        SameVersion: the version exists with other content.
    """
    package = check(files)
    findings = list(_check_city(package))
    unit = organisation.unit_by_code(package.unit)
    if unit is None:
        reason = f"office.unit: Die Einheit {package.unit} gibt es nicht."
        findings.append(_in_procedure(package, ("office", "unit"), reason))
    if unit is None or findings:
        raise PackageError(sorted(findings))
    existing = Procedure.objects.filter(key=package.key, version=package.version).first()
    if existing is not None and existing.digest != package.digest:
        raise SameVersion(
            f"Die Version {package.version} von {package.key} gibt es schon mit anderem Inhalt. "
            "Erhöhen Sie die Version in procedure.yaml."
        )
    if existing is not None and existing.in_force:
        return existing
    procedure = existing or Procedure(
        id=ids.new_id(),
        key=package.key,
        version=package.version,
        title=package.title,
        service_key=package.service_key,
        digest=digest_of(files),
        files=dict(files),
        published_at=clock.now(),
    )
    procedure.scope = unit.path
    with act(
        actor,
        "procedure.published",
        Ref("procedure", procedure.id),
        {"key": package.key, "version": package.version},
    ) as current:
        for role, label in package.roles.items():
            organisation_services.define_role(actor, name=role, label=label)
        definition = process_services.deploy(
            package.key, package.process, files.get("decisions.dmn", "").encode(), actor
        )
        Procedure.objects.filter(key=package.key, in_force=True).update(in_force=False)
        procedure.process_definition_id = definition.id
        procedure.in_force = True
        procedure.save()
        _load_needs(package)
        current.emit(
            "procedure.published",
            {
                "key": package.key,
                "title": package.title,
                "service_slug": package.service_slug,
                "service_key": package.service_key,
                "texts": {language: dict(package.service_text(language)) for language in package.texts},
            },
        )
    registry.forget()
    return procedure


def _check_city(package: Package) -> Iterator[Finding]:
    """Find what stands against this package in this city."""
    for other in Procedure.objects.filter(in_force=True).exclude(key=package.key).defer("files"):
        if registry.package_of(other).service_slug == package.service_slug:
            reason = f"service.slug: {other.key} hat diese Adresse schon."
            yield _in_procedure(package, ("service", "slug"), reason)


def _columns(package: Package, row: NeedRow) -> dict[str, Any]:
    return {
        "procedure_key": package.key,
        "occasion": row.occasion,
        "area": row.area,
        "place": row.place,
        "function": row.function,
        "required": row.required,
        "detail": dict(row.detail),
    }


def _load_needs(package: Package) -> None:
    """Bring the needs to the package's numbers; what is filled stays filled, what is not wanted any more goes."""
    existing = {
        (need.occasion, need.area, need.place, need.function): need
        for need in Need.objects.select_for_update().filter(procedure_key=package.key)
    }
    new = []
    for row in package.needs:
        need = existing.pop((row.occasion, row.area, row.place, row.function), None)
        if need is None:
            new.append(Need(**_columns(package, row)))
        elif need.required != row.required or need.detail != row.detail:
            need.required = max(row.required, need.filled)
            need.detail = dict(row.detail)
            need.save(update_fields=["required", "detail"])
    Need.objects.bulk_create(new)
    for need in existing.values():
        if need.filled:
            need.required = need.filled
            need.save(update_fields=["required"])
        else:
            need.delete()
