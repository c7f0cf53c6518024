"""Reader of XDatenfelder 3.0 (FIM): from the XML of a Stammdatenschema to a `FormSchema`.

What the standard leaves open is fixed by conventions of this house (decision 0040): keywords (`stichwort`)
with a URN name the key of an element and the finer kind of a field; the type of a rule says what its FEEL
script decides. Everything that cannot be asked for exactly as written is refused, with its line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

from leineweber.capabilities.forms import codelists as genericode
from leineweber.capabilities.forms.codelists import line_of, slug
from leineweber.capabilities.forms.feel import LISTS, Script, ScriptError
from leineweber.capabilities.forms.rules import fold
from leineweber.capabilities.forms.schema import (
    LANGUAGES,
    LISTED_KINDS,
    SILENT_KINDS,
    CodeList,
    Constraints,
    Field,
    FormSchema,
    Group,
    Kind,
    Language,
    Link,
    Option,
    Page,
    Rule,
    RuleKind,
    SchemaError,
    bind,
)
from leineweber.capabilities.forms.wording import MESSAGES, WORDS
from leineweber.kernel import xml

NAMESPACE = "urn:xoev-de:fim:standard:xdatenfelder_3.0.0"
KEYWORD_KEY = "urn:leineweber:forms:schluessel"
KEYWORD_KIND = "urn:leineweber:forms:art"
KEYWORD_AUTOCOMPLETE = "urn:leineweber:forms:autocomplete"
KEYWORD_SUGGESTIONS = "urn:leineweber:forms:vorschlaege"

DEPTH_LIMIT = 6
FIELD_LIMIT = 500
RESERVED = frozenset({"codelisten", "heute", "item", "if", "for", "some", "every", "in", "and", "or", "not"})

_N = f"{{{NAMESPACE}}}"
_RULE_KINDS: dict[str, RuleKind] = {"K": "visible", "M": "required", "V": "check", "B": "computed"}
_INPUT_TYPES: dict[str, Kind] = {
    "text": "text", "text_latin": "latin", "date": "date", "time": "time", "num_int": "integer",
    "num": "decimal", "num_currency": "money", "file": "file",
}  # fmt: skip
_FINER: dict[str, tuple[Kind, frozenset[str]]] = {
    "mehrzeilig": ("textarea", frozenset({"text", "text_latin"})),
    "name": ("name", frozenset({"text", "text_latin"})),
    "email": ("email", frozenset({"text", "text_latin"})),
    "iban": ("iban", frozenset({"text", "text_latin"})),
    "telefon": ("phone", frozenset({"text", "text_latin"})),
    "zustimmung": ("consent", frozenset({"bool"})),
}
_LENGTHS: dict[str, int] = {"textarea": 2000, "name": 120, "email": 254, "iban": 60, "phone": 40}
_PAGE_OF_OURS = re.compile(r"/(?:[a-z0-9-]+/)*(?:#[a-z0-9-]+)?")
_TEXT_SECTIONS = frozenset({"form", "pages", "fields", "codelists", "rules", "messages", "service", "case"})


@dataclass(slots=True)
class _Reading:
    """What is gathered while an XML is read."""

    codelists: Mapping[str, CodeList]
    by_uri: Mapping[str, CodeList]
    rows: Mapping[str, Any]
    roots: frozenset[str] = frozenset()
    rules: dict[str, Rule] = field(default_factory=dict)
    paths: dict[str, int] = field(default_factory=dict)
    references: list[tuple[Rule, str]] = field(default_factory=list)
    schema_checks: list[Rule] = field(default_factory=list)


def load(
    xdf3_xml: bytes,
    *,
    texts: Mapping[str, Mapping[str, Any]] | None = None,
    codelists: Mapping[str, bytes] | None = None,
) -> FormSchema:
    """Return the form of a Stammdatenschema in German, with its sisters in the languages of `texts`.

    Args:
        xdf3_xml: a message `xdatenfelder.stammdatenschema.0102`.
        texts: the text files by language (`de`, `en`, `leicht`), each as read from YAML.
        codelists: the Genericode files of the package by file name.

    Raises:
        SchemaError: with file, line and reason; see the module.
    """
    lists = _read_codelists(codelists or {})
    try:
        root = xml.parse(xdf3_xml)
    except xml.XmlError as error:
        raise SchemaError(error.line, error.reason) from error
    if root.tag != f"{_N}xdatenfelder.stammdatenschema.0102":
        raise SchemaError(
            line_of(root),
            "Erwartet wird ein Stammdatenschema nach XDatenfelder 3.0 "
            "(Nachricht xdatenfelder.stammdatenschema.0102).",
        )
    schema = _need(root, "stammdatenschema")
    by_uri = {uri: item for item in lists.values() for uri in (item.uri, item.version_uri)}
    reading = _Reading(lists, by_uri, {item.key: [dict(row) for row in item.rows] for item in lists.values()})
    reading.roots = frozenset(_key(_element(structure)) for structure in _all(schema, "struktur"))
    reading.schema_checks = [rule for rule in _rules(schema, reading, "") if rule.kind == "check"]
    pages = tuple(_page(structure, reading) for structure in _all(schema, "struktur"))
    if not pages:
        raise SchemaError(line_of(schema), "Das Schema enthält keine Datenfeldgruppe.")
    _check_references(reading, pages)
    pages = _attach_schema_checks(pages, reading)
    base = _Base(
        key=_id(schema)[0],
        version=_id(schema)[1],
        title=_value(schema, "bezeichnung") or _need_text(schema, "name"),
        intro=_value(schema, "hilfetext"),
        pages=pages,
        codelists=lists,
        rules=tuple(reading.rules.values()),
    )
    return _in_all_languages(base, texts or {})


def load_package(directory: Path) -> FormSchema:
    """Return the form of a procedure package: `data.xdf3.xml`, `texts/*.yaml`, `codelists/*.xml`.

    Raises:
        SchemaError: a file is missing or refused; for text files the line is found by the key it names.
    """
    form = directory / "data.xdf3.xml"
    if not form.is_file():
        raise SchemaError(0, "Die Datei fehlt.")
    texts: dict[str, Mapping[str, Any]] = {}
    sources: dict[str, str] = {}
    for path in sorted((directory / "texts").glob("*.yaml")):
        name = f"texts/{path.name}"
        sources[name] = path.read_text(encoding="utf-8")
        try:
            content = yaml.safe_load(sources[name])
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise SchemaError(
                mark.line + 1 if mark else 0, "Die Datei ist kein gültiges YAML.", file=name
            ) from error
        if not isinstance(content, dict):
            raise SchemaError(1, "Erwartet werden Abschnitte wie „fields:“ und „service:“.", file=name)
        texts[path.stem] = content
    lists = {path.name: path.read_bytes() for path in sorted((directory / "codelists").glob("*.xml"))}
    try:
        return load(form.read_bytes(), texts=texts, codelists=lists)
    except SchemaError as error:
        quoted = re.search(r"„([^“]+)“", error.message)
        if error.line or error.file not in sources or quoted is None:
            raise
        lines = sources[error.file].splitlines()
        found = [number for number, line in enumerate(lines, 1) if quoted[1] in line]
        raise SchemaError(found[0] if found else 0, error.message, file=error.file) from error


def _read_codelists(files: Mapping[str, bytes]) -> dict[str, CodeList]:
    lists: dict[str, CodeList] = {}
    for name, data in files.items():
        item = genericode.read(data, f"codelists/{name}")
        if not item.key or item.key in lists:
            raise SchemaError(
                1, "Der Kurzname der Codeliste fehlt oder ist doppelt.", file=f"codelists/{name}"
            )
        lists[item.key] = item
    return lists


# --- XML ---------------------------------------------------------------------------------------------


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    return element.findall(f"{_N}{name}")


def _need(element: etree._Element, name: str) -> etree._Element:
    child = element.find(f"{_N}{name}")
    if child is None:
        raise SchemaError(line_of(element), f"Das Element „{name}“ fehlt.")
    return child


def _value(element: etree._Element, name: str) -> str:
    child = element.find(f"{_N}{name}")
    return " ".join((child.text or "").split()) if child is not None else ""


def _need_text(element: etree._Element, name: str) -> str:
    value = _value(element, name)
    if not value:
        raise SchemaError(line_of(element), f"Das Element „{name}“ fehlt oder ist leer.")
    return value


def _code(element: etree._Element, name: str) -> str:
    child = element.find(f"{_N}{name}")
    if child is None:
        return ""
    for entry in child:
        if isinstance(entry.tag, str) and etree.QName(entry).localname == "code":
            return (entry.text or "").strip()
    return ""


def _id(element: etree._Element) -> tuple[str, str]:
    identification = _need(element, "identifikation")
    return _need_text(identification, "id"), _value(identification, "version")


def _keyword(element: etree._Element, uri: str) -> str:
    for keyword in _all(element, "stichwort"):
        if keyword.get("uri") == uri:
            return (keyword.text or "").strip()
    return ""


def _key(element: etree._Element) -> str:
    key = _keyword(element, KEYWORD_KEY) or slug(_need_text(element, "name"))
    if re.fullmatch(r"[a-z][a-z0-9_]{0,59}", key) is None or key in RESERVED:
        raise SchemaError(
            line_of(element),
            f"„{key}“ eignet sich nicht als Schlüssel: kleine Buchstaben, Ziffern und _ und kein Wort von FEEL.",
        )
    return key


def _element(structure: etree._Element) -> etree._Element:
    contained = _need(structure, "enthaelt")
    for name in ("datenfeldgruppe", "datenfeld"):
        child = contained.find(f"{_N}{name}")
        if child is not None:
            return child
    raise SchemaError(line_of(contained), "Erwartet wird eine Datenfeldgruppe oder ein Datenfeld.")


def _multiplicity(structure: etree._Element) -> tuple[int, int | None]:
    text = _need_text(structure, "anzahl")
    match = re.fullmatch(r"([0-9]{1,3}):([0-9]{1,3}|\*)", text)
    if match is None:
        raise SchemaError(line_of(structure), f"„{text}“ ist keine Anzahl wie 0:1, 1:1 oder 0:*.")
    low, high = int(match[1]), None if match[2] == "*" else int(match[2])
    if high is not None and (high < 1 or high < low):
        raise SchemaError(line_of(structure), f"Die Anzahl „{text}“ lässt keine Angabe zu.")
    return low, high


# --- groups and fields ---------------------------------------------------------------------------------


def _page(structure: etree._Element, reading: _Reading) -> Page:
    element = _element(structure)
    if element.tag != f"{_N}datenfeldgruppe":
        raise SchemaError(
            line_of(element),
            "Auf der obersten Ebene stehen nur Datenfeldgruppen: jede ist eine Seite des Formulars.",
        )
    group = _group(structure, element, "", "", (), 1, reading)
    return Page(
        key=group.key, path=group.path, title=group.title, help=group.help, required=group.required,
        line=group.line, items=group.items, rules=group.rules, conditions=group.conditions, output=group.output,
    )  # fmt: skip


def _group(
    structure: etree._Element,
    element: etree._Element,
    parent: str,
    page: str,
    inherited: tuple[Rule, ...],
    depth: int,
    reading: _Reading,
    optional_group: str = "",
) -> Group:
    line = line_of(element)
    if depth > DEPTH_LIMIT:
        raise SchemaError(line, f"Gruppen dürfen höchstens {DEPTH_LIMIT} Ebenen tief stehen.")
    low, high = _multiplicity(structure)
    if high != 1:
        raise SchemaError(line, "Gruppen, die sich wiederholen, sind nicht vorgesehen (Anzahl 0:1 oder 1:1).")
    if _code(element, "art") == "X":
        raise SchemaError(
            line, "Auswahlgruppen sind nicht vorgesehen: Bedingungen stehen in Regeln vom Typ K."
        )
    key = _key(element)
    path = f"{parent}.{key}" if parent else key
    page = page or key
    _take(path, line, reading)
    rules = _rules(element, reading, path)
    for rule in rules:
        if rule.kind in ("required", "computed"):
            raise SchemaError(rule.line, "Regeln vom Typ M und B stehen nur an Datenfeldern.")
    conditions = tuple(rule for rule in rules if rule.kind == "visible")
    passed_on = inherited if not parent else (*inherited, *conditions)
    optional_group = optional_group or ("" if low else path)
    items: list[Field | Group] = []
    for inner in _all(element, "struktur"):
        child = _element(inner)
        if child.tag == f"{_N}datenfeldgruppe":
            items.append(_group(inner, child, path, page, passed_on, depth + 1, reading, optional_group))
        else:
            items.append(_field(inner, child, path, page, passed_on, reading, optional_group))
    if not items:
        raise SchemaError(line, f"Die Gruppe „{path}“ ist leer.")
    checks = tuple(rule for rule in rules if rule.kind == "check")
    if checks:
        items = _with_checks(items, checks, line)
    return Group(
        key, path, _value(element, "bezeichnungEingabe") or _need_text(element, "name"),
        _value(element, "hilfetextEingabe"), low > 0, line, tuple(items), rules, conditions,
        _value(element, "bezeichnungAusgabe"),
    )  # fmt: skip


def _with_checks(items: list[Field | Group], checks: tuple[Rule, ...], line: int) -> list[Field | Group]:
    """A check of a group is reported at the group's first field that is asked for."""
    for position, item in enumerate(items):
        if isinstance(item, Field) and item.kind not in SILENT_KINDS:
            return [
                *items[:position], replace(item, rules=(*item.rules, *checks)), *items[position + 1 :]
            ]  # fmt: skip
    raise SchemaError(line, "Eine Regel vom Typ V an einer Gruppe braucht ein Eingabefeld in dieser Gruppe.")


