"""Putting together what a letter says: the package's FEEL over the case, the office and the entries of the tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from leineweber.capabilities import documents, forms
from leineweber.capabilities.processes.queries import MadeByTable
from leineweber.domains.applications import explaining, rules
from leineweber.domains.applications.models import Application, Case, Need
from leineweber.domains.applications.procedures.package import Letter, Package
from leineweber.kernel import clock


class LetterError(ValueError):
    """A value of a letter cannot be computed; the message is German and names the key."""


def plain(value: Any, key: str = "data") -> Any:
    """Return a FEEL value as JSON for a letter: dates in ISO form, whole numbers as such.

    Raises:
        LetterError: the value has no such form (a function, a range).
    """
    if isinstance(value, Mapping):
        return {str(name): plain(item, key) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, key) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if value is None or isinstance(value, str | bool | int):
        return value
    raise LetterError(f"{key}: Dieser Wert kann nicht in einem Brief stehen.")


def process_variables(package: Package, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the process is told of the answers: only what the package names.

    Raises:
        LetterError: a value has no form that can be kept.
    """
    return {
        name: plain(expression.evaluate({"answers": dict(answers)}), name)
        for name, expression in package.process_variables.items()
    }


def evaluate_tree(node: Any, context: Mapping[str, Any], key: str = "data") -> Any:
    """Return a tree of expressions as a tree of values; keys whose value is null are left out.

    Raises:
        LetterError: an expression has no value where a list needs one.
    """
    if isinstance(node, dict):
        values = {name: evaluate_tree(item, context, str(name)) for name, item in node.items()}
        return {name: value for name, value in values.items() if value is not None}
    if isinstance(node, list):
        value: Any = [evaluate_tree(item, context, key) for item in node]
    else:
        value = plain(node.evaluate(dict(context)), key)
    if isinstance(value, list) and any(item is None for item in value):
        raise LetterError(f"{key}: Ein Eintrag der Liste hat keinen Wert.")
    return value


def sender(package: Package, clerk: str = "") -> dict[str, Any]:
    """Return the sender as letters show it."""
    office = package.office
    return {
        "city": office.get("city", ""),
        "authority": office.get("authority", ""),
        "office": office.get("name", ""),
        "return_line": office.get("return_line", ""),
        "address": list(office.get("address", [])),
        "note": office.get("note", ""),
        "clerk": {
            "name": clerk or office.get("name", ""),
            "phone": office.get("phone", ""),
            "email": office.get("email", ""),
        },
    }


def sections_of(package: Package, answers: Mapping[str, Any], language: str = "de") -> list[dict[str, Any]]:
    """Return all answers as a receipt shows them."""
    return [
        {"title": section.title, "rows": [{"label": row.label, "text": row.text} for row in section.rows]}
        for section in forms.summary(package.schema, answers, language, output=True)
    ]


def receipt_data(package: Package, application: Application, status_url: str) -> dict[str, Any]:
    """Return the data of the receipt of an application."""
    applicant = rules.applicant_of(application.answers, package.applicant)
    return {
        "reference": application.reference,
        "received_at": clock.local(application.submitted_at).strftime("%Y-%m-%dT%H:%M"),
        "applicant": {"name": applicant.name},
        "sender": sender(package),
        "decision_days": package.decision_days,
        "status_url": status_url,
        "sections": sections_of(package, application.answers),
    }


def receipt(package: Package, application: Application, status_url: str) -> bytes:
    """Typeset the receipt of an application.

    Raises:
        documents.TypesetError: the template fails.
    """
    return documents.typeset(
        package.letters["receipt"].template, receipt_data(package, application, status_url)
    )


def need_context(package: Package, need: Need | None) -> dict[str, Any] | None:
    """Return what FEEL sees of a need."""
    if need is None:
        return None
    return {
        "area": need.area,
        "area_label": package.areas.get(need.area, need.area),
        "place": need.place,
        "function": need.function,
        "function_label": package.functions.get(need.function, need.function),
        "detail": need.detail,
    }


def notice_data(
    package: Package,
    letter: Letter,
    case: Case,
    need: Need | None,
    outputs: Mapping[str, Any],
    clerk: str,
    made: Sequence[MadeByTable] = (),
) -> dict[str, Any]:
    """Return the data of a notice before it is signed.

    Args:
        package: the procedure.
        letter: which letter.
        case: of whom.
        need: the place that is allocated.
        outputs: what the process knows.
        clerk: who drafts it.
        made: the decisions made by table in the case, for the reasons.

    Raises:
        LetterError: the package's expressions do not give what the letter needs.
    """
    application = case.application
    occasion_key = need.occasion if need else next(iter(package.occasions), "")
    occasion = {"key": occasion_key, **package.occasions.get(occasion_key, {})}
    context = {
        "application": {"reference": application.reference, "language": application.language},
        "case": {"reference": case.reference, "opened_on": case.opened_on},
        "answers": application.answers,
        "need": need_context(package, need),
        "occasion": occasion,
        "settings": package.settings,
        "outputs": dict(outputs),
        "decisions": explaining.for_letters(package.model.decisions if package.model else (), made),
    }
    return {**base_data(package, case, clerk), **evaluate_tree(letter.data, context)}


def base_data(package: Package, case: Case, clerk: str) -> dict[str, Any]:
    """Return what every letter of a case says: who to whom, about what."""
    applicant = rules.applicant_of(case.application.answers, package.applicant)
    return {
        "reference": case.reference,
        "file_reference": case.file_reference,
        "applied_on": case.opened_on.isoformat(),
        "recipient": {"name": applicant.name, "lines": list(applicant.address)},
        "sender": sender(package, clerk),
    }


def question_data(
    package: Package, case: Case, clerk: str, text: str, due: date, status_url: str
) -> dict[str, Any]:
    """Return the data of the letter that asks a question."""
    return {
        **base_data(package, case, clerk),
        "date": clock.today().isoformat(),
        "questions": [text],
        "answer_until": due.isoformat(),
        "answer_url": status_url,
        "signature": {"name": clerk, "on_behalf": "Im Auftrag"},
    }


def signed_data(data: Mapping[str, Any], on: date, signature: Mapping[str, str] | None) -> dict[str, Any]:
    """Return the data of a notice with its day, signed or marked as a draft."""
    return {
        **data,
        "date": on.isoformat(),
        **({"signature": dict(signature)} if signature else {"draft": True}),
    }


def typeset_notice(
    letter: Letter, data: Mapping[str, Any], on: date, signature: Mapping[str, str] | None
) -> bytes:
    """Typeset a notice: as a draft without a signature, or as it is sent.

    Raises:
        documents.TypesetError: the template fails or misses a key.
    """
    return documents.typeset(letter.template, signed_data(data, on, signature))
