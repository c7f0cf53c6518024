"""Pure: a plan as rows, to and from Microsoft Project XML (MSPDI) and CSV.

MSPDI as Microsoft documents it for `http://schemas.microsoft.com/project`: kinds of links 0 FF, 1 FS, 2 SF, 3 SS; lags
in tenths of a minute, formats 7 working days (of 8 hours), 8 elapsed days. Plans of the house run in calendar days,
so lags and durations are written as elapsed days; a milestone begins and ends at the end of its day.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from uuid import UUID

from lxml import etree

from leineweber.domains.portfolio.fields import day_of, number_of
from leineweber.domains.portfolio.rules.plan import bare_cell, safe_cell
from leineweber.kernel import xml

NAMESPACE = "http://schemas.microsoft.com/project"
MOST = 2000
MOST_MONEY = Decimal("99999999999.99")
_NS = f"{{{NAMESPACE}}}"
_KINDS = ("FF", "FS", "SF", "SS")
_DAY = 24 * 60 * 10
_WORKING_DAY = 8 * 60 * 10
_ELAPSED = {"4", "6", "8", "10", "12"}
_PERCENT = {"19", "20", "35", "36", "51", "52", "53", "54"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff￾￿]")


class ExchangeError(ValueError):
    """A file cannot be taken; the message is German and says where and what to do."""


@dataclass(frozen=True, slots=True)
class PlanLink:
    """A dependency on another row of the same plan, by its number in the file; lag in calendar days."""

    before: int
    kind: str
    lag: int


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A row of a plan in outline order: `uid` is its number in the file, `level` its depth from 0.

    `key` is the activity of the house that it is (None: new); `budget` and `responsible` None leave what is there.
    """

    uid: int
    key: UUID | None
    name: str
    level: int
    start: date
    end: date
    milestone: bool
    progress: int
    links: tuple[PlanLink, ...] = ()
    budget: Decimal | None = None
    responsible: str | None = None


def clean(text: str) -> str:
    """Return a name without characters that XML forbids, white space folded, of at most 200 characters."""
    return " ".join(_CONTROL.sub(" ", text).split())[:200]


def to_xml(title: str, rows: Sequence[PlanRow]) -> bytes:
    """Return a plan as an MSPDI document."""
    root = etree.Element(f"{_NS}Project", nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # the stubs know no default namespace

    def put(parent: etree._Element, name: str, text: object) -> None:
        etree.SubElement(parent, f"{_NS}{name}").text = str(text)

    put(root, "SaveVersion", 14)
    put(root, "Name", clean(title))
    put(root, "Title", clean(title))
    if rows:
        put(root, "StartDate", f"{min(row.start for row in rows).isoformat()}T08:00:00")
        put(root, "FinishDate", f"{max(row.end for row in rows).isoformat()}T17:00:00")
    put(root, "CurrencyCode", "EUR")
    tasks = etree.SubElement(root, f"{_NS}Tasks")
    for number, row in enumerate(rows, 1):
        task = etree.SubElement(tasks, f"{_NS}Task")
        put(task, "UID", row.uid)
        if row.key is not None:
            put(task, "GUID", str(row.key).upper())
        put(task, "ID", number)
        put(task, "Name", clean(row.name))
        put(task, "Manual", 1)
        put(task, "Type", 1)
        put(task, "IsNull", 0)
        put(task, "OutlineLevel", row.level + 1)
        start = f"{row.start.isoformat()}T{'17' if row.milestone else '08'}:00:00"
        finish = f"{row.end.isoformat()}T17:00:00"
        duration = f"PT{0 if row.milestone else ((row.end - row.start).days + 1) * 24}H0M0S"
        for beginning in ("", "Manual"):
            put(task, f"{beginning}Start", start)
            put(task, f"{beginning}Finish", finish)
            put(task, f"{beginning}Duration", duration)
        put(task, "DurationFormat", 8)
        put(task, "Milestone", int(row.milestone))
        summary = number < len(rows) and rows[number].level > row.level
        put(task, "Summary", int(summary))
        put(task, "PercentComplete", row.progress)
        for link in row.links:
            inner = etree.SubElement(task, f"{_NS}PredecessorLink")
            put(inner, "PredecessorUID", link.before)
            put(inner, "Type", _KINDS.index(link.kind))
            put(inner, "CrossProject", 0)
            put(inner, "LinkLag", link.lag * _DAY)
            put(inner, "LagFormat", 8)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _said(task: etree._Element, name: str, default: str = "") -> str:
    found = task.find(f"{_NS}{name}")
    return default if found is None or found.text is None else found.text.strip()


def _whole(text: str, where: str, low: int, high: int) -> int:
    if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII) or not low <= int(text) <= high:
        raise ExchangeError(f"{where}: „{text[:20]}“ ist keine Zahl von {low} bis {high}.")
    return int(text)