def _take(path: str, line: int, reading: _Reading) -> None:
    if path in reading.paths:
        raise SchemaError(line, f"„{path}“ ist doppelt (zuerst in Zeile {reading.paths[path]}).")
    reading.paths[path] = line
    if len(reading.paths) > FIELD_LIMIT:
        raise SchemaError(line, f"Ein Formular darf höchstens {FIELD_LIMIT} Felder und Gruppen haben.")


def _field(
    structure: etree._Element,
    element: etree._Element,
    parent: str,
    page: str,
    inherited: tuple[Rule, ...],
    reading: _Reading,
    optional_group: str,
) -> Field:
    line = line_of(element)
    key = _key(element)
    path = f"{parent}.{key}"
    _take(path, line, reading)
    low, high = _multiplicity(structure)
    kind = _kind(element, low, high)
    codelist, options = _options(element, kind, reading)
    suggestions = _suggestions(element, kind, reading)
    rules = _rules(element, reading, path)
    if any(rule.kind == "computed" for rule in rules) and kind not in SILENT_KINDS:
        raise SchemaError(
            line, "Berechnet (Regel vom Typ B) werden nur Felder der Feldart hidden, locked oder label."
        )
    default = _value(element, "inhalt")
    return Field(
        key=key,
        path=path,
        page=page,
        kind=kind,
        label=_value(element, "bezeichnungEingabe") or _need_text(element, "name"),
        help=_value(element, "hilfetextEingabe"),
        required=low > 0 and kind not in SILENT_KINDS,
        line=line,
        options=options,
        constraints=_constraints(element, kind, high, options),
        default=default,
        suggestions=suggestions,
        rules=tuple(rule for rule in rules if rule.kind != "visible"),
        conditions=(*inherited, *(rule for rule in rules if rule.kind == "visible")),
        codelist=codelist,
        label_by_code={option.code: option.label for option in options},
        folded_suggestions={fold(entry): entry for entry in suggestions},
        autocomplete=_keyword(element, KEYWORD_AUTOCOMPLETE),
        optional_group=optional_group,
        output=_value(element, "bezeichnungAusgabe"),
    )


