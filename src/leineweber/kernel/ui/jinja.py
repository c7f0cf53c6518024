"""Jinja2 for Django, as the whole house uses it.

In the settings:

    TEMPLATES = [
        {"BACKEND": "leineweber.kernel.ui.jinja.LeineweberJinja2", "APP_DIRS": True, "DIRS": [], "OPTIONS": {}},
    ]

Templates lie in `<room>/templates/<room>/*.html`; only rooms of Leineweber are looked into. Escaping is always on, an
unknown variable is an error, `_()` translates (message ids are German).

Every template knows: `request`, `actor`, `language` (de, en, leicht), `csrf_input`, `csrf_token`, `demo`, `city`,
`places`; `url(name, *args, **kwargs)`, `static(path)`, `now()`, `today()`, `may(actor, policy, thing=None)`,
`navigation(face, actor, path="")`, `navigation_links(face, actor, section, path="")`,
`query(request, **changes)` (the address bar's parameters with some changed, `None` removes one);
filters `date_de`, `datetime_de`, `time_de`, `money`, `number`, `percent`, `plural`, `iso`;
`day` and `moment` are date and time as the language of the page writes them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.backends.jinja2 import Jinja2, get_exception_info
from django.template.backends.jinja2 import Template as DjangoTemplate
from django.template.utils import get_app_template_dirs
from django.urls import reverse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from jinja2.utils import missing
from markupsafe import Markup

from leineweber.kernel import clock
from leineweber.kernel.access import Actor, actor_of, allowed
from leineweber.kernel.money import Money, format_de, number_de
from leineweber.kernel.ui import navigation

PACKAGE_DIR = Path(__file__).resolve().parent.parent.parent
NO_BREAK = "\u00a0"
PLACES = {
    "portal": "/",
    "search": "/suche/",
    "desk": "/arbeit/",
    "desk_search": "/arbeit/suche/",
    "cockpit": "/steuerung/",
}
CITY = {"name": "Stadt Bielefeld", "short": "Bielefeld", "theme": "ui/theme-bielefeld.css"}


def _day(value: date | datetime | str) -> date:
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    if isinstance(value, datetime):
        return clock.local(value).date()
    return value


def date_de(value: date | datetime | str | None) -> str:
    """Return a day as `24.11.2026`; takes dates, aware moments (shown in Berlin) and ISO text; nothing gives ``."""
    if value is None or value == "":
        return ""
    return f"{_day(value):%d.%m.%Y}"


def day(value: date | datetime | str | None) -> str:
    """Return a day as the reader writes it: `24.11.2026`, on English pages `24 November 2026`."""
    if value is None or value == "" or translation.get_language() != "en":
        return date_de(value)
    return f"{_day(value).day} {_day(value):%B %Y}"


def moment(value: datetime | None) -> str:
    """Return a moment in Berlin as the reader writes it: `24.11.2026, 14:05 Uhr`, `24 November 2026, 14:05`."""
    if value is None or translation.get_language() != "en":
        return datetime_de(value)
    return f"{day(value)}, {clock.local(value):%H:%M}"


def datetime_de(value: datetime | None) -> str:
    """Return a moment as `24.11.2026, 14:05 Uhr` in Berlin."""
    return "" if value is None else f"{clock.local(value):%d.%m.%Y, %H:%M}{NO_BREAK}Uhr"


def time_de(value: datetime | None) -> str:
    """Return the time of a moment as `14:05 Uhr` in Berlin."""
    return "" if value is None else f"{clock.local(value):%H:%M}{NO_BREAK}Uhr"


def iso(value: date | datetime | None) -> str:
    """Return a day or a moment for `<time datetime>`."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return "" if value is None else value.isoformat()


def money(value: Money | Decimal | int | None) -> str:
    """Return an amount as `12,50 €`; bare numbers are euros."""
    if value is None:
        return ""
    return format_de(value if isinstance(value, Money) else Money(Decimal(value)))


def number(value: Decimal | int | float | None, places: int | None = None) -> str:
    """Return a number as `1.234,5`; without `places` up to two decimals, and none that are zero."""
    if value is None:
        return ""
    exact = Decimal(str(value))
    if places is None:
        rounded = round(exact, 2)
        places = max(0, -int(rounded.normalize().as_tuple().exponent))
    return number_de(exact, places)


