"""Forms: from a data schema (FIM XDatenfelder 3.0) to pages, checked answers and drafts.

A procedure package describes what is asked (`data.xdf3.xml`), in which words (`texts/*.yaml`) and from
which lists (`codelists/*.xml`); nothing of a single service stands in Python. `load` reads it once;
`validate_page`, `validate_all`, `summary` and `present` are pure; drafts are in `services` and `queries`.

    schema = forms.load_package(directory).in_language("en")
    page = schema.pages(answers)[0]
    result = forms.validate_page(schema, page.key, dict(request.POST.lists()), answers)
    view = page.present(request_post_or_None, result.errors, answers)      # for forms/page.html
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from leineweber.capabilities.forms.presentation import (
    PageView,
    Row,
    Section,
    in_words,
    present,
    summary,
)
from leineweber.capabilities.forms.reader import load, load_package
from leineweber.capabilities.forms.schema import (
    LANGUAGES,
    CodeList,
    Field,
    FormSchema,
    Group,
    Link,
    Option,
    Page,
    Rule,
    SchemaError,
)
from leineweber.capabilities.forms.validation import (
    Checked,
    FieldError,
    PageResult,
    check_all,
    clean,
    lookup,
    to_posted,
    validate_all,
    validate_page,
)

if TYPE_CHECKING:
    from leineweber.capabilities.forms import queries, services

__all__ = [
    "LANGUAGES",
    "Checked",
    "CodeList",
    "Field",
    "FieldError",
    "FormSchema",
    "Group",
    "Link",
    "Option",
    "Page",
    "PageResult",
    "PageView",
    "Row",
    "Rule",
    "SchemaError",
    "Section",
    "check_all",
    "clean",
    "in_words",
    "load",
    "load_package",
    "lookup",
    "present",
    "queries",
    "services",
    "summary",
    "to_posted",
    "validate_all",
    "validate_page",
]


def __getattr__(name: str) -> ModuleType:
    """Give `forms.services` and `forms.queries` once Django is ready; the pure parts need no Django."""
    if name in ("queries", "services"):
        return import_module(f"{__name__}.{name}")
    raise AttributeError(name)