def _kind(element: etree._Element, low: int, high: int | None) -> Kind:
    line = line_of(element)
    sort, data_type = _code(element, "feldart"), _code(element, "datentyp")
    finer = _keyword(element, KEYWORD_KIND)
    if sort in ("label", "hidden", "locked"):
        return _silent(sort)
    if high != 1 and sort != "select":
        raise SchemaError(line, "Mehrere Angaben sind nur bei Auswahlfeldern vorgesehen (Feldart select).")
    if sort == "select":
        if data_type not in ("text", "text_latin"):
            raise SchemaError(line, f"Ein Auswahlfeld hat den Datentyp text, nicht „{data_type}“.")
        if finer == "eingabe" and high == 1:
            return "lookup"
        if finer:
            raise SchemaError(line, f"Die Art „{finer}“ passt nicht zu diesem Auswahlfeld.")
        return "choice" if high == 1 else "choices"
    if sort != "input":
        raise SchemaError(line, f"Die Feldart „{sort}“ ist nicht vorgesehen.")
    if finer:
        if finer not in _FINER or data_type not in _FINER[finer][1]:
            raise SchemaError(line, f"Die Art „{finer}“ passt nicht zum Datentyp „{data_type}“.")
        return _FINER[finer][0]
    if data_type == "bool":
        return "yesno" if low else "checkbox"
    if data_type not in _INPUT_TYPES:
        raise SchemaError(line, f"Der Datentyp „{data_type}“ ist für Eingaben nicht vorgesehen.")
    return _INPUT_TYPES[data_type]


