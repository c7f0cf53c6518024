"""XML read safely: no document type, no entities, no network, bounded in size."""

from __future__ import annotations

from lxml import etree

LIMIT = 20_000_000


class XmlError(ValueError):
    """An XML text was refused. `line` is where; `reason` is German, for the person who handed it in."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"Zeile {line}: {reason}")
        self.line = line
        self.reason = reason


def parse(data: bytes, limit: int = LIMIT) -> etree._Element:
    """Return the root element of an XML document; elements know their `sourceline`.

    Args:
        data: the document as stored.
        limit: the most bytes that are read.

    Raises:
        XmlError: too large, not well-formed, or with a document type declaration (it could carry entities).
    """
    if len(data) > limit:
        raise XmlError(1, f"Die Datei ist größer als {limit} Byte.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise XmlError(error.lineno or 1, f"Die Datei ist kein wohlgeformtes XML ({error.msg}).") from error
    document = root.getroottree().docinfo
    if document.internalDTD is not None or document.externalDTD is not None or document.doctype:
        line = data.count(b"\n", 0, max(0, data.find(b"<!DOCTYPE"))) + 1
        raise XmlError(line, "Eine Dokumenttypdeklaration (DOCTYPE) ist nicht erlaubt.")
    return root
