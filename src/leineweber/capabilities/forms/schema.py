"""The form as read: groups, fields, code lists and rules, frozen, in one language.

A `FormSchema` is made once by `reader.load` and shared by all requests. Its top-level groups are the
pages. `in_language` returns the same form with other words; keys, rules and code lists are shared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from leineweber.capabilities.forms.feel import Script
    from leineweber.capabilities.forms.presentation import PageView
    from leineweber.capabilities.forms.validation import FieldError

Language = Literal["de", "en", "leicht"]
LANGUAGES: tuple[Language, ...] = ("de", "en", "leicht")

Kind = Literal[
    "text", "textarea", "name", "latin", "email", "iban", "phone", "date", "time", "integer", "decimal",
    "money", "yesno", "checkbox", "consent", "choice", "choices", "lookup", "file", "label", "hidden",
    "locked",
]  # fmt: skip
SILENT_KINDS = frozenset({"label", "hidden", "locked"})
LISTED_KINDS = frozenset({"choice", "choices", "lookup"})

RuleKind = Literal["visible", "required", "check", "computed"]


class SchemaError(ValueError):
    """A form definition was refused.

    `file` and `line` say where (line 0: the file as a whole), `message` says in German what is wrong
    and what is expected.
    """

    def __init__(self, line: int, message: str, *, file: str = "data.xdf3.xml") -> None:
        super().__init__(f"{file}, Zeile {line}: {message}" if line else f"{file}: {message}")
        self.line = line
        self.message = message
        self.file = file


@dataclass(frozen=True, slots=True)
class Option:
    """One entry that can be chosen: the stored code, the words for it, an explanation."""

    code: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A page of this website that belongs to a question, such as what is to be read before agreeing."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list (OASIS Genericode 1.0): typed rows with the columns as named in the list."""

    key: str
    title: str
    uri: str
    version_uri: str
    rows: tuple[Mapping[str, Any], ...]
    code_column: str
    name_column: str
    help_column: str | None

    def options(self, code: str = "", name: str = "", help: str = "") -> tuple[Option, ...]:
        """Return the rows as options in the order of the list, from other columns than its own where they are named.

        A row without a name shows its code.
        """
        code, name = code or self.code_column, name or self.name_column
        helps = help or self.help_column
        return tuple(
            Option(
                str(row[code]),
                str(row[code] if row[name] is None else row[name]),
                str(row.get(helps) or "") if helps else "",
            )
            for row in self.rows
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the form in FEEL (see decision 0040): what it decides depends on its kind."""

    id: str
    kind: RuleKind
    source: str
    script: Script
    paths: frozenset[str]
    line: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Constraints:
    """The bounds of a field (`praezisierung`), always complete for lengths: no field is unbounded."""

    min_length: int = 0
    max_length: int = 200
    min_value: Decimal | date | None = None
    max_value: Decimal | date | None = None
    pattern: re.Pattern[str] | None = None
    max_size: int = 5_000_000
    media_types: tuple[str, ...] = ()
    max_items: int = 1


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `path` is `group.field`; `html_id` is where an error summary links to.

    `label` asks the person; `output` names the answer for those who read about her.
    """

    key: str
    path: str
    page: str
    kind: Kind
    label: str
    help: str
    required: bool
    line: int
    options: tuple[Option, ...] = ()
    constraints: Constraints = Constraints()
    default: str = ""
    suggestions: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    conditions: tuple[Rule, ...] = ()
    messages: Mapping[str, str] = field(default_factory=dict)
    codelist: str = ""
    label_by_code: Mapping[str, str] = field(default_factory=dict)
    folded_suggestions: Mapping[str, str] = field(default_factory=dict)
    autocomplete: str = ""
    optional_group: str = ""
    link: Link | None = None
    output: str = ""

    @property
    def id(self) -> str:
        """The identifier of the field in a page."""
        return self.path.replace(".", "-")

    @property
    def html_id(self) -> str:
        """The identifier of the first control of the field: where an error summary leads."""
        return f"{self.id}-tag" if self.kind == "date" else self.id

    @property
    def widget(self) -> str:
        """How the field is asked for: text, textarea, email, tel, number, date, time, radio, select,
        checkboxes, checkbox, file or static."""
        if self.kind == "choice":
            return "radio" if len(self.options) <= 8 else "select"
        return _WIDGETS[self.kind]

    @property
    def shown_when(self) -> tuple[str, str] | None:
        """The path and code of the one answer on which this field depends, if its condition is that simple."""
        if len(self.conditions) != 1:
            return None
        match = _SIMPLE_CONDITION.match(self.conditions[0].source)
        return (match["path"], match["code"]) if match else None


_WIDGETS: dict[str, str] = {
    "text": "text", "textarea": "textarea", "name": "text", "latin": "text", "email": "email", "iban": "text",
    "phone": "tel", "date": "date", "time": "time", "integer": "number", "decimal": "text", "money": "text",
    "yesno": "radio", "checkbox": "checkbox", "consent": "checkbox", "choices": "checkboxes",
    "lookup": "text", "file": "file", "label": "static", "hidden": "static", "locked": "static",
}  # fmt: skip
_SIMPLE_CONDITION = re.compile(r'\s*(?P<path>[a-z_][a-z0-9_.]*)\s*=\s*"(?P<code>[^"]*)"\s*\Z')


@dataclass(frozen=True, slots=True)
class Group:
    """A group of questions: a page at the top level, a fieldset below. `output` is its title for those who read."""

    key: str
    path: str
    title: str
    help: str
    required: bool
    line: int
    items: tuple[Field | Group, ...]
    rules: tuple[Rule, ...] = ()
    conditions: tuple[Rule, ...] = ()
    output: str = ""

    def walk(self) -> Iterator[Field]:
        """Yield the fields in order, those of inner groups included."""
        for item in self.items:
            if isinstance(item, Field):
                yield item
            else:
                yield from item.walk()

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields of the page in order."""
        return tuple(self.walk())


@dataclass(frozen=True, slots=True)
class Page(Group):
    """A top-level group: what is asked for at a time."""

    language: Language = "de"
    schema: FormSchema | None = field(default=None, repr=False, compare=False)

    def present(
        self,
        values: Mapping[str, Any] | None = None,
        errors: tuple[FieldError, ...] | list[FieldError] = (),
        answers: Mapping[str, Any] | None = None,
    ) -> PageView:
        """Return the page ready for a template; see `presentation.present`."""
        from leineweber.capabilities.forms.presentation import present

        assert self.schema is not None
        return present(self.schema, self.key, values, errors, answers)


@dataclass(frozen=True, slots=True)
class FormSchema:
    """A whole form in one language.

    `key` and `version` are those of the Stammdatenschema; `texts` is the whole text file of the language,
    so that the service description (`texts["service"]`) can be read from it.
    """

    key: str
    version: str
    title: str
    intro: str
    language: Language
    all_pages: tuple[Page, ...]
    codelists: Mapping[str, CodeList]
    rules: tuple[Rule, ...]
    texts: Mapping[str, Any]
    messages: Mapping[str, str]
    missing_texts: tuple[str, ...]
    _siblings: dict[Language, FormSchema] = field(default_factory=dict, repr=False, compare=False)
    _fields: dict[str, Field] = field(default_factory=dict, repr=False, compare=False)
    _pages: dict[str, Page] = field(default_factory=dict, repr=False, compare=False)

    def pages(
        self, answers: Mapping[str, Any] | None = None, context: Mapping[str, Any] | None = None
    ) -> tuple[Page, ...]:
        """Return the pages that apply to these answers, in order."""
        if not any(page.conditions for page in self.all_pages):
            return self.all_pages
        from leineweber.capabilities.forms.validation import Evaluation

        evaluation = Evaluation(self, answers or {}, context)
        return tuple(page for page in self.all_pages if evaluation.holds(page.conditions))

    def page(self, key: str) -> Page:
        """Return a page by key.

        Raises:
            KeyError: there is none of that name.
        """
        return self._pages[key]

    def field(self, path: str) -> Field:
        """Return a field by path.

        Raises:
            KeyError: there is none.
        """
        return self._fields[path]

    @property
    def fields(self) -> Mapping[str, Field]:
        """All fields by path, in order."""
        return self._fields

    def in_language(self, language: str) -> FormSchema:
        """Return the form in another language; German if it has no text in that one."""
        for key in LANGUAGES:
            if key == language and key in self._siblings:
                return self._siblings[key]
        return self._siblings["de"]

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages in which the form can be shown."""
        return tuple(key for key in LANGUAGES if key in self._siblings)


def bind(schema: FormSchema) -> FormSchema:
    """Return the schema with its indexes filled and its pages knowing it."""
    bound = replace(schema, _fields={}, _pages={})
    pages = tuple(replace(page, schema=bound, language=schema.language) for page in schema.all_pages)
    object.__setattr__(bound, "all_pages", pages)
    for page in pages:
        bound._pages[page.key] = page
        for item in page.walk():
            bound._fields[item.path] = item
    return bound