def _silent(sort: str) -> Kind:
    if sort == "label":
        return "label"
    return "hidden" if sort == "hidden" else "locked"


def _options(element: etree._Element, kind: Kind, reading: _Reading) -> tuple[str, tuple[Option, ...]]:
    values, references = _all(element, "werte"), _all(element, "codelisteReferenz")
    line = line_of(element)
    if kind == "yesno":
        return "", (Option("ja", WORDS["de"]["yes"]), Option("nein", WORDS["de"]["no"]))
    if kind not in LISTED_KINDS:
        if values or references:
            raise SchemaError(line, "Werte und Codelisten gehören nur zu Auswahlfeldern (Feldart select).")
        return "", ()
    if values:
        options = tuple(
            Option(_need_text(value, "code"), _need_text(value, "name"), _value(value, "hilfe"))
            for value in _all(values[0], "wert")
        )
        if len({option.code for option in options}) != len(options):
            raise SchemaError(line_of(values[0]), "Ein Code steht doppelt in der Werteliste.")
        if not options:
            raise SchemaError(line_of(values[0]), "Die Werteliste ist leer.")
        return "", options
    if not references:
        raise SchemaError(
            line, "Ein Auswahlfeld braucht eine Werteliste (werte) oder eine codelisteReferenz."
        )
    item = _codelist(references[0], reading)
    return item.key, item.options(
        *(_column(element, name, item) for name in ("codeKey", "nameKey", "helpKey"))
    )


