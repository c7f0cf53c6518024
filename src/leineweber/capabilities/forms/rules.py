"""What makes a single answer right: pure checks that return the normal form or say what is wrong.

Every function takes text as typed and returns the value as kept (text, ISO date, number, list of codes),
or raises `Invalid` with a code for the message, parameters of the message and the part of the field.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from leineweber.capabilities.forms import latin

RAW_LIMIT = 10_000
ITEM_LIMIT = 200
E_MAIL_LIMIT = 254


class Invalid(ValueError):
    """An answer cannot be accepted.

    `code` names the message, `params` fill it, `part` is the control within the field (`tag`, `monat`,
    `jahr` of a date), `confirm` is the text that may be accepted if the person says it is right.
    """

    def __init__(self, code: str, *, part: str = "", confirm: str | None = None, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.part = part
        self.confirm = confirm
        self.params: Mapping[str, object] = params


_LINE_BREAK = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_JOINERS = "\u200c\u200d"
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def tidy(raw: str, *, multiline: bool = False) -> str:
    """Return text in NFC without control, direction and private characters and without outer or doubled blanks.

    Zero-width joiners stay: some scripts need them to write a name. Longer text than `RAW_LIMIT` is cut one
    character above it, so that a length check still finds it too long.
    """
    text = raw[: RAW_LIMIT + 1]
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = _LINE_BREAK.sub("\n", text)
    text = "".join(
        character
        for character in text
        if character in "\n\t" or character in _JOINERS or unicodedata.category(character) not in _DROPPED
    )
    text = unicodedata.normalize("NFC", text)
    if not multiline:
        return " ".join(text.split())
    lines = "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip()


def fold(text: str) -> str:
    """Return text for comparing names of streets: lower case, ss for ß, Str. for Straße, no blanks or hyphens."""
    folded = text.casefold().replace("straße", "str").replace("strasse", "str").replace("str.", "str")
    return re.sub(r"[\s\-–.]", "", folded)


def text(
    raw: str,
    *,
    min_length: int = 0,
    max_length: int,
    pattern: re.Pattern[str] | None = None,
    multiline: bool = False,
) -> str | None:
    """Return tidied text within its bounds, None if nothing was typed.

    Raises:
        Invalid: too_long, too_short, pattern.
    """
    value = tidy(raw, multiline=multiline)
    if not value:
        return None
    if len(value) > max_length:
        raise Invalid("too_long", max=max_length, length=len(value))
    if len(value) < min_length:
        raise Invalid("too_short", min=min_length)
    if pattern is not None and pattern.fullmatch(value) is None:
        raise Invalid("pattern")
    return value


def person_name(value: str) -> str:
    """Return a name of a person if the registers can hold it (DIN 91379, data type A).

    Raises:
        Invalid: name_characters (with the characters), name_letter.
    """
    if latin.is_person_name(value):
        return value
    foreign = latin.foreign_characters(value, names=True)
    if foreign:
        raise Invalid("name_characters", characters=" ".join(foreign[:10]))
    raise Invalid("name_letter")


def latin_text(value: str) -> str:
    """Return text that has only normative Latin characters (DIN 91379, data type C).

    Raises:
        Invalid: latin_characters (with the characters).
    """
    if latin.is_latin_text(value):
        return value
    raise Invalid("latin_characters", characters=" ".join(latin.foreign_characters(value)[:10]))


_E_MAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-]+)*"
    r"@((?:[^\W_](?:[\w\-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w\-]{0,61}[^\W_]))",
)


def e_mail(value: str) -> str:
    """Return an e-mail address with its domain in lower case (RFC 5321 without quoted local parts).

    Raises:
        Invalid: email_at (no @), email_domain (nothing like a domain behind it), email (other).
    """
    bare = value.replace(" ", "")
    local, at, domain = bare.rpartition("@")
    if not at or not local:
        raise Invalid("email_at")
    if "." not in domain or domain.endswith("."):
        raise Invalid("email_domain")
    if len(bare) > E_MAIL_LIMIT or len(local) > 64 or _E_MAIL.fullmatch(bare) is None:
        raise Invalid("email")
    return f"{local}@{domain.lower()}"


_PHONE_SIGNS = re.compile(r"[\s\-–/().]+")


def phone(value: str) -> str:
    """Return a telephone number as in ITU-T E.164 (`+49521512345`).

    A number that begins with one 0 is taken as German. The optional (0) after a country code is left out.

    Raises:
        Invalid: phone_characters, phone_area (no area code), phone_length.
    """
    bare = _PHONE_SIGNS.sub(
        "", value.replace("(0)", "", 1) if value.lstrip().startswith(("+", "00")) else value
    )
    plus = bare.startswith("+")
    digits = bare.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise Invalid("phone_characters")
    if plus:
        number = digits
    elif digits.startswith("00"):
        number = digits[2:]
    elif digits.startswith("0"):
        number = "49" + digits[1:]
    else:
        raise Invalid("phone_area")
    if number.startswith("0"):
        raise Invalid("phone_area")
    if not 8 <= len(number) <= 15:
        raise Invalid("phone_length")
    return "+" + number


def iban(value: str) -> str:
    """Return an IBAN without blanks (ISO 13616) after checking country, length, structure and check digits.

    Raises:
        Invalid: iban_characters, iban_country, iban_length, iban_structure, iban_checksum.
    """
    from schwifty import IBAN, exceptions

    bare = re.sub(r"[\s\-.]", "", value)
    if not (bare.isascii() and bare.isalnum()):
        raise Invalid("iban_characters")
    bare = bare.upper()
    if not bare[:2].isalpha():
        raise Invalid("iban_country")
    try:
        return str(IBAN(bare))
    except exceptions.InvalidCountryCode as error:
        raise Invalid("iban_country") from error
    except exceptions.InvalidLength as error:
        raise Invalid("iban_length", length=len(bare)) from error
    except exceptions.InvalidChecksumDigits as error:
        raise Invalid("iban_checksum") from error
    except exceptions.SchwiftyException as error:
        raise Invalid("iban_structure") from error


def date_parts(
    day: str, month: str, year: str, *, minimum: date | None = None, maximum: date | None = None
) -> str | None:
    """Return the ISO form of a date typed in three fields, None if all are empty.

    Raises:
        Invalid: date_missing (part: the first empty one), date_digits, date_year (not four digits),
            date_month, date_unreal (a day that the calendar does not have), date_early, date_late.
    """
    parts = {"tag": tidy(day), "monat": tidy(month), "jahr": tidy(year)}
    if not any(parts.values()):
        return None
    for name, value in parts.items():
        if not value:
            raise Invalid("date_missing", part=name, missing=name)
        if not (value.isascii() and value.isdigit()):
            raise Invalid("date_digits", part=name)
    if len(parts["jahr"]) != 4:
        raise Invalid("date_year", part="jahr")
    number = {name: int(value[:4]) for name, value in parts.items()}
    if not 1 <= number["monat"] <= 12:
        raise Invalid("date_month", part="monat")
    try:
        value_date = date(number["jahr"], number["monat"], number["tag"])
    except ValueError as error:
        raise Invalid("date_unreal", part="tag") from error
    return _within(value_date, minimum, maximum)


def iso_date(value: str, *, minimum: date | None = None, maximum: date | None = None) -> str:
    """Return a date given as `JJJJ-MM-TT`, as an interface sends it.

    Raises:
        Invalid: date_iso, date_early, date_late.
    """
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is None:
        raise Invalid("date_iso")
    try:
        value_date = date.fromisoformat(value)
    except ValueError as error:
        raise Invalid("date_iso") from error
    return _within(value_date, minimum, maximum)


def _within(value: date, minimum: date | None, maximum: date | None) -> str:
    if minimum is not None and value < minimum:
        raise Invalid("date_early", part="jahr", min=minimum)
    if maximum is not None and value > maximum:
        raise Invalid("date_late", part="jahr", max=maximum)
    return value.isoformat()


def clock_time(value: str) -> str:
    """Return a time of day as `HH:MM`; takes `8`, `8:30`, `08.30` and `830 Uhr`.

    Raises:
        Invalid: time.
    """
    match = re.fullmatch(r"([0-9]{1,2})(?:[:.h ]?([0-9]{2}))?", re.sub(r"\s*(Uhr|uhr|h)$", "", value))
    if match is None:
        raise Invalid("time")
    hour, minute = int(match[1]), int(match[2] or 0)
    if hour > 23 or minute > 59:
        raise Invalid("time")
    return f"{hour:02d}:{minute:02d}"


_GROUPED = re.compile(r"[+\-]?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]*)?")


def decimal(
    value: str, *, places: int | None = None, minimum: Decimal | None = None, maximum: Decimal | None = None
) -> str:
    """Return a number in plain notation with a point; takes German (`1.234,5`) and plain (`1234.5`) writing.

    Raises:
        Invalid: number, number_places, number_min, number_max.
    """
    bare = re.sub(r"[\s€\u2212]", lambda sign: "-" if sign[0] == "\u2212" else "", value)
    if len(bare) > 30:
        raise Invalid("number")
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(".", "")
    if re.fullmatch(r"[+\-]?[0-9]+([.,][0-9]+)?", bare) is None:
        raise Invalid("number")
    try:
        number = Decimal(bare.replace(",", "."))
    except InvalidOperation as error:  # pragma: no cover - the pattern above admits only numbers
        raise Invalid("number") from error
    exponent = number.as_tuple().exponent
    if places is not None and isinstance(exponent, int) and -exponent > places:
        raise Invalid("number_places", places=places)
    if minimum is not None and number < minimum:
        raise Invalid("number_min", min=minimum)
    if maximum is not None and number > maximum:
        raise Invalid("number_max", max=maximum)
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places))
    return format(number, "f")


def integer(value: str, *, minimum: Decimal | None = None, maximum: Decimal | None = None) -> int:
    """Return a whole number.

    Raises:
        Invalid: integer, number_min, number_max.
    """
    try:
        return int(decimal(value, places=0, minimum=minimum, maximum=maximum))
    except Invalid as error:
        if error.code in ("number", "number_places"):
            raise Invalid("integer") from error
        raise


def one_code(value: str, codes: Collection[str]) -> str | None:
    """Return a code of a list, None if nothing was chosen.

    Raises:
        Invalid: choice.
    """
    if not value:
        return None
    if value not in codes:
        raise Invalid("choice")
    return value


def many_codes(values: Sequence[str], codes: Sequence[str], *, max_items: int) -> list[str]:
    """Return the chosen codes in the order of the list, each once.

    Raises:
        Invalid: choice, too_many.
    """
    chosen = {value for value in values if value}
    if not chosen.issubset(codes):
        raise Invalid("choice")
    if len(chosen) > max_items:
        raise Invalid("too_many", max=max_items)
    return [code for code in codes if code in chosen]


def listed(value: str, codes: Collection[str]) -> str:
    """Return a typed entry that must be in a list (a postcode of the city).

    Raises:
        Invalid: not_listed.
    """
    bare = value.replace(" ", "")
    if bare not in codes:
        raise Invalid("not_listed", value=value)
    return bare


def suggested(value: str, entries: Mapping[str, str], *, confirmed: Collection[str]) -> str:
    """Return a typed entry that should be in a list (a street), in the writing of the list.

    `entries` are those of the list by their folded form. An entry that is not listed is accepted once the person
    has confirmed exactly that writing.

    Raises:
        Invalid: unlisted, with `confirm` and the nearest entries as `candidates`.
    """
    listed_entry = entries.get(fold(value))
    if listed_entry is not None:
        return listed_entry
    if value in confirmed:
        return value
    raise Invalid("unlisted", confirm=value, value=value, candidates=nearest(value, entries))


def nearest(value: str, entries: Mapping[str, str], count: int = 3) -> tuple[str, ...]:
    """Return the entries most like a typed one, best first; none if nothing is like it."""
    import difflib

    return tuple(entries[key] for key in difflib.get_close_matches(fold(value), list(entries), count, 0.7))


def yes_no(value: str) -> bool | None:
    """Return the answer to a question with yes and no, None if there is none.

    Raises:
        Invalid: choice.
    """
    if not value:
        return None
    if value not in ("ja", "nein"):
        raise Invalid("choice")
    return value == "ja"


def digest(value: str) -> str | None:
    """Return the SHA-512 of a stored upload as the storage names it, None if there is none.

    Raises:
        Invalid: file.
    """
    if not value:
        return None
    if re.fullmatch(r"[0-9a-f]{128}", value) is None:
        raise Invalid("file")
    return value


_AREA_CODES = ("521", "5202", "5203", "5205", "5206", "5208", "5209")
_MOBILE = re.compile(r"1[567]\d")


def format_phone(number: str) -> str:
    """Return an E.164 number with blanks where they are known: after the country and the local area code."""
    if not number.startswith("+49"):
        return number
    national = number[3:]
    for code in _AREA_CODES:
        if national.startswith(code):
            return f"+49 {code} {national[len(code) :]}"
    if _MOBILE.match(national):
        return f"+49 {national[:3]} {national[3:]}"
    return f"+49 {national}"


def format_iban(number: str) -> str:
    """Return an IBAN in groups of four, as printed on bank cards."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
