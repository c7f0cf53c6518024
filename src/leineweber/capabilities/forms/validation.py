"""From posted or sent data to right answers: pure, without database, template or request.

Answers are a tree of plain JSON values, `{page: {field: value}}`; inner groups nest. A field that does
not apply, or that was left empty, is absent; a checkbox that is not ticked is `false`, a selection of
nothing an empty list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from leineweber.capabilities.forms import rules
from leineweber.capabilities.forms.feel import native
from leineweber.capabilities.forms.rules import Invalid
from leineweber.capabilities.forms.schema import SILENT_KINDS, Field, FormSchema, Page, Rule
from leineweber.capabilities.forms.wording import WORDS, enumerate_words, fill, show_param
from leineweber.kernel import clock

Answers = dict[str, Any]
Posted = Mapping[str, Sequence[str]]
Context = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FieldError:
    """What a person should do about one field.

    `html_id` is the control to go to (empty if there is none on a page), `code` the name of the check,
    `part` the control of a date that is wrong, `confirm` a text that is accepted once it is confirmed.
    """

    path: str
    html_id: str
    message: str
    code: str = ""
    part: str = ""
    confirm: str | None = None


@dataclass(frozen=True, slots=True)
class PageResult:
    """The normal form of one page's answers and what is wrong with them.

    `values` is what belongs under the page's key, without the fields that have errors.
    """

    values: Answers
    errors: list[FieldError] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Tell whether the person may go on."""
        return not self.errors


@dataclass(frozen=True, slots=True)
class Checked:
    """All answers in normal form (only those that apply, computed ones added) and what is wrong with them."""

    answers: Answers
    errors: list[FieldError]


class Evaluation:
    """The values of a form as scripts see them, and which fields apply.

    Scripts see every page as a context with all its fields; what is unanswered, malformed or does not
    apply is null. `heute` is the day of `context["today"]` (Berlin). Dates are FEEL's own.
    """

    __slots__ = ("_visible_pages", "answers", "computed", "schema", "values", "visible")

    def __init__(
        self, schema: FormSchema, answers: Mapping[str, Any], context: Context | None = None
    ) -> None:
        self.schema = schema
        self.answers = answers
        today = (context or {}).get("today")
        self.values: dict[str, Any] = {
            "heute": native(today if isinstance(today, date) else clock.today()),
        }
        for page in schema.all_pages:
            self.values[page.key] = _as_context(page, answers.get(page.key))
        self.computed: dict[str, Any] = {}
        self.visible: set[str] = set()
        self._visible_pages: dict[str, bool] = {}
        for page in schema.all_pages:
            shown = self.holds(page.conditions)
            self._visible_pages[page.key] = shown
            for item in page.walk():
                if shown and self.holds(item.conditions):
                    self.visible.add(item.path)
                    self._compute(item)
                else:
                    self._put(item.path, None)

    def holds(self, conditions: Iterable[Rule]) -> bool:
        """Tell whether all conditions are true; null is not true."""
        return all(rule.script(self.values) is True for rule in conditions)

    def applies(self, item: Field) -> bool:
        """Tell whether a field applies to these answers."""
        return item.path in self.visible

    def requires(self, item: Field) -> bool:
        """Tell whether a field must be answered: by its multiplicity, or by a rule of type M."""
        if item.required:
            return not item.optional_group or self._begun(item.optional_group)
        return any(rule.kind == "required" and rule.script(self.values) is True for rule in item.rules)

    def offences(self, item: Field) -> Iterable[tuple[Rule, list[str]]]:
        """Yield the checks of a field that are not met, with the offenders if the script names them."""
        for rule in item.rules:
            if rule.kind != "check":
                continue
            outcome = rule.script(self.values)
            if outcome is False:
                yield rule, []
            elif isinstance(outcome, list) and outcome:
                yield rule, [str(offender) for offender in outcome if offender is not None]

    def _compute(self, item: Field) -> None:
        for rule in item.rules:
            if rule.kind == "computed":
                result = rule.script(self.values)
                value = plain(result)
                self._put(item.path, result)
                if value is not None:
                    self.computed[item.path] = value

    def _begun(self, group: str) -> bool:
        inside = f"{group}."
        return any(
            answer not in (None, "", [], False)
            for path, item in self.schema.fields.items()
            if path.startswith(inside) and item.kind not in SILENT_KINDS
            for answer in (lookup(self.answers, path),)
        )

    def _put(self, path: str, value: Any) -> None:
        *parents, last = path.split(".")
        place = self.values
        for step in parents:
            place = place[step]
        place[last] = value