def _column(element: etree._Element, name: str, item: CodeList) -> str:
    """Return the column of a list that a field names as its code, name or help, empty if it names none."""
    given = _value(element, name)
    if not given:
        return ""
    column, line = slug(given), line_of(_need(element, name))
    if column not in item.rows[0]:
        raise SchemaError(line, f"Die Spalte „{given}“ gibt es in der Codeliste „{item.key}“ nicht.")
    codes = [row[column] for row in item.rows]
    if name == "codeKey" and (None in codes or len(set(codes)) < len(codes)):
        raise SchemaError(
            line, f"Codes dürfen weder fehlen noch doppelt sein: So eignet sich die Spalte „{given}“ nicht."
        )
    return column


def _codelist(reference: etree._Element, reading: _Reading) -> CodeList:
    uri = _value(reference, "canonicalVersionUri") or _value(reference, "canonicalIdentification")
    if uri not in reading.by_uri or not uri:
        raise SchemaError(line_of(reference), f"Die Codeliste „{uri}“ liegt nicht im Ordner codelists.")
    return reading.by_uri[uri]


def _suggestions(element: etree._Element, kind: Kind, reading: _Reading) -> tuple[str, ...]:
    uri = _keyword(element, KEYWORD_SUGGESTIONS)
    if not uri:
        return ()
    if kind not in ("text", "latin"):
        raise SchemaError(line_of(element), "Vorschläge gibt es nur bei einzeiligen Textfeldern.")
    if uri not in reading.by_uri:
        raise SchemaError(line_of(element), f"Die Codeliste „{uri}“ liegt nicht im Ordner codelists.")
    return tuple(option.label for option in reading.by_uri[uri].options())


def _constraints(
    element: etree._Element, kind: Kind, high: int | None, options: tuple[Option, ...]
) -> Constraints:
    given = element.find(f"{_N}praezisierung")
    line = line_of(given) if given is not None else line_of(element)
    attributes = {str(name): str(value) for name, value in given.attrib.items()} if given is not None else {}
    number = {
        name: _whole(attributes[name], line) for name in ("minLength", "maxLength") if attributes.get(name)
    }
    default_length = _LENGTHS.get(kind, 200)
    max_length = min(number.get("maxLength", default_length), 10_000)
    min_length = number.get("minLength", 0)
    if min_length > max_length:
        raise SchemaError(line, "Die Mindestlänge ist größer als die Höchstlänge.")
    pattern = None
    if attributes.get("pattern"):
        try:
            pattern = re.compile(attributes["pattern"])
        except re.error as error:
            raise SchemaError(line, f"Das Muster ist kein regulärer Ausdruck ({error}).") from error
    low_value = _bound(attributes.get("minValue"), kind, line)
    high_value = _bound(attributes.get("maxValue"), kind, line)
    if kind == "date":
        low_value = low_value or date(1900, 1, 1)
        high_value = high_value or date(2199, 12, 31)
    max_size = _value(element, "maxSize")
    return Constraints(
        min_length=min_length,
        max_length=max_length,
        min_value=low_value,
        max_value=high_value,
        pattern=pattern,
        max_size=_whole(max_size, line) if max_size else 5_000_000,
        media_types=tuple((child.text or "").strip() for child in _all(element, "mediaType")),
        max_items=len(options) if high is None else min(high, max(len(options), 1)),
    )


