"""Pure: texts with strict placeholders, addresses, and what an answer of a mail server means.

An e-mail is no place for personal data (Art. 5 (1) f, Art. 32 DSGVO): only the placeholders below exist,
and none of them can carry what a person told the city.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from string import Formatter

PLACEHOLDERS = frozenset({"salutation", "reference", "link", "office", "until"})
# Taken from a caller and left out: the name of a service beside an address tells what somebody needs.
WITHHELD = frozenset({"title"})
VALUE_LIMIT = 200
LINK_LIMIT = 2000
ATTEMPTS = 8
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}\Z")
_LINE_BREAK = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class TemplateError(ValueError):
    """A text or its values are not as they must be. For the programmer of the caller."""


@dataclass(frozen=True, slots=True)
class EmailText:
    """A text for an e-mail: subject and body with placeholders."""

    subject: str
    body: str
    names: frozenset[str]


def parse_text(source: str) -> EmailText:
    """Return the text written as `Betreff: …` or `Subject: …`, an empty line, and the body.

    Raises:
        TemplateError: no subject, an unknown placeholder, or a stray brace.
    """
    head, separator, body = source.replace("\r\n", "\n").partition("\n\n")
    label, colon, subject = head.partition(":")
    if not separator or not colon or label.strip() not in {"Betreff", "Subject"} or "\n" in head:
        raise TemplateError("Ein Text beginnt mit „Betreff: …“ und einer Leerzeile.")
    names: set[str] = set()
    for part in (subject, body):
        try:
            fields = list(Formatter().parse(part))
        except ValueError as error:
            raise TemplateError(f"Klammer ohne Gegenstück: {error}") from error
        for _, name, form, conversion in fields:
            if name is None:
                continue
            if name not in PLACEHOLDERS or form or conversion:
                raise TemplateError(f"Unbekannter Platzhalter {{{name}}}.")
            names.add(name)
    return EmailText(subject.strip(), body.strip() + "\n", frozenset(names))


def fill(text: EmailText, values: Mapping[str, str]) -> tuple[str, str]:
    """Return subject and body with every placeholder filled; values the text does not ask for are left out.

    Raises:
        TemplateError: a value is missing or of an unknown name, has a line break, is too long, or a
            link is no http address.
    """
    unknown = set(values) - PLACEHOLDERS - WITHHELD
    if unknown:
        raise TemplateError(f"Unbekannte Werte: {', '.join(sorted(unknown))}.")
    missing = {name for name in text.names if not values.get(name)}
    if missing:
        raise TemplateError(f"Es fehlen Werte: {', '.join(sorted(missing))}.")
    for name in text.names:
        value = values[name]
        if _LINE_BREAK.search(value) or len(value) > (LINK_LIMIT if name == "link" else VALUE_LIMIT):
            raise TemplateError(f"Der Wert für {{{name}}} ist zu lang oder hat einen Zeilenumbruch.")
        if name == "link" and not value.startswith(("https://", "http://")):
            raise TemplateError("Ein Link beginnt mit https:// oder http://.")
    chosen = {name: values[name] for name in text.names}
    return text.subject.format_map(chosen), text.body.format_map(chosen)


def normal_address(text: str) -> str | None:
    """Return the address as it goes over the wire, None if it is none (RFC 5321, 4.1.2 without quoted forms).

    A domain in other letters is written in ASCII (IDNA); a local part must be ASCII, as few servers take others.
    """
    local, _, domain = text.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii").lower() if not domain.isascii() else domain.lower()
    except UnicodeError:
        return None
    if (
        len(local) > 64
        or len(local) + len(domain) > 253
        or not _LOCAL.match(local)
        or not _DOMAIN.match(domain)
    ):
        return None
    return f"{local}@{domain}"


def pause_after(attempts: int) -> timedelta | None:
    """Return how long to wait after a number of failed attempts, None to give up.

    1, 2, 4 … minutes, at most an hour (RFC 5321, 4.5.4.1 asks for patience); after eight an operator decides.
    """
    if attempts >= ATTEMPTS:
        return None
    return timedelta(minutes=min(60, 2 ** max(0, attempts - 1)))


def is_final(code: int) -> bool:
    """Tell whether a reply code refuses for good: 5yz, which must not be repeated as it is (RFC 5321, 4.2.1)."""
    return 500 <= code < 600
