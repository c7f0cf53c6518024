"""The graph from the vision down to the cases: what is shown of it, in columns, in constant queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from django.urls import reverse

from leineweber.domains.applications import figures
from leineweber.domains.applications.procedures import registry
from leineweber.faces.cockpit import goals
from leineweber.kernel import links
from leineweber.kernel.access import Actor, allowed
from leineweber.kernel.links import Card, Kind
from leineweber.kernel.refs import Ref
from leineweber.kernel.ui.jinja import number, plural

# From what is wanted to what is done; a kind that is not named here is not part of the picture.
COLUMNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Vision", ("vision",)),
    ("Strategische Ziele und Grundsätze", ("strategic_goal", "principle")),
    ("Handlungsfelder", ("field",)),
    ("Maßnahmen", ("measure",)),
    ("Smarte Ziele", ("goal",)),
    ("Vorhaben", ("project", "mandate", "proposal", "scenario")),
    ("Vorlagen, Beschlüsse, Berichte", ("decision_paper", "resolution", "report")),
    ("Verfahren", ("procedure",)),
    ("Vorgänge", ("cases",)),
)
COLUMN_OF = {kind: index for index, (_, kinds) in enumerate(COLUMNS) for kind in kinds}
# What the page shows before anything stands in the middle.
OUTLINE = ("vision", "strategic_goal", "principle", "field", "measure", "goal", "project")
VERBS = {
    "serves": "trägt bei zu",
    "belongs": "gehört zu",
    "follows": "folgt",
    "depends": "hängt ab von",
    "became": "wurde zu",
    "decides": "entscheidet über",
    "chose": "wählte aus",
    "tells": "berichtet über",
    "measured": "wird gemessen an",
    "runs": "läuft in",
}
PER_COLUMN = 24
DEPTHS = (1, 2, 3, 4, 5)
DEPTH = 3
SEARCHED = 4000
FOUND = 20


@dataclass(frozen=True, slots=True)
class Node:
    """A thing in the picture. `key` is unique; `centre` is the address with it in the middle, `url` its own page."""

    key: str
    kind: str
    label: str
    title: str
    note: str
    url: str
    centre: str

    @property
    def column(self) -> int:
        """In which column it stands."""
        return COLUMN_OF[self.kind]


@dataclass(frozen=True, slots=True)
class Line:
    """An edge in the picture; `verb` is German for what the source does for the target."""

    source: str
    verb: str
    target: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column with the nodes that are shown; `more` counts those for which there was no room."""

    label: str
    nodes: tuple[Node, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Network:
    """What is shown: columns that are not empty, from left to right, and the edges among their nodes."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    centre: Node | None

    @property
    def nodes(self) -> dict[str, Node]:
        """All nodes by key."""
        return {node.key: node for column in self.columns for node in column.nodes}


def address(ref: Ref | None, depth: int = DEPTH) -> str:
    """Return the page with a thing in the middle, or with the outline."""
    base = reverse("cockpit:network")
    return f"{base}?{urlencode({'mitte': str(ref), 'tiefe': depth})}" if ref else base


def _node(ref: Ref, card: Card, labels: dict[str, str], depth: int) -> Node:
    return Node(
        str(ref),
        ref.kind,
        labels.get(ref.kind, ref.kind),
        card.title,
        card.note,
        card.url,
        address(ref, depth),
    )


def _known() -> dict[str, Kind]:
    return {kind.name: kind for kind in links.kinds() if kind.name in COLUMN_OF}


def outline(actor: Actor) -> Network:
    """Return the upper columns of the whole strategy; two queries per kind and one for the edges."""
    known = _known()
    refs: list[Ref] = []
    census: dict[str, int] = {}
    for name in OUTLINE:
        every = known[name].every if name in known else None
        if every is not None:
            found = list(every(actor))
            census[name] = len(found)
            refs += [Ref(name, key) for key in found[:PER_COLUMN]]
    cards = links.resolve(refs, actor)
    return _network(actor, cards, links.between(cards), None, DEPTH, census)


def around(actor: Actor, centre: Ref, depth: int) -> Network | None:
    """Return the ways that lead from a thing up to the vision and down to the work; None if the actor may not see it.

    One query per step up and down, one per kind for the cards, three for the procedures.
    """
    if centre.kind not in COLUMN_OF or not links.resolve([centre], actor):
        return None
    edges = [
        edge
        for edge in links.around(centre, up=max(DEPTHS), down=depth)
        if edge.kind in VERBS and edge.source.kind in COLUMN_OF and edge.target.kind in COLUMN_OF
    ]
    refs = dict.fromkeys([centre, *(end for edge in edges for end in (edge.source, edge.target))])
    return _network(actor, links.resolve(refs, actor), edges, centre, depth, {})


def _network(
    actor: Actor,
    cards: dict[Ref, Card],
    edges: Iterable[links.Edge],
    centre: Ref | None,
    depth: int,
    census: dict[str, int],
) -> Network:
    """Put things into columns, with their procedures and cases; what finds no room is counted."""
    labels = {kind.name: kind.label for kind in links.kinds()}
    nodes = [_node(ref, card, labels, depth) for ref, card in cards.items()]
    lines = [
        Line(str(edge.source), VERBS[edge.kind], str(edge.target)) for edge in edges if edge.kind in VERBS
    ]
    measured, ways = _procedures(actor, [ref for ref in cards if ref.kind == "goal"], depth)
    nodes += measured
    lines += ways
    middle = str(centre) if centre else ""
    columns = []
    for index, (label, kinds) in enumerate(COLUMNS):
        here = [node for node in nodes if node.column == index]
        here.sort(key=lambda node: (node.key != middle, kinds.index(node.kind)))
        total = max(len(here), sum(census.get(kind, 0) for kind in kinds))
        if here:
            kept = tuple(here[:PER_COLUMN])
            columns.append(Column(label, kept, total - len(kept)))
    shown = {node.key for column in columns for node in column.nodes}
    kept_lines = tuple(line for line in lines if line.source in shown and line.target in shown)
    ordered = _untangled(columns, kept_lines)
    return Network(tuple(ordered), kept_lines, next((node for node in nodes if node.key == middle), None))


def _procedures(actor: Actor, refs: Sequence[Ref], depth: int) -> tuple[list[Node], list[Line]]:
    """Return the procedures by which goals are measured, and how many cases each has had: counted, never listed."""
    keys = goals.procedures_of([ref.id for ref in refs])
    if not keys:
        return [], []
    in_force = registry.in_force()
    counted = figures.total_by_procedure()
    # The list of cases shows each reader only the cases he or she may see.
    href = "/arbeit/vorgaenge/" if allowed(actor, "applications.case.view") else ""
    nodes: dict[str, Node] = {}
    lines = []
    for goal_id, key in keys.items():
        procedure = in_force.get(key)
        if procedure is None:
            continue
        ref = Ref("procedure", procedure.id)
        cases = f"cases:{key}"
        total = counted.get(key, 0)
        nodes[str(ref)] = Node(
            str(ref), "procedure", "Verfahren", procedure.title, f"Version {procedure.version}", "", ""
        )
        nodes[cases] = Node(
            cases,
            "cases",
            "Vorgänge",
            plural(total, "Vorgang", "Vorgänge"),
            "im Augenblick gezählt",
            href,
            "",
        )
        lines.append(Line(str(Ref("goal", goal_id)), VERBS["measured"], str(ref)))
        lines.append(Line(str(ref), VERBS["runs"], cases))
    return list(nodes.values()), list(dict.fromkeys(lines))


def _untangled(columns: Sequence[Column], lines: Sequence[Line]) -> list[Column]:
    """Return the columns with each node near those of the column before that it is tied to (barycentre heuristic)."""
    near: dict[str, list[str]] = {}
    for line in lines:
        near.setdefault(line.source, []).append(line.target)
        near.setdefault(line.target, []).append(line.source)
    place: dict[str, float] = {}
    ordered = []
    for column in columns:
        size = len(column.nodes)

        weights = []
        for index, node in enumerate(column.nodes):
            tied = [place[other] for other in near.get(node.key, ()) if other in place]
            weights.append((sum(tied) / len(tied) if tied else (index + 0.5) / size, index))
        nodes = tuple(column.nodes[index] for _, index in sorted(weights))
        place |= {node.key: (index + 0.5) / size for index, node in enumerate(nodes)}
        ordered.append(Column(column.label, nodes, column.more))
    return ordered


def find(actor: Actor, text: str) -> list[Node]:
    """Return things of the picture whose title holds all the words, at most `FOUND`; two queries per kind."""
    words = text.casefold().split()
    if not words:
        return []
    found: list[Node] = []
    labels = {name: kind.label for name, kind in _known().items()}
    for name, kind in _known().items():
        if kind.every is None:
            continue
        cards = kind.resolve(list(islice(kind.every(actor), SEARCHED)), actor)
        found += [
            _node(Ref(name, key), card, labels, DEPTH)
            for key, card in cards.items()
            if all(word in card.title.casefold() for word in words)
        ]
    found.sort(key=lambda node: (node.column, node.title))
    return found[:FOUND]


def sentence(shown: Network) -> str:
    """Return what the picture shows in one sentence."""
    if shown.centre is None:
        return "Von der Vision bis zum Vorgang: was wozu beiträgt."
    nodes, middle = shown.nodes, shown.centre
    tied = [line for line in shown.lines if middle.key in (line.source, line.target)]
    others = [nodes[line.target if line.source == middle.key else line.source] for line in tied]
    up = sum(other.column < middle.column for other in others)
    down = sum(other.column > middle.column for other in others)
    return f"{middle.title}: {plural(up, 'Verbindung', 'Verbindungen')} nach oben, {number(down)} nach unten."