def lookup(answers: Mapping[str, Any], path: str) -> Any:
    """Return the answer at a path, None if there is none."""
    place: Any = answers
    for step in path.split("."):
        if not isinstance(place, Mapping):
            return None
        place = place.get(step)
    return place


def put(answers: Answers, path: str, value: Any) -> None:
    """Set the answer at a path; inner groups are made."""
    *parents, last = path.split(".")
    for step in parents:
        answers = answers.setdefault(step, {})
    answers[last] = value


def plain(value: Any) -> Any:
    """Return a value of a script as it is kept in answers: numbers and dates as text, whole numbers as such."""
    if isinstance(value, Decimal):
        return (
            int(value) if value == value.to_integral_value() and abs(value) < 10**15 else format(value, "f")
        )
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return value if isinstance(value, str | bool) else None


def _as_context(group: Any, answers: Any) -> dict[str, Any]:
    given = answers if isinstance(answers, Mapping) else {}
    return {
        item.key: _as_value(item, given.get(item.key))
        if isinstance(item, Field)
        else _as_context(item, given.get(item.key))
        for item in group.items
    }


def _as_value(item: Field, answer: Any) -> Any:
    """Return an answer as FEEL's type; null if it is not of the field's form."""
    if answer is None:
        return None
    try:
        if item.kind == "date":
            return native(date.fromisoformat(answer))
        if item.kind == "time":
            return native(time.fromisoformat(answer))
        if item.kind in ("integer", "decimal", "money"):
            number = Decimal(answer) if not isinstance(answer, bool) else None
            return number if number is not None and number.is_finite() else None
    except (TypeError, ValueError, InvalidOperation):
        return None
    if item.kind in ("yesno", "checkbox", "consent"):
        return answer if isinstance(answer, bool) else None
    if item.kind == "choices":
        return [code for code in answer if isinstance(code, str)] if isinstance(answer, list) else None
    return answer if isinstance(answer, str | bool | int) else None


def validate_page(
    schema: FormSchema,
    page_key: str,
    posted: Posted,
    answers: Mapping[str, Any] | None = None,
    context: Context | None = None,
) -> PageResult:
    """Check one page as a browser posts it.

    Args:
        schema: the form in the language of the messages.
        page_key: which page was posted.
        posted: the control names (`person.vorname`, `person.geburtsdatum.tag`, `person.strasse.bestaetigt`)
            with their values, as a QueryDict gives them by `dict(request.POST)` or `request.POST.lists()`.
        answers: what is known of all pages so far.
        context: `today` (a date) if another day than today counts.

    Raises:
        KeyError: there is no such page.
    """
    page = schema.page(page_key)
    before = answers or {}
    found: dict[str, Any] = {}
    faults: dict[str, Invalid] = {}
    for item in page.walk():
        if item.kind in SILENT_KINDS:
            continue
        try:
            found[item.path] = _read_posted(item, posted, lookup(before, item.path))
        except Invalid as fault:
            faults[item.path] = fault
    tree: Answers = {}
    for path, value in found.items():
        if value is not None:
            put(tree, path, value)
    evaluation = Evaluation(schema, {**before, page_key: tree.get(page_key, {})}, context)
    errors = list(_errors(page, evaluation, found, faults))
    values: Answers = {}
    for item in page.walk():
        value = evaluation.computed.get(item.path, found.get(item.path))
        if value is not None and evaluation.applies(item):
            put(values, item.path, value)
    return PageResult(values.get(page_key, {}), errors)


def check_all(schema: FormSchema, answers: Mapping[str, Any], context: Context | None = None) -> Checked:
    """Check whole answers, from a draft or from an interface, and return them in normal form.

    What does not apply is left out without a word, as a page would; what the form does not know is an error.
    A street that is not in the list is accepted: only a person at a page is asked to confirm.
    """
    found: dict[str, Any] = {}
    faults: dict[str, Invalid] = {}
    tree: Answers = {}
    for path, item in schema.fields.items():
        answer = lookup(answers, path)
        if item.kind in SILENT_KINDS or answer is None:
            continue
        try:
            found[path] = _read_answer(item, answer)
        except Invalid as fault:
            faults[path] = fault
            continue
        if found[path] is not None:
            put(tree, path, found[path])
    evaluation = Evaluation(schema, tree, context)
    errors = [
        FieldError(path, "", schema.messages["unknown"], "unknown") for path in _unknown(schema, answers)
    ]
    clean: Answers = {}
    for page in schema.all_pages:
        errors.extend(_errors(page, evaluation, found, faults))
        for item in page.walk():
            value = evaluation.computed.get(item.path, found.get(item.path))
            if value is not None and evaluation.applies(item):
                put(clean, item.path, value)
    return Checked(clean, errors)