def _day(text: str, where: str) -> date:
    found = day_of(text[:10])
    if found is None:
        raise ExchangeError(f"{where}: „{text[:20]}“ ist kein Datum zwischen 2000 und 2100.")
    return found


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _lag(link: etree._Element) -> int:
    amount = _whole(_said(link, "LinkLag", "0"), "Abstand", -10_000_000, 10_000_000)
    form = _said(link, "LagFormat", "7")
    if form in _PERCENT:
        raise ExchangeError(
            "Ein Abstand ist in Prozent angegeben. Geben Sie ihn in Microsoft Project in Tagen an."
        )
    return round(amount / (_DAY if form in _ELAPSED else _WORKING_DAY))


def from_xml(data: bytes) -> tuple[str, list[PlanRow]]:
    """Return title and rows of an MSPDI document.

    Raises:
        ExchangeError: no safe XML, no such document, or something in it that no plan can be.
    """
    try:
        root = xml.parse(data, limit=5_000_000)
    except xml.XmlError as error:
        raise ExchangeError(str(error)) from error
    if root.tag != f"{_NS}Project":
        raise ExchangeError(
            "Das ist keine XML-Datei aus Microsoft Project. Wählen Sie dort „Speichern unter“ und „XML-Format“."
        )
    rows: list[PlanRow] = []
    tasks = root.findall(f"{_NS}Tasks/{_NS}Task")
    if len(tasks) > MOST + 1:
        raise ExchangeError(f"Die Datei hat mehr als {MOST} Vorgänge.")
    for task in tasks:
        level = _whole(_said(task, "OutlineLevel", "1"), "Gliederungsebene", 0, 50)
        if _said(task, "IsNull", "0") == "1" or level == 0:
            continue
        where = f"Zeile {task.sourceline}"
        start = _day(_said(task, "Start"), f"{where}, Start")
        end = _day(_said(task, "Finish"), f"{where}, Finish")
        milestone = _said(task, "Milestone", "0") == "1" and _said(task, "Summary", "0") != "1"
        if end < start:
            raise ExchangeError(f"{where}: Der Vorgang endet, bevor er beginnt.")
        links = tuple(
            PlanLink(
                _whole(_said(link, "PredecessorUID"), f"{where}, PredecessorUID", 0, 2**31 - 1),
                _KINDS[_whole(_said(link, "Type", "1"), f"{where}, Type", 0, 3)],
                _lag(link),
            )
            for link in task.findall(f"{_NS}PredecessorLink")
        )
        rows.append(
            PlanRow(
                uid=_whole(_said(task, "UID"), f"{where}, UID", 0, 2**31 - 1),
                key=_key(_said(task, "GUID")),
                name=clean(_said(task, "Name")) or "Ohne Namen",
                level=level - 1,
                start=end if milestone else start,
                end=end,
                milestone=milestone,
                progress=_whole(_said(task, "PercentComplete", "0"), f"{where}, PercentComplete", 0, 100),
                links=links,
            )
        )
    return clean(_said(root, "Title") or _said(root, "Name")), _sound(rows)


def _sound(rows: list[PlanRow]) -> list[PlanRow]:
    """Return the rows if numbers are unique, levels go down by one at a time, and links point at rows.

    Raises:
        ExchangeError: what is wrong.
    """
    if not rows:
        raise ExchangeError("In der Datei steht kein Vorgang.")
    known = {row.uid for row in rows}
    if len(known) < len(rows):
        raise ExchangeError("Zwei Vorgänge haben dieselbe Nummer.")
    deepest = -1
    for row in rows:
        if row.level > deepest + 1:
            raise ExchangeError(f"„{row.name}“ steht zwei Ebenen tiefer als der Vorgang davor.")
        deepest = row.level
    found = []
    for place, row in enumerate(rows):
        summary = place + 1 < len(rows) and rows[place + 1].level > row.level
        links = tuple({link.before: link for link in row.links if link.before != row.uid}.values())
        for link in links:
            if link.before not in known:
                raise ExchangeError(f"„{row.name}“ wartet auf einen Vorgang, der nicht in der Datei steht.")
            if abs(link.lag) > 3650:
                raise ExchangeError(f"„{row.name}“: Der Abstand ist größer als zehn Jahre.")
        found.append(
            PlanRow(
                row.uid,
                row.key,
                row.name,
                row.level,
                row.start,
                row.end,
                row.milestone and not summary,
                row.progress,
                links,
                row.budget,
                row.responsible,
            )
        )
    return found


COLUMNS = (
    "Gliederung",
    "Name",
    "Art",
    "Beginn",
    "Ende",
    "Fortschritt",
    "Budgetanteil",
    "Zuständig",
    "Vorgänger",
    "Kennung",
)
_LINK = re.compile(r"(\d+(?:\.\d+)*)\s*(FS|SS|FF|SF)?\s*([+-]\s*\d{1,4})?\Z")


def numbers(rows: Sequence[PlanRow]) -> list[str]:
    """Return the outline numbers (`1`, `1.1`, `2`) of rows in outline order."""
    counts: list[int] = []
    found = []
    for row in rows:
        counts = counts[: row.level + 1]
        if len(counts) <= row.level:
            counts.append(0)
        counts[row.level] += 1
        found.append(".".join(map(str, counts)))
    return found