def percent(value: Decimal | int | float | None, places: int = 0) -> str:
    """Return a share (0 to 1) as `45 %`."""
    return "" if value is None else f"{number(Decimal(str(value)) * 100, places)}{NO_BREAK}%"


def plural(count: int, one: str, many: str) -> str:
    """Return `1 Vorgang`, `3 Vorgänge`, `1.200 Vorgänge`."""
    return f"{number(count)}{NO_BREAK}{one if count == 1 else many}"


def url(name: str, *args: object, **kwargs: object) -> str:
    """Return the address of a view by its name."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def _static(path: str) -> str:
    address = staticfiles_storage.url(path)
    found = finders.find(path)
    if not isinstance(found, str):
        return address
    return f"{address}?v={hashlib.sha256(Path(found).read_bytes()).hexdigest()[:10]}"


_static_once = lru_cache(maxsize=512)(_static)


def static(path: str) -> str:
    """Return the address of a static file, with a part that changes when the file does."""
    return _static(path) if settings.DEBUG else _static_once(path)


def query(request: HttpRequest, **changes: object) -> str:
    """Return the page's own parameters with some changed (`None` removes one), beginning with `?`."""
    parameters = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    return "?" + parameters.urlencode()


def may(actor: Actor, policy: str, thing: object | None = None) -> bool:
    """Tell whether a policy allows the actor, to leave out what they could not do anyway."""
    return allowed(actor, policy, thing)


def local_now() -> datetime:
    """Return the present moment on Berlin's clock."""
    return clock.local(clock.now())


def _gettext(message: str) -> str:
    return translation.gettext(message) if message else ""


@lru_cache(maxsize=8192)
def _pattern(language: str | None, message: str) -> Markup:
    """Return a translated text with places for its variables."""
    return Markup(_gettext(message))  # noqa: S704  # written by us; what is put into it is escaped


@lru_cache(maxsize=8192)
def _whole(language: str | None, message: str) -> Markup:
    """Return a translated text that has no variables."""
    return _pattern(language, message) % {}


def translated(message: str, **variables: object) -> Markup:
    """Return a text in the language of the page, with variables put in escaped: `_()` of the templates.

    Jinja's own looks it up anew each time; a page has thirty of them.
    """
    language = translation.get_language()
    return _pattern(language, message) % variables if variables else _whole(language, message)


def date_parts(value: date | str | Mapping[str, str] | None) -> dict[str, str]:
    """Return day, month and year as the three fields of a date show them; what is no date stays as it was typed."""
    if isinstance(value, Mapping):
        return {part: str(value.get(part, "")) for part in ("tag", "monat", "jahr")}
    try:
        day = _day(value) if value else None
    except ValueError:
        day = None
    if day is None:
        return {"tag": "", "monat": "", "jahr": ""}
    return {"tag": str(day.day), "monat": str(day.month), "jahr": str(day.year)}


class Undefined(jinja2.StrictUndefined):
    """An unknown variable is an error; a key that a row or an item leaves out counts as no."""

    __slots__ = ()

    def __bool__(self) -> bool:  # type: ignore[override]  # the parent never returns; here a missing key is no
        if self._undefined_obj is missing:
            self._fail_with_undefined_error()
        return False


class BytecodeCache(jinja2.FileSystemBytecodeCache):
    """Compiled templates in the data directory, readable by the program's own user only."""

    def __init__(self, directory: Path) -> None:
        super().__init__(str(directory))

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Load a template compiled earlier; a cache that is missing or broken is no error."""
        try:
            super().load_bytecode(bucket)
        except (OSError, EOFError, ValueError, TypeError):
            bucket.reset()

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep a compiled template; where nothing can be written it is compiled again next time."""
        try:
            Path(self.directory).mkdir(mode=0o700, parents=True, exist_ok=True)
            super().dump_bytecode(bucket)
        except OSError:
            return


