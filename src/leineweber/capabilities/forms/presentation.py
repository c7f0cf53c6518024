"""A page and a summary ready to be shown: everything decided here, so that templates only write it down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from leineweber.capabilities.forms import rules
from leineweber.capabilities.forms.schema import SILENT_KINDS, Field, FormSchema, Group, Link, Page
from leineweber.capabilities.forms.validation import (
    Context,
    Evaluation,
    FieldError,
    lookup,
    to_posted,
    values_of,
)
from leineweber.capabilities.forms.wording import WORDS, fill, show_date, show_number


@dataclass(frozen=True, slots=True)
class Widget:
    """One field as shown with the macros of `ui/forms.html`.

    `kind` is the widget (see `Field.widget`). `value` is what stands in it, `values` the chosen codes, `parts`
    the three texts of a date. `confirm` is a text to be confirmed, with its sentence. `depends_name` and
    `depends_code` name the control and the answer on which the field depends; `note` says the same in words to those
    whose browser runs no scripts. `link` leads to what belongs to the question, in a window of its own.
    """

    kind: str
    id: str
    name: str
    label: str
    hint: str
    required: bool
    value: str
    error: str
    values: tuple[str, ...] = ()
    options: tuple[Mapping[str, str], ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    bad: tuple[str, ...] = ()
    birthday: bool = False
    confirm: str | None = None
    confirm_label: str = ""
    confirmed: bool = False
    suggestions: tuple[str, ...] = ()
    input_type: str = "text"
    input_mode: str = ""
    autocomplete: str = ""
    spellcheck: bool | None = None
    max_length: int = 200
    width: str = ""
    choose: str = ""
    accept: str = ""
    depends_name: str = ""
    depends_code: str = ""
    note: str = ""
    link: Link | None = None
    new_window: str = ""


@dataclass(frozen=True, slots=True)
class Fieldset:
    """An inner group as shown."""

    id: str
    title: str
    hint: str
    widgets: tuple[Widget, ...]
    kind: str = "fieldset"


@dataclass(frozen=True, slots=True)
class PageView:
    """A page as shown: its widgets in order, and the errors for the summary on top."""

    key: str
    title: str
    help: str
    language: str
    widgets: tuple[Widget | Fieldset, ...]
    errors: tuple[FieldError, ...]

    @property
    def ids(self) -> frozenset[str]:
        """The identifiers of all controls an error may lead to."""
        found: set[str] = set()
        for widget in self.widgets:
            for inner in widget.widgets if isinstance(widget, Fieldset) else (widget,):
                found |= (
                    {f"{inner.id}-{part}" for part in inner.parts} if inner.kind == "date" else {inner.id}
                )
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Row:
    """One answer in words. `html_id` is where its page has the question."""

    path: str
    label: str
    text: str
    html_id: str
    answered: bool


@dataclass(frozen=True, slots=True)
class Section:
    """The answers of one page in words."""

    page_key: str
    title: str
    rows: tuple[Row, ...]


def present(
    schema: FormSchema,
    page_key: str,
    values: Mapping[str, Any] | None = None,
    errors: Sequence[FieldError] = (),
    answers: Mapping[str, Any] | None = None,
    context: Context | None = None,
) -> PageView:
    """Return a page ready to be shown.

    Args:
        schema: the form in the language of the page.
        page_key: which page.
        values: what stands in the controls: posted data (names with dots, lists of texts) after an error, or
            the page's answers, or None for what `answers` hold of the page.
        errors: what `validate_page` found.
        answers: all answers so far, for fields that depend on other pages.
        context: as for `validate_page`.

    Fields that do not apply are left out, except those that depend on an answer of the same page: without a
    script the person could not reach them; their hint says when they count.

    Raises:
        KeyError: there is no such page.
    """
    page = schema.page(page_key)
    known = dict(answers or {})
    given = values if values is not None else known.get(page_key)
    if not isinstance(given, Mapping):
        given = {}
    posted = values is not None and (bool(errors) or _is_posted(page, given))
    if posted:
        raw: Mapping[str, Any] = given
    else:
        known[page_key] = given
        raw = to_posted(schema, page_key, known)
    evaluation = Evaluation(schema, known, context)
    by_path: dict[str, FieldError] = {}
    for error in errors:
        by_path.setdefault(error.path, error)
    showing = _Showing(schema, raw, by_path, evaluation, fresh=not posted and not given)
    return PageView(
        page.key, page.title, page.help, schema.language, tuple(showing.shown(page.items)), tuple(errors)
    )


def _is_posted(page: Page, given: Mapping[str, Any]) -> bool:
    prefix = f"{page.key}."
    return any(isinstance(name, str) and name.startswith(prefix) for name in given)


def _texts(raw: Mapping[str, Any], name: str) -> list[str]:
    return [value[: rules.RAW_LIMIT] for value in values_of(raw, name)]


_INPUT: Mapping[str, tuple[str, str, str]] = {
    "email": ("email", "email", "email"), "phone": ("tel", "tel", "tel"), "integer": ("text", "numeric", "off"),
    "decimal": ("text", "decimal", "off"), "money": ("text", "decimal", "off"), "iban": ("text", "", "off"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Showing:
    """What all fields of a page are shown with."""

    schema: FormSchema
    raw: Mapping[str, Any]
    errors: Mapping[str, FieldError]
    evaluation: Evaluation
    fresh: bool

    def shown(self, items: Sequence[Field | Group]) -> list[Widget | Fieldset]:
        found: list[Widget | Fieldset] = []
        for item in items:
            if isinstance(item, Group):
                inner: list[Widget] = []
                for entry in self.shown(item.items):
                    inner.extend(entry.widgets if isinstance(entry, Fieldset) else (entry,))
                if inner:
                    found.append(Fieldset(item.path.replace(".", "-"), item.title, item.help, tuple(inner)))
            elif item.kind != "hidden" and (self.evaluation.applies(item) or _within_page(item)):
                found.append(self.widget(item))
        return found

    def widget(self, item: Field) -> Widget:
        error = self.errors.get(item.path)
        texts = _texts(self.raw, item.path)
        value = texts[0] if texts else ""
        if item.kind in SILENT_KINDS:
            value = in_words(self.schema, item, self.evaluation.computed.get(item.path)) or item.default
        elif self.fresh and not value:
            value = item.default
        elif item.kind == "iban" and error is None and value.isalnum():
            value = rules.format_iban(value)
        words = WORDS[self.schema.language]
        depends_name, depends_code, note = self.dependence(item)
        input_type, input_mode, autocomplete = _INPUT.get(item.kind, ("text", "", ""))
        if item.kind == "lookup" and all(option.code.isdigit() for option in item.options):
            input_mode = "numeric"
        confirm = error.confirm if error is not None else None
        parts = (
            {key: "".join(_texts(self.raw, f"{item.path}.{key}")[:1]) for key in ("tag", "monat", "jahr")}
            if item.kind == "date"
            else {}
        )
        return Widget(
            kind=item.widget,
            id=item.id,
            name=item.path,
            label=item.label,
            hint=item.help,
            required=item.required or any(rule.kind == "required" for rule in item.rules),
            value=value,
            error=error.message if error else "",
            values=tuple(texts),
            options=tuple(
                {"value": option.code, "label": option.label, "hint": option.help} for option in item.options
            )
            if item.kind != "lookup"
            else (),
            parts=parts,
            bad=(error.part,) if error is not None and error.part else (),
            birthday=item.autocomplete == "bday",
            confirm=confirm,
            confirm_label=fill(words["confirm"], {"value": confirm or ""}),
            confirmed=confirm is not None and confirm in _texts(self.raw, f"{item.path}.bestaetigt"),
            suggestions=item.suggestions,
            input_type=input_type,
            input_mode=input_mode,
            autocomplete=item.autocomplete or autocomplete,
            spellcheck=None if item.kind in ("text", "textarea", "latin") else False,
            max_length=item.constraints.max_length,
            width="s" if item.constraints.max_length <= 12 else "",
            choose=words["choose"],
            accept=",".join(item.constraints.media_types),
            depends_name=depends_name,
            depends_code=depends_code,
            note=note,
            link=item.link,
            new_window=words["new_window"],
        )

    def dependence(self, item: Field) -> tuple[str, str, str]:
        """Return the control and code on which a field depends, if both are on this page, and the sentence."""
        simple = item.shown_when
        source = self.schema.fields.get(simple[0]) if simple else None
        if simple is None or source is None or source.page != item.page:
            return "", "", ""
        option = source.label_by_code.get(simple[1], simple[1])
        note = fill(WORDS[self.schema.language]["only_if"], {"label": source.label, "option": option})
        return source.path, simple[1], note


def _within_page(item: Field) -> bool:
    """Tell whether a field depends only on answers of its own page."""
    paths = {path for rule in item.conditions for path in rule.paths}
    return bool(paths) and all(path.split(".", 1)[0] == item.page for path in paths)


def summary(
    schema: FormSchema,
    answers: Mapping[str, Any],
    language: str | None = None,
    context: Context | None = None,
    *,
    output: bool = False,
) -> tuple[Section, ...]:
    """Return all answers that apply, in words of a language (default: that of the schema), page by page.

    A question without an answer stands there as such: a person checks also what she left out. With `output` the names
    are those for people who read about the person ("Person" instead of "Ihre Person").
    """
    form = schema.in_language(language) if language else schema
    evaluation = Evaluation(form, answers, context)
    sections: list[Section] = []
    for page in form.all_pages:
        rows = tuple(
            _row(
                form, item, evaluation.computed.get(item.path, lookup(answers, item.path)), evaluation, output
            )
            for item in page.walk()
            if item.kind not in ("label", "hidden") and evaluation.applies(item)
        )
        if rows:
            sections.append(Section(page.key, page.output if output else page.title, rows))
    return tuple(sections)


def _row(form: FormSchema, item: Field, answer: Any, evaluation: Evaluation, output: bool) -> Row:
    words = WORDS[form.language]
    text = in_words(form, item, answer)
    shown = text or words["unanswered" if evaluation.requires(item) else "none"]
    return Row(item.path, item.output if output else item.label, shown, item.html_id, bool(text))


def in_words(form: FormSchema, item: Field, answer: Any) -> str:
    """Return one answer in words; empty if there is none. What has not the form of the field is shown as it is."""
    words = WORDS[form.language]
    if answer is None or answer == "" or answer == []:
        return ""
    if isinstance(answer, bool):
        return words["yes" if answer else "no"]
    if item.kind == "choices" and isinstance(answer, list):
        return ", ".join(item.label_by_code.get(str(code), str(code)) for code in answer)
    if isinstance(answer, int) and item.kind == "integer":
        return show_number(answer, form.language)
    if not isinstance(answer, str):
        return str(answer)
    try:
        match item.kind:
            case "choice":
                return item.label_by_code.get(answer, answer)
            case "date":
                return show_date(date.fromisoformat(answer), form.language)
            case "money":
                number = show_number(Decimal(answer), form.language)
                return f"€{number}" if form.language == "en" else f"{number} €"
            case "decimal":
                return show_number(Decimal(answer), form.language)
            case "time":
                return answer if form.language == "en" else f"{answer} Uhr"
            case "iban":
                return rules.format_iban(answer)
            case "phone":
                return rules.format_phone(answer)
    except (ValueError, InvalidOperation):
        return answer
    return answer