def _whole(text: Any, line: int) -> int:
    if re.fullmatch(r"[0-9]{1,12}", str(text)) is None:
        raise SchemaError(line, f"„{text}“ ist keine ganze Zahl.")
    return int(text)


def _bound(text: Any, kind: Kind, line: int) -> Decimal | date | None:
    if not text or kind not in ("date", "integer", "decimal", "money"):
        return None
    try:
        return date.fromisoformat(str(text)) if kind == "date" else Decimal(str(text))
    except (ValueError, InvalidOperation) as error:
        raise SchemaError(line, f"„{text}“ ist kein gültiger Grenzwert für dieses Feld.") from error


# --- rules ---------------------------------------------------------------------------------------------


def _rules(element: etree._Element, reading: _Reading, path: str) -> tuple[Rule, ...]:
    return tuple(_rule(rule, reading, path) for rule in _all(element, "regel"))


def _rule(element: etree._Element, reading: _Reading, path: str) -> Rule:
    identifier, _version = _id(element)
    script = element.find(f"{_N}skript")
    source = (script.text or "").strip() if script is not None else ""
    line = line_of(script) if script is not None else line_of(element)
    if not source:
        raise SchemaError(line, f"Die Regel „{identifier}“ hat kein Skript.")
    code = _code(element, "typ")
    if code not in _RULE_KINDS:
        raise SchemaError(line_of(element), f"Der Regeltyp „{code}“ ist nicht vorgesehen (K, M, V oder B).")
    known = reading.rules.get(identifier)
    if known is not None and (known.source != source or known.kind != _RULE_KINDS[code]):
        raise SchemaError(line, f"Die Regel „{identifier}“ steht hier anders als in Zeile {known.line}.")
    if known is not None:
        return known
    try:
        compiled = Script(source, reading.roots, ("heute",), reading.rows)
    except ScriptError as error:
        offset = len(script.text or "") - len((script.text or "").lstrip()) if script is not None else 0
        first = line + (script.text or "")[:offset].count("\n") if script is not None else line
        raise SchemaError(first + error.line - 1, f"Regel „{identifier}“: {error.message}") from error
    rule = Rule(identifier, _RULE_KINDS[code], source, compiled, compiled.paths, line)
    reading.rules[identifier] = rule
    reading.references.append((rule, path))
    return rule


def _check_references(reading: _Reading, pages: tuple[Page, ...]) -> None:
    """Refuse a path in a script that leads to no field, no group and no code list."""
    fields = {item.path: item for page in pages for item in page.walk()}
    for rule, _place in reading.references:
        for path in sorted(rule.paths):
            first, _, rest = path.partition(".")
            if first == LISTS:
                if rest.split(".", 1)[0] not in reading.codelists:
                    raise SchemaError(rule.line, f"Regel „{rule.id}“: Die Codeliste „{path}“ gibt es nicht.")
                continue
            steps = path.split(".")
            prefixes = {".".join(steps[:count]) for count in range(1, len(steps) + 1)}
            if path not in reading.paths and prefixes.isdisjoint(fields):
                raise SchemaError(rule.line, f"Regel „{rule.id}“: Das Feld „{path}“ gibt es nicht.")


def _attach_schema_checks(pages: tuple[Page, ...], reading: _Reading) -> tuple[Page, ...]:
    """A check of the whole schema is reported at the last field it speaks of: there it can first be known."""
    for rule in reading.schema_checks:
        spoken = [item.path for page in pages for item in page.walk() if item.path in rule.paths]
        if not spoken:
            raise SchemaError(rule.line, f"Regel „{rule.id}“: Eine Regel am Schema muss ein Feld nennen.")
        pages = tuple(_add_check(page, spoken[-1], rule) for page in pages)
    return pages