def environment(**options: Any) -> jinja2.Environment:
    """Make the environment of the house; `options` go to `jinja2.Environment`."""
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    options.setdefault("cache_size", -1)
    options.setdefault("extensions", ["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"])
    env = jinja2.Environment(**options)  # noqa: S701  # the backend passes autoescape=True
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        _gettext, translation.ngettext, newstyle=True
    )
    env.globals.update(gettext=translated, _=translated)
    env.globals.update(
        city=getattr(settings, "LEINEWEBER_CITY", CITY),
        date_parts=date_parts,
        may=may,
        navigation=navigation.groups,
        navigation_links=navigation.links,
        now=local_now,
        places=PLACES,
        query=query,
        static=static,
        today=clock.today,
        url=url,
    )
    env.filters.update(
        date_de=date_de,
        datetime_de=datetime_de,
        day=day,
        iso=iso,
        moment=moment,
        money=money,
        number=number,
        percent=percent,
        plural=plural,
        time_de=time_de,
    )
    return env


def _csrf_input(request: HttpRequest) -> SafeString:
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))


class _Once:
    """A value made when a template first asks for it: most pages never ask for the CSRF token."""

    __slots__ = ("make", "request", "value")

    def __init__(self, make: Callable[[HttpRequest], str], request: HttpRequest) -> None:
        self.make = make
        self.request = request
        self.value: str | None = None

    def __str__(self) -> str:
        if self.value is None:
            self.value = self.make(self.request)
        return self.value

    def __html__(self) -> str:
        """Return it for a template: the input is markup by itself, the token has no special characters."""
        return str(self)


class Template(DjangoTemplate):
    """A template with what every page of the house knows."""

    def render(self, context: dict[str, Any] | None = None, request: HttpRequest | None = None) -> str:
        """Render with a context; without a request, nobody is known and no form can be sent.

        Raises:
            TemplateSyntaxError: a template that this one includes is broken.
        """
        values: dict[str, Any] = {
            "request": request,
            "actor": Actor.anonymous() if request is None else actor_of(request),
            "language": getattr(request, "language", "de"),
            "demo": getattr(settings, "LEINEWEBER_DEMO", False),
            "csrf_input": "" if request is None else _Once(_csrf_input, request),
            "csrf_token": "" if request is None else _Once(get_token, request),
        }
        if context:
            values.update(context)
        try:
            return self.template.render(values)
        except jinja2.TemplateSyntaxError as error:
            raise _syntax_error(error) from error


def _syntax_error(error: jinja2.TemplateSyntaxError) -> TemplateSyntaxError:
    readable = TemplateSyntaxError(*error.args)
    debug = get_exception_info(error)  # type: ignore[arg-type]  # the stubs name Django's exception, it takes Jinja's
    readable.template_debug = debug  # type: ignore[attr-defined]  # read by Django's error page
    return readable


class LeineweberJinja2(Jinja2):
    """Django's Jinja2 backend, looking into `templates` of Leineweber's rooms only."""

    app_dirname = "templates"

    def __init__(self, params: dict[str, Any]) -> None:
        options = dict(params.get("OPTIONS", {}))
        options.setdefault("environment", "leineweber.kernel.ui.jinja.environment")
        options.setdefault("undefined", Undefined)
        if not settings.DEBUG:
            options.setdefault("bytecode_cache", BytecodeCache(Path(settings.DATA_DIR) / "cache" / "jinja"))
        super().__init__({**params, "OPTIONS": options})

    @cached_property
    def template_dirs(self) -> tuple[str, ...]:
        """Return the folders in which templates are looked for, in the order of the rooms."""
        rooms = get_app_template_dirs(self.app_dirname) if self.app_dirs else ()
        ours = (str(folder) for folder in rooms if Path(folder).is_relative_to(PACKAGE_DIR))
        return (*map(str, self.dirs), *ours)

    def from_string(self, template_code: str) -> Template:
        """Make a template of a text; for tests and the component gallery."""
        return Template(self.env.from_string(template_code), self)

    def get_template(self, template_name: str) -> Template:
        """Return a template by name.

        Raises:
            TemplateDoesNotExist: no room has it.
            TemplateSyntaxError: it cannot be compiled.
        """
        try:
            return Template(self.env.get_template(template_name), self)
        except jinja2.TemplateNotFound as error:
            raise TemplateDoesNotExist(str(error.name or template_name), backend=self) from error
        except jinja2.TemplateSyntaxError as error:
            raise _syntax_error(error) from error
