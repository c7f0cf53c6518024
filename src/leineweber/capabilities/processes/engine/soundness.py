"""Soundness: play every course of tokens through a process and find those that get stuck.

A process is a small Petri net: a place for each flow and each waiting element. All reachable markings are played,
conditions taken as free choices, up to a bound; a marking from which nothing can move although tokens remain is a
deadlock, such as a parallel join behind an exclusive split.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from .model import Element, Finding, Model

LIMIT = 5_000
_TOKENS_PER_PLACE = 3

Marking = frozenset[tuple[str, int]]


def stuck(model: Model) -> list[Finding]:
    """Return a finding for each element before which some course of the process stops for ever.

    The search ends quietly at `LIMIT` markings: what it has found holds, a process larger than that is not proven.
    """
    findings: dict[str, Finding] = {}
    for scope in model.scopes():
        for finding in _Net(model, scope).deadlocks():
            findings.setdefault(finding.message, finding)
    return list(findings.values())


class _Net:
    def __init__(self, model: Model, scope: str) -> None:
        self.model = model
        self.scope = scope
        self.members = model.members(scope)

    def deadlocks(self) -> Iterator[Finding]:
        start = next(element for element in self.members if element.kind == "startEvent")
        initial = frozenset((flow.id, 1) for flow in self.model.outgoing[start.id])
        seen, queue = {initial}, deque([initial])
        while queue and len(seen) < LIMIT:
            marking = queue.popleft()
            following = list(self._moves(marking))
            if not following and marking:
                yield from self._blame(marking)
            for other in following:
                if other not in seen and all(count <= _TOKENS_PER_PLACE for _, count in other):
                    seen.add(other)
                    queue.append(other)

    def _blame(self, marking: Marking) -> Iterator[Finding]:
        for place, _ in sorted(marking):
            target = self.model.elements[self.model.flows[place].target]
            yield Finding(
                target.line,
                f"„{target.label}“ kann für immer warten: Nicht auf jedem eingehenden Weg kommt etwas an.",
            )

    def _moves(self, marking: Marking) -> Iterator[Marking]:
        places = dict(marking)
        for element in self.members:
            incoming = [flow.id for flow in self.model.incoming.get(element.id, [])]
            outgoing = [flow.id for flow in self.model.outgoing.get(element.id, [])]
            if element.kind == "parallelGateway":
                if incoming and all(places.get(flow) for flow in incoming):
                    yield _moved(places, incoming, outgoing)
                continue
            for flow in incoming:
                if not places.get(flow):
                    continue
                if element.event == "terminate":
                    yield frozenset()
                elif element.kind == "exclusiveGateway":
                    for choice in outgoing:
                        yield _moved(places, [flow], [choice])
                else:
                    yield _moved(places, [flow], outgoing)
                    yield from self._boundary(element, places, flow, outgoing)

    def _boundary(
        self, element: Element, places: dict[str, int], flow: str, outgoing: list[str]
    ) -> Iterator[Marking]:
        for event in self.model.boundary.get(element.id, []):
            exits = [out.id for out in self.model.outgoing.get(event.id, [])]
            yield _moved(places, [flow], exits if event.interrupting else [*outgoing, *exits])


def _moved(places: dict[str, int], taken: list[str], given: list[str]) -> Marking:
    after = dict(places)
    for place in taken:
        after[place] -= 1
    for place in given:
        after[place] = after.get(place, 0) + 1
    return frozenset((place, count) for place, count in after.items() if count)