def _add_check(group: Any, path: str, rule: Rule) -> Any:
    items = tuple(
        (replace(item, rules=(*item.rules, rule)) if item.path == path else item)
        if isinstance(item, Field)
        else _add_check(item, path, rule)
        for item in group.items
    )
    return replace(group, items=items)


# --- words ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Base:
    key: str
    version: str
    title: str
    intro: str
    pages: tuple[Page, ...]
    codelists: Mapping[str, CodeList]
    rules: tuple[Rule, ...]


def _in_all_languages(base: _Base, texts: Mapping[str, Mapping[str, Any]]) -> FormSchema:
    for language in texts:
        if language not in LANGUAGES:
            raise SchemaError(
                0, f"Die Sprache „{language}“ ist nicht vorgesehen.", file=f"texts/{language}.yaml"
            )
    siblings: dict[Language, FormSchema] = {}
    german = texts.get("de", {})
    for language in LANGUAGES:
        if language == "de" or language in texts:
            siblings[language] = _localised(base, language, texts.get(language, {}), german)
    for schema in siblings.values():
        schema._siblings.update(siblings)
    return siblings["de"]


@dataclass(slots=True)
class _Words:
    """One text file: looks words up, remembers which were missing and refuses keys the form does not have."""

    file: str
    sections: Mapping[str, Any]
    fallback: Mapping[str, Any]
    needed: bool
    missing: list[str] = field(default_factory=list)

    def section(self, name: str) -> Mapping[str, Any]:
        content = self.sections.get(name) or {}
        if not isinstance(content, Mapping):
            raise SchemaError(0, f"Der Abschnitt „{name}“ hat die falsche Form.", file=self.file)
        return content

    def entry(self, section: str, key: str) -> Mapping[str, Any]:
        content = self.section(section).get(key) or {}
        if not isinstance(content, Mapping):
            raise SchemaError(0, f"Der Eintrag „{key}“ hat die falsche Form.", file=self.file)
        return content

    def word(self, entry: Mapping[str, Any], name: str, base: str, where: str) -> str:
        value = entry.get(name)
        if value is None:
            if base and self.needed:
                self.missing.append(f"{where}.{name}")
            return base
        if not isinstance(value, str):
            raise SchemaError(0, f"Der Text „{where}“ ist kein Text.", file=self.file)
        return value.strip()

    def output(self, entry: Mapping[str, Any], german: str, where: str) -> str:
        """Return the name for those who read, "" if the language has none: then they read what was asked."""
        if "output" not in entry:
            return "" if self.needed else german
        return self.word(entry, "output", "", where)


def _localised(
    base: _Base, language: Language, sections: Mapping[str, Any], german: Mapping[str, Any]
) -> FormSchema:
    words = _Words(f"texts/{language}.yaml", sections, german, needed=language != "de")
    for name in sections:
        if name not in _TEXT_SECTIONS:
            raise SchemaError(0, f"Der Abschnitt „{name}“ ist nicht vorgesehen.", file=words.file)
    _refuse_unknown(base, words)
    messages = {
        **MESSAGES[language],
        **{str(key): str(value) for key, value in words.section("messages").items()},
    }
    rules = {rule.id: _rule_in(rule, words, german) for rule in base.rules}
    pages = tuple(_group_in(page, words, language, rules) for page in base.pages)
    form = words.section("form")
    schema = FormSchema(
        key=base.key,
        version=base.version,
        title=words.word(form, "title", base.title, "form"),
        intro=words.word(form, "intro", base.intro, "form"),
        language=language,
        all_pages=pages,
        codelists=base.codelists,
        rules=tuple(rules.values()),
        texts=sections,
        messages=messages,
        missing_texts=tuple(words.missing),
    )
    return bind(schema)


def _refuse_unknown(base: _Base, words: _Words) -> None:
    known = {
        "pages": {item.path for page in base.pages for item in _groups(page)},
        "fields": {item.path for page in base.pages for item in page.walk()},
        "codelists": set(base.codelists),
        "rules": {rule.id for rule in base.rules},
        "messages": set(MESSAGES["de"]),
    }
    for section, keys in known.items():
        for key in words.section(section):
            if key not in keys:
                raise SchemaError(0, f"Zu „{key}“ gibt es im Formular nichts ({section}).", file=words.file)


