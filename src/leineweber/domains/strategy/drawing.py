"""The picture of the strategy (Schaubild) as SVG, drawn from the data: vision and goals above, fields below.

No style attributes, because the content security policy forbids them: colours are presentation attributes, and classes
let the page's style sheet put its own over them (light and dark).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from leineweber.domains.strategy.kinds import ref_of
from leineweber.domains.strategy.models import Numbered
from leineweber.domains.strategy.queries import Paper
from leineweber.kernel.refs import Ref

WIDTH, MARGIN, GAP = 1240, 20, 14
LINE, SIZE, CHARACTER = 17, 13, 6.7
MOST_GOALS = 12
_TAILS = (
    "managementsystem",
    "management",
    "organisation",
    "sensibilisierung",
    "konzept",
    "verwaltung",
    "system",
)
"""Where words of the paper that are too long for a box are parted."""
FILL = {
    "vision": ("#0b4a6f", "#ffffff"),
    "strategic_goal": ("#d5e3ed", "#0b2a3f"),
    "principle": ("#f3ead6", "#3d2f0e"),
    "field": ("#0b4a6f", "#ffffff"),
    "measure": ("#eef3f7", "#0b2a3f"),
    "goal": ("#ffffff", "#0b2a3f"),
}
"""Kind → colour of the box and of its words, for the picture by itself."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part in its place; `lines` are its words as they fit."""

    ref: Ref | None
    kind: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    full: str


def wrap(text: str, width: float, most: int = 4) -> tuple[str, ...]:
    """Return a text in lines that fit a width in pixels, at most so many; what does not fit ends with an ellipsis."""
    room = max(8, int(width / CHARACTER))
    lines: list[str] = []
    for word in text.split():
        while len(word) > room:
            cut = next((word.find(tail) for tail in _TAILS if 4 < word.find(tail) < room), room - 1)
            lines.append(word[:cut] + "-")
            word = word[cut:]
        if lines and len(lines[-1]) + 1 + len(word) <= room and not lines[-1].endswith("-"):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        last = lines[most - 1]
        lines = [*lines[: most - 1], (last if len(last) < room else last[: room - 1]).rstrip() + "…"]
    return tuple(lines)


def _box(part: Numbered, kind: str, x: float, y: float, width: float, most: int = 4) -> Box:
    lines = wrap(str(part), width - 20, most)
    return Box(ref_of(part), kind, x, y, width, len(lines) * LINE + 14, lines, str(part))


def _row(parts: Sequence[Numbered], kind: str, y: float) -> tuple[list[Box], float]:
    """Return parts side by side, all as high as the highest, and where the next row begins."""
    if not parts:
        return [], y
    width = (WIDTH - 2 * MARGIN - GAP * (len(parts) - 1)) / len(parts)
    boxes = [_box(part, kind, MARGIN + index * (width + GAP), y, width) for index, part in enumerate(parts)]
    height = max(box.height for box in boxes)
    even = [Box(one.ref, one.kind, one.x, one.y, one.width, height, one.lines, one.full) for one in boxes]
    return even, y + height + 26


def layout(paper: Paper) -> tuple[list[Box], float]:
    """Return every box in its place and the height of the picture."""
    boxes, y = _row(paper.visions, "vision", MARGIN)
    row, y = _row(paper.strategic_goals, "strategic_goal", y)
    boxes += row
    row, y = _row(paper.principles, "principle", y)
    boxes += row
    heads, y = _row(paper.fields, "field", y)
    boxes += heads
    lowest = y
    for field, head in zip(paper.fields, heads, strict=True):
        below = y - 14
        for measure in paper.below(field, "measure"):
            box = _box(measure, "measure", head.x, below, head.width)
            boxes.append(box)
            below += box.height + 7
        goals = [one for one in paper.goals if one.field_id == field.id]
        below += 12
        for goal in goals[:MOST_GOALS]:
            box = _box(goal, "goal", head.x, below, head.width)
            boxes.append(box)
            below += box.height + 7
        if len(goals) > MOST_GOALS:
            words = f"und {len(goals) - MOST_GOALS} weitere smarte Ziele"
            boxes.append(Box(None, "goal", head.x, below, head.width, LINE + 14, (words,), words))
            below += LINE + 21
        lowest = max(lowest, below)
    return boxes, lowest + MARGIN