def validate_all(
    schema: FormSchema, answers: Mapping[str, Any], context: Context | None = None
) -> list[FieldError]:
    """Return everything that is wrong with whole answers; empty if they can be submitted."""
    return check_all(schema, answers, context).errors


def clean(schema: FormSchema, answers: Mapping[str, Any], context: Context | None = None) -> Answers:
    """Return whole answers in normal form: only what applies and is right, computed answers added."""
    return check_all(schema, answers, context).answers


def to_posted(schema: FormSchema, page_key: str, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what a browser would post for the answers of a page: the inverse of `validate_page`."""
    posted: dict[str, list[str]] = {}
    for item in schema.page(page_key).walk():
        answer = lookup(answers, item.path)
        if answer is None or item.kind in SILENT_KINDS:
            continue
        if item.kind == "date":
            year, _, rest = str(answer).partition("-")
            month, _, day = rest.partition("-")
            posted |= {f"{item.path}.tag": [day], f"{item.path}.monat": [month], f"{item.path}.jahr": [year]}
        elif item.kind == "choices":
            posted[item.path] = [str(code) for code in answer] if isinstance(answer, list) else []
        elif item.kind == "yesno":
            posted[item.path] = ["ja" if answer is True else "nein"]
        elif item.kind in ("checkbox", "consent"):
            posted[item.path] = ["ja"] if answer is True else []
        elif item.kind in ("decimal", "money"):
            posted[item.path] = [str(answer).replace(".", ",")]
        else:
            posted[item.path] = [str(answer)]
    return posted


def _errors(
    page: Page, evaluation: Evaluation, found: Mapping[str, Any], faults: Mapping[str, Invalid]
) -> Iterable[FieldError]:
    schema = evaluation.schema
    for item in page.walk():
        if item.kind in SILENT_KINDS or not evaluation.applies(item):
            continue
        fault = faults.get(item.path)
        if fault is not None:
            yield error_of(schema, item, fault)
            continue
        value = found.get(item.path)
        if item.kind == "consent" and value is not True and item.required:
            yield error_of(schema, item, Invalid("consent"))
        elif value in (None, []) and not isinstance(value, bool) and evaluation.requires(item):
            yield error_of(schema, item, Invalid(_REQUIRED.get(item.kind, "required")))
        else:
            for rule, offenders in evaluation.offences(item):
                words = [item.label_by_code.get(offender, offender) for offender in offenders]
                shown = enumerate_words(words, schema.language)
                message = fill(rule.message, {"label": item.label, "offenders": shown})
                yield FieldError(item.path, item.html_id, message, f"check:{rule.id}")


_REQUIRED = {
    "choice": "required_choice", "yesno": "required_choice", "choices": "required_choices",
    "date": "required_date", "file": "required_file",
}  # fmt: skip


def error_of(schema: FormSchema, item: Field, fault: Invalid) -> FieldError:
    """Return a fault in the words of the form's language, at the control where it is mended."""
    code = fault.code
    params = {name: show_param(value, schema.language) for name, value in fault.params.items()}
    params["label"] = item.label
    if code == "date_missing":
        params["missing"] = WORDS[schema.language][f"missing_{fault.params['missing']}"]
    if code == "unlisted" and fault.params.get("candidates"):
        code = "unlisted_near"
    template = item.messages.get(code) or item.messages.get(fault.code) or schema.messages[code]
    html_id = f"{item.id}-{fault.part}" if fault.part else item.html_id
    return FieldError(item.path, html_id, fill(template, params), fault.code, fault.part, fault.confirm)


def _unknown(schema: FormSchema, answers: Mapping[str, Any]) -> list[str]:
    unknown: list[str] = []

    def visit(group: Any, given: Any, prefix: str) -> None:
        if not isinstance(given, Mapping):
            unknown.append(prefix)
            return
        known = {item.key: item for item in group}
        for key, value in list(given.items())[:200]:
            path = f"{prefix}.{key}" if prefix else str(key)
            item = known.get(key)
            if item is None or (isinstance(item, Field) and item.kind == "label"):
                unknown.append(path[:200])
            elif not isinstance(item, Field):
                visit(item.items, value, path)

    visit(schema.all_pages, answers, "")
    return unknown


def values_of(posted: Mapping[str, Any], name: str) -> list[str]:
    """Return the texts posted under a name, at most `ITEM_LIMIT`; takes a QueryDict, lists or single texts."""
    many = getattr(posted, "getlist", None)
    given: Any = many(name) if many is not None else posted.get(name)
    if given is None:
        return []
    if isinstance(given, str):
        return [given]
    if not isinstance(given, Iterable):
        return []
    return [value for value in list(given)[: rules.ITEM_LIMIT] if isinstance(value, str)]


def _first(posted: Posted, name: str) -> str:
    values = values_of(posted, name)
    return values[0] if values else ""


def _read_posted(item: Field, posted: Posted, before: Any) -> Any:
    if item.kind == "date":
        low, high = _date_bounds(item)
        return rules.date_parts(
            _first(posted, f"{item.path}.tag"),
            _first(posted, f"{item.path}.monat"),
            _first(posted, f"{item.path}.jahr"),
            minimum=low,
            maximum=high,
        )
    if item.kind in ("checkbox", "consent"):
        return bool(rules.tidy(_first(posted, item.path)))
    if item.kind == "choices":
        return _codes(item, values_of(posted, item.path))
    confirmed = {rules.tidy(value) for value in values_of(posted, f"{item.path}.bestaetigt")}
    if isinstance(before, str):
        confirmed.add(before)
    return _read_text(item, _first(posted, item.path), confirmed)


def _read_answer(item: Field, answer: Any) -> Any:
    if item.kind in ("checkbox", "consent", "yesno"):
        if not isinstance(answer, bool):
            raise Invalid("type")
        return answer
    if item.kind == "choices":
        if not isinstance(answer, list) or not all(isinstance(code, str) for code in answer):
            raise Invalid("type")
        return _codes(item, answer)
    if (
        item.kind in ("integer", "decimal", "money")
        and isinstance(answer, int)
        and not isinstance(answer, bool)
    ):
        answer = str(answer) if abs(answer) < 10**30 else "x"
    if not isinstance(answer, str):
        raise Invalid("type")
    if item.kind == "date":
        low, high = _date_bounds(item)
        return rules.iso_date(answer, minimum=low, maximum=high) if answer else None
    return _read_text(item, answer, {rules.tidy(answer)})


def _codes(item: Field, values: Sequence[str]) -> list[str]:
    return rules.many_codes(values, list(item.label_by_code), max_items=item.constraints.max_items)


def _date_bounds(item: Field) -> tuple[date | None, date | None]:
    low, high = item.constraints.min_value, item.constraints.max_value
    return (low if isinstance(low, date) else None), (high if isinstance(high, date) else None)


def _read_text(item: Field, raw: str, confirmed: set[str]) -> Any:
    """Return the value of a field that is typed or chosen as one text."""
    bounds = item.constraints
    if item.kind == "choice":
        return rules.one_code(rules.tidy(raw), item.label_by_code)
    if item.kind == "yesno":
        return rules.yes_no(rules.tidy(raw))
    if item.kind == "file":
        return rules.digest(rules.tidy(raw))
    value = rules.text(
        raw,
        min_length=bounds.min_length,
        max_length=bounds.max_length,
        pattern=bounds.pattern,
        multiline=item.kind == "textarea",
    )
    if value is None:
        return None
    low = bounds.min_value if isinstance(bounds.min_value, Decimal) else None
    high = bounds.max_value if isinstance(bounds.max_value, Decimal) else None
    match item.kind:
        case "name":
            return rules.person_name(value)
        case "latin":
            value = rules.latin_text(value)
        case "email":
            return rules.e_mail(value)
        case "phone":
            return rules.phone(value)
        case "iban":
            return rules.iban(value)
        case "lookup":
            return rules.listed(value, item.label_by_code)
        case "time":
            return rules.clock_time(value)
        case "integer":
            return rules.integer(value, minimum=low, maximum=high)
        case "decimal":
            return rules.decimal(value, minimum=low, maximum=high)
        case "money":
            return rules.decimal(value, places=2, minimum=low, maximum=high)
    if item.suggestions:
        return rules.suggested(value, item.folded_suggestions, confirmed=confirmed)
    return value