def _groups(group: Group) -> list[Group]:
    inner = [entry for item in group.items if isinstance(item, Group) for entry in _groups(item)]
    return [group, *inner]


def _rule_in(rule: Rule, words: _Words, german: Mapping[str, Any]) -> Rule:
    if rule.kind != "check":
        return rule
    texts = words.section("rules")
    message = texts.get(rule.id)
    if message is None:
        fallback = (german.get("rules") or {}).get(rule.id)
        if not words.needed or fallback is None:
            raise SchemaError(0, f"Zur Regel „{rule.id}“ fehlt der Hinweis (rules).", file=words.file)
        words.missing.append(f"rules.{rule.id}")
        message = fallback
    return replace(rule, message=str(message).strip())


def _group_in(group: Any, words: _Words, language: Language, rules: Mapping[str, Rule]) -> Any:
    entry = words.entry("pages", group.path)
    items = tuple(
        _field_in(item, words, language, rules)
        if isinstance(item, Field)
        else _group_in(item, words, language, rules)
        for item in group.items
    )
    where = f"pages.{group.path}"
    title = words.word(entry, "title", group.title, where)
    return replace(
        group,
        title=title,
        help=words.word(entry, "help", group.help, where),
        items=items,
        output=words.output(entry, group.output, where) or title,
    )


def _link_in(item: Field, entry: Mapping[str, Any], words: _Words) -> Link | None:
    """Return the link of a field, that of the German text where the language has none."""
    content = entry.get("link")
    if content is None and words.needed:
        german = words.fallback.get("fields")
        content = ((german or {}).get(item.path) or {}).get("link")
        if content is not None:
            words.missing.append(f"fields.{item.path}.link")
    if content is None:
        return None
    if not isinstance(content, Mapping) or not all(
        isinstance(content.get(key), str) and content[key] for key in ("label", "href")
    ):
        raise SchemaError(0, f"Ein Verweis besteht aus label und href ({item.path}).", file=words.file)
    if not _PAGE_OF_OURS.fullmatch(content["href"]):
        raise SchemaError(
            0, f"Ein Verweis führt zu einer Seite dieser Website ({item.path}).", file=words.file
        )
    return Link(content["label"].strip(), content["href"])


def _field_in(item: Field, words: _Words, language: Language, rules: Mapping[str, Rule]) -> Field:
    entry = words.entry("fields", item.path)
    where = f"fields.{item.path}"
    named = entry.get("options") or {}
    listed = words.entry("codelists", item.codelist) if item.codelist else {}
    for code in named:
        if code not in item.label_by_code:
            raise SchemaError(0, f"Den Code „{code}“ gibt es bei {item.path} nicht.", file=words.file)
    options: list[Option] = []
    for option in item.options:
        if item.kind == "yesno":
            label = WORDS[language]["yes" if option.code == "ja" else "no"]
            options.append(replace(option, label=str(named.get(option.code, label))))
            continue
        words_of = named.get(option.code, listed.get(option.code))
        if words_of is None and words.needed and item.kind != "lookup":
            words.missing.append(f"{where}.options.{option.code}")
        if isinstance(words_of, Mapping):
            options.append(
                replace(
                    option,
                    label=str(words_of.get("label", option.label)),
                    help=str(words_of.get("help", option.help)),
                )
            )
        else:
            options.append(replace(option, label=str(words_of) if words_of is not None else option.label))
    messages = entry.get("messages") or {}
    for code in messages:
        if code not in MESSAGES["de"]:
            raise SchemaError(0, f"Einen Hinweis „{code}“ gibt es nicht ({item.path}).", file=words.file)
    label = words.word(entry, "label", item.label, where)
    return replace(
        item,
        label=label,
        output=words.output(entry, item.output, where) or label,
        help=words.word(entry, "help", item.help, where),
        default=item.default
        if item.kind not in ("label",)
        else words.word(entry, "content", item.default, where),
        options=tuple(options),
        label_by_code={option.code: option.label for option in options},
        messages={str(code): str(text).strip() for code, text in messages.items()},
        link=_link_in(item, entry, words),
        rules=tuple(rules[rule.id] for rule in item.rules),
    )