def to_csv(rows: Sequence[PlanRow]) -> str:
    """Return a plan as a table with semicolons; the first character marks UTF-8 for spreadsheets."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    own = numbers(rows)
    by_uid: Mapping[int, str] = dict(zip((row.uid for row in rows), own, strict=True))
    for row, number in zip(rows, own, strict=True):
        waits = ", ".join(
            f"{by_uid[link.before]} {link.kind}{f'{link.lag:+d}' if link.lag else ''}" for link in row.links
        )
        writer.writerow(
            [
                number,
                safe_cell(clean(row.name)),
                "Meilenstein" if row.milestone else "Arbeitspaket",
                f"{row.start:%d.%m.%Y}",
                f"{row.end:%d.%m.%Y}",
                row.progress,
                f"{row.budget or Decimal(0):.2f}".replace(".", ","),
                safe_cell(clean(row.responsible or "")),
                waits,
                row.key or "",
            ]
        )
    return "﻿" + out.getvalue()


def from_csv(data: bytes) -> list[PlanRow]:
    """Return the rows of a table as `to_csv` writes it; columns may be in any order.

    Raises:
        ExchangeError: another encoding, a missing column, or something that no plan can be.
    """
    if len(data) > 5_000_000:
        raise ExchangeError("Die Datei ist größer als 5 Megabyte.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExchangeError(
            "Die Datei ist nicht in UTF-8 gespeichert. Wählen Sie beim Speichern „CSV UTF-8“."
        ) from error
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    lines = list(islice(_lines(reader), MOST + 1))
    missing = [name for name in COLUMNS[:5] if name not in (reader.fieldnames or ())]
    if missing:
        raise ExchangeError(
            f"In der ersten Zeile fehlt die Spalte „{missing[0]}“. Trennen Sie Spalten mit Semikolon."
        )
    table: list[tuple[str, dict[str, str]]] = []
    for line in lines:
        if len(table) >= MOST:
            raise ExchangeError(f"Die Datei hat mehr als {MOST} Zeilen.")
        cells = {
            name: (value or "").strip()
            for name, value in line.items()
            if isinstance(name, str) and not isinstance(value, list)
        }
        if any(cells.values()):
            table.append((cells.get("Gliederung", ""), cells))
    uids = {number: index for index, (number, _) in enumerate(table, 1)}
    if len(uids) < len(table):
        raise ExchangeError("Eine Gliederungsnummer steht zweimal da oder fehlt.")
    return _sound([_row(number, cells, uids) for number, cells in table])


def _lines(reader: csv.DictReader[str]) -> Iterator[dict[str, str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise ExchangeError(
            f"Zeile {reader.line_num}: Ein Feld ist zu lang, oder ein Anführungszeichen fehlt."
        ) from error


def _row(number: str, cells: Mapping[str, str], uids: Mapping[str, int]) -> PlanRow:
    where = f"Zeile „{number[:20]}“"
    if not re.fullmatch(r"\d{1,5}(\.\d{1,5}){0,20}", number, re.ASCII):
        raise ExchangeError(f"{where}: Die Gliederung ist eine Nummer wie 1 oder 1.2.")
    if "." in number and number.rpartition(".")[0] not in uids:
        raise ExchangeError(f"{where}: Der übergeordnete Eintrag fehlt.")
    start, end = _day(cells["Beginn"], where), _day(cells["Ende"], where)
    milestone = cells["Art"].lower() == "meilenstein"
    if end < start:
        raise ExchangeError(f"{where}: Das Ende liegt vor dem Beginn.")
    links = []
    for part in filter(None, (part.strip() for part in cells.get("Vorgänger", "").split(","))):
        found = _LINK.match(part)
        if found is None or found[1] not in uids:
            raise ExchangeError(
                f"{where}: Den Vorgänger „{part[:20]}“ gibt es nicht. Schreiben Sie zum Beispiel 1.2 FS+3."
            )
        links.append(PlanLink(uids[found[1]], found[2] or "FS", int((found[3] or "0").replace(" ", ""))))
    budget = number_of(cells["Budgetanteil"]) if cells.get("Budgetanteil") else None
    if cells.get("Budgetanteil") and (budget is None or not 0 <= budget <= MOST_MONEY):
        raise ExchangeError(f"{where}: Der Budgetanteil ist kein Betrag.")
    return PlanRow(
        uid=uids[number],
        key=_key(cells.get("Kennung", "")),
        name=clean(bare_cell(cells["Name"])) or "Ohne Namen",
        level=number.count("."),
        start=end if milestone else start,
        end=end,
        milestone=milestone,
        progress=_whole(cells.get("Fortschritt") or "0", f"{where}, Fortschritt", 0, 100),
        links=tuple(links),
        budget=budget,
        responsible=clean(bare_cell(cells["Zuständig"])) if "Zuständig" in cells else None,
    )