def related(paper: Paper, chosen: Ref) -> set[Ref]:
    """Return a part with everything above it and everything below it, by all edges."""
    found = {chosen}
    for edges in (paper.up, paper.down):
        front = {chosen}
        while front:
            front = {other for ref in front for other in edges.get(ref, ())} - found
            found |= front
    return found


def svg(
    paper: Paper, *, links: Mapping[Ref, str] | None = None, chosen: Ref | None = None, id: str = "bild"
) -> SafeString:
    """Return the picture. `links` gives boxes an address; with `chosen` what is not related to it steps back."""
    boxes, height = layout(paper)
    lit = related(paper, chosen) if chosen else None
    places = {box.ref: box for box in boxes if box.ref}
    lines = _edges(paper, places, chosen) if chosen else SafeString("")
    drawn = format_html_join("", "{}", ((_draw(box, links or {}, lit, chosen),) for box in boxes))
    counts = (
        f"{len(paper.strategic_goals)} strategische Ziele, {len(paper.principles)} Prinzipien, {len(paper.fields)} "
        f"Handlungsfelder, {len(paper.measures)} Maßnahmen und {len(paper.goals)} smarte Ziele. "
        "Dasselbe steht als Liste darunter."
    )
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" class="st-picture" '
        'role="{role}" aria-labelledby="{id}-t {id}-d" font-family="Fira Sans, sans-serif" font-size="{size}">'
        '<title id="{id}-t">Schaubild der Strategie</title><desc id="{id}-d">{desc}</desc>{lines}{boxes}</svg>',
        w=WIDTH,
        h=round(height),
        role="group" if links else "img",
        id=id,
        size=SIZE,
        desc=counts,
        lines=lines,
        boxes=drawn,
    )


def _draw(box: Box, links: Mapping[Ref, str], lit: set[Ref] | None, chosen: Ref | None) -> SafeString:
    weak = lit is not None and box.ref not in lit
    fill, ink = ("#ffffff", "#4a5560") if weak else FILL[box.kind]
    stroke = "#9aa5b1" if weak else "#0b4a6f"
    classes = f"st-box st-box--{box.kind}{' st-box--weak' if weak else ''}"
    is_chosen = chosen is not None and box.ref == chosen
    words = format_html_join(
        "",
        '<tspan x="{}" y="{}">{} </tspan>',
        (
            (f"{box.x + 10:.0f}", f"{box.y + 20 + index * LINE:.0f}", line)
            for index, line in enumerate(box.lines)
        ),
    )
    inside = format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="4" fill="{}" stroke="{}" stroke-width="{}"/>'
        '<text fill="{}"{}>{}</text>',
        f"{box.x:.1f}", f"{box.y:.1f}", f"{box.width:.1f}", f"{box.height:.1f}", fill, stroke,
        "3" if is_chosen else "1", ink,
        SafeString(' font-weight="600"') if box.kind in {"vision", "field"} else "", words,
    )  # fmt: skip
    address = links.get(box.ref, "") if box.ref else ""
    if not address:
        return format_html('<g class="{}"><title>{}</title>{}</g>', classes, box.full, inside)
    current = SafeString(' aria-current="true"') if is_chosen else ""
    title = format_html("<title>{}</title>", box.full) if " ".join(box.lines) != box.full else SafeString("")
    return format_html('<a href="{}" class="{}"{}>{}{}</a>', address, classes, current, title, inside)


def _edges(paper: Paper, places: Mapping[Ref, Box], chosen: Ref) -> SafeString:
    """Return lines from the chosen part to what it is joined with directly."""
    here = places.get(chosen)
    if here is None:
        return SafeString("")
    others = [
        places[ref] for edges in (paper.up, paper.down) for ref in edges.get(chosen, ()) if ref in places
    ]
    others = [
        one for one in others if one.x != here.x or one.width != here.width
    ]  # beneath each other it is plain
    return format_html_join(
        "",
        '<path d="M{} {} C{} {} {} {} {} {}" fill="none" stroke="#0b4a6f" stroke-width="1.5" class="st-edge"/>',
        (_curve(here, other) for other in others),
    )


def _curve(one: Box, other: Box) -> tuple[str, ...]:
    upper, lower = (one, other) if one.y <= other.y else (other, one)
    x1, y1 = upper.x + upper.width / 2, upper.y + upper.height
    x2, y2 = lower.x + lower.width / 2, lower.y
    middle = (y1 + y2) / 2
    return tuple(f"{value:.0f}" for value in (x1, y1, x1, middle, x2, middle, x2, y2))
