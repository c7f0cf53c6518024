"""The graph as SVG made on the server: columns from left to right, each node a link that puts it in the middle."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from leineweber.faces.cockpit.network import Network, Node

BOX, GAP, HEIGHT, STEP, TOP = 168, 40, 58, 70, 44
LETTERS, LINES = 20, 3
LOW = 10


def wrapped(text: str, letters: int = LETTERS, lines: int = LINES) -> list[str]:
    """Return a title in at most so many lines; a word too long for a line is cut, what has no room ends in `…`."""
    rows: list[str] = []
    for word in text.split():
        part = word if len(word) <= letters else word[: letters - 1] + "…"
        if rows and len(rows[-1]) + 1 + len(part) <= letters:
            rows[-1] += f" {part}"
        else:
            rows.append(part)
    if len(rows) > lines:
        rows = rows[:lines]
        rows[-1] = f"{rows[-1][: letters - 1].rstrip()}…"
    return rows


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _box(node: Node, x: float, y: float, *, centre: bool) -> SafeString:
    rows = wrapped(node.title)
    first = y + HEIGHT / 2 - (len(rows) - 1) * 7.5 + 4.5
    text = format_html_join(
        "",
        '<tspan x="{}" y="{}">{} </tspan>',
        ((x + 12, round(first + index * 15, 1), row) for index, row in enumerate(rows)),
    )
    inside = format_html(
        '<title>{}: {}</title><rect x="{}" y="{}" width="{}" height="{}" rx="4" class="lw-g-box lw-g-box--{}{}"/>'
        '<text class="{}">{}</text>',
        node.label,
        node.title,
        x,
        y,
        BOX,
        HEIGHT,
        node.kind,
        " lw-g-box--centre" if centre else "",
        "lw-g-text lw-g-text--centre" if centre else "lw-g-text",
        text,
    )
    href = node.centre or node.url
    if not href or centre:
        return format_html("<g>{}</g>", inside)
    return format_html('<a href="{}">{}</a>', href, inside)


def _way(x1: float, y1: float, x2: float, y2: float, *, skips: bool) -> str:
    """Return the path of an edge from the right side of one box to the left side of another.

    One that skips a column runs in the lane between two rows, so that it does not seem to touch the boxes there.
    """
    if not skips:
        half = (x2 - x1) / 2
        return f"M{x1} {y1}C{x1 + half} {y1} {x2 - half} {y2} {x2} {y2}"
    row = round((y2 - TOP + (STEP - HEIGHT) / 2) / STEP - 0.01)
    lane = TOP + row * STEP - (STEP - HEIGHT) / 2
    turn = GAP / 2
    return (
        f"M{x1} {y1}C{x1 + turn} {y1} {x1 + turn} {lane} {x1 + GAP} {lane}"
        f"H{x2 - GAP}C{x2 - turn} {lane} {x2 - turn} {y2} {x2} {y2}"
    )


def svg(shown: Network, id: str) -> SafeString:
    """Return the picture; `id` makes its title unique in the page. The list beside it says the same in words."""
    tallest = max((len(column.nodes) + bool(column.more) for column in shown.columns), default=1)
    width = len(shown.columns) * (BOX + GAP) - GAP + 32
    height = TOP + tallest * STEP + 8
    place: dict[str, tuple[int, float, float]] = {}
    parts: list[SafeString] = []
    for index, column in enumerate(shown.columns):
        x = index * (BOX + GAP) + 2
        rows = len(column.nodes) + bool(column.more)
        # In a low picture short columns stand in the middle, so that edges run level; in a high one all begin at its
        # top, where one looks first. All boxes stand in the rows of one grid, so that an edge that skips a column finds
        # a lane between them.
        start = TOP + ((tallest - rows) // 2 * STEP if tallest <= LOW else 0)
        for number, node in enumerate(column.nodes):
            place[node.key] = (index, x, start + number * STEP)
        heading = wrapped(column.label, 25, 2)
        parts += [
            format_html('<text x="{}" y="{}" class="lw-g-head">{}</text>', x, 14 + line * 16, words)
            for line, words in enumerate(heading)
        ]
        if column.more:
            y = start + len(column.nodes) * STEP + 24
            parts.append(
                format_html(
                    '<text x="{}" y="{}" class="lw-g-more">und {} weitere</text>', x + 12, y, column.more
                )
            )
    lines = []
    for line in shown.lines:
        if line.source not in place or line.target not in place:
            continue
        right, left = place[line.source], place[line.target]
        if right[0] < left[0]:
            right, left = left, right
        if shown.centre is None and abs(right[0] - left[0]) != 1:
            # Seen as a whole, only what is tied to the neighbouring column is drawn; the list names the others, too.
            continue
        tied = shown.centre is not None and shown.centre.key in (line.source, line.target)
        x2, y2 = right[1], right[2] + HEIGHT / 2
        x1, y1 = left[1] + BOX, left[2] + HEIGHT / 2
        if right[0] == left[0]:
            # Within a column the edge goes round on the right.
            path = f"M{x1} {y1}C{x1 + 34} {y1} {x1 + 34} {y2} {x1} {y2}"
        else:
            path = _way(x1, y1, x2, y2, skips=right[0] - left[0] > 1)
        lines.append(
            format_html('<path d="{}" class="lw-g-line{}"/>', path, " lw-g-line--tied" if tied else "")
        )
    middle = shown.centre.key if shown.centre else ""
    boxes = [
        _box(node, place[node.key][1], place[node.key][2], centre=node.key == middle)
        for column in shown.columns
        for node in column.nodes
    ]
    return format_html(
        '<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="group" aria-labelledby="{id}-t" class="lw-graph">'
        '<title id="{id}-t">Zusammenhang</title>{lines}{heads}{boxes}</svg>',
        w=width,
        h=round(height),
        id=id,
        lines=_joined(lines),
        heads=_joined(parts),
        boxes=_joined(boxes),
    )
