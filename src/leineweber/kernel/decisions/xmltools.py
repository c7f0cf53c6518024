"""Reading DMN's XML whatever version its namespace names."""

from __future__ import annotations

from lxml import etree


def tag_of(element: etree._Element) -> str:
    """Return the element's name without its namespace; empty for comments."""
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def children(element: etree._Element, tag: str = "") -> list[etree._Element]:
    """Return the children with a name (all elements if none is given)."""
    return [part for part in element if isinstance(part.tag, str) and (not tag or tag_of(part) == tag)]


def child(element: etree._Element, tag: str) -> etree._Element | None:
    """Return the first child with a name."""
    return next(iter(children(element, tag)), None)


def text_in(element: etree._Element) -> str:
    """Return all text in an element."""
    return "".join(str(part) for part in element.itertext())


def content(element: etree._Element, tag: str) -> str:
    """Return the text of the first child with a name; empty if there is none."""
    found = child(element, tag)
    return "" if found is None else text_in(found).strip()


def line(element: etree._Element) -> int:
    """Return the line of an element, from 1."""
    found = element.sourceline
    return found if isinstance(found, int) else 1


def text_line(element: etree._Element) -> int:
    """Return the line, from 1, in which the expression of an element begins; its own if it has none."""
    holder = child(element, "text")
    if holder is None:
        return line(element)
    raw = text_in(holder)
    return line(holder) + raw[: len(raw) - len(raw.lstrip())].count("\n")
