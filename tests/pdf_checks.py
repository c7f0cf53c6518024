"""Is a PDF what it claims to be? Checks of PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2) for tests.

Two judges. `page-validation` is an independent validator (not by the makers of Typst) that passes the veraPDF
corpus. The checks below, written from the standards with pikepdf, look at what matters most and do not trust
the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import page
import pikepdf

STREAM = re.compile(rb"/Length (\d+)[^>]*>>\s*stream\r?\n")
STREAM_LENGTH = "PDFA2A-STREAM-LENGTH-001"


def faults(pdf: bytes) -> list[str]:
    """Return everything wrong with a PDF that claims to be PDF/UA-1 and PDF/A-2a; the aim is none."""
    return [*validator_faults(pdf), *structure_faults(pdf)]


def validator_faults(pdf: bytes) -> list[str]:
    """Return what the independent validator finds for both standards.

    Its rule on stream lengths takes a carriage return at the end of binary data for a line end (0.11.0), so
    that rule is left to `stream_length_faults`, which reads the bytes by the declared length (ISO 32000-1,
    7.3.8).
    """
    found: list[str] = []
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        found += [f"{f.rule_id}: {f.message}" for f in report.failures if f.rule_id != STREAM_LENGTH]
    return found + stream_length_faults(pdf)


def stream_length_faults(pdf: bytes) -> list[str]:
    """Return streams whose data does not end, by the declared length, before a line end and `endstream`."""
    return [
        f"stream at byte {match.start()}: wrong /Length"
        for match in STREAM.finditer(pdf)
        if not re.match(
            rb"\r?\n?endstream", pdf[match.end() + int(match[1]) : match.end() + int(match[1]) + 12]
        )
    ]


def structure_faults(pdf: bytes) -> list[str]:
    """Return breaches of the central demands of both standards, found by reading the objects."""
    with pikepdf.open(BytesIO(pdf)) as document:
        root = document.Root
        checks = {
            "encrypted": not document.is_encrypted,
            "MarkInfo/Marked is not true": bool(root.get("/MarkInfo", {}).get("/Marked", False)),
            "no structure tree": "/StructTreeRoot" in root,
            "language is not German": str(root.get("/Lang", "")).startswith("de"),
            "title is not shown": bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)),
            "no output intent of PDF/A": any(
                i.get("/S") == "/GTS_PDFA1" for i in root.get("/OutputIntents", [])
            ),
            "has scripts or actions": "/OpenAction" not in root
            and "/JavaScript" not in root.get("/Names", {}),
        }
        found = [text for text, good in checks.items() if not good]
        with document.open_metadata() as xmp:
            for key, wanted in (("pdfuaid:part", "1"), ("pdfaid:part", "2"), ("pdfaid:conformance", "A")):
                if xmp.get(key) != wanted:
                    found.append(f"XMP {key} is {xmp.get(key)!r}, not {wanted}")
            if not xmp.get("dc:title"):
                found.append("no title in the XMP metadata")
            if not xmp.get("dc:creator"):
                found.append("no author in the XMP metadata")
        found += [f"font not embedded: {name}" for name, embedded in fonts(document) if not embedded]
        found += [
            f"page {n}: tab order is not the structure's"
            for n, p in enumerate(document.pages, 1)
            if _bad_tabs(p)
        ]
    return found


def _bad_tabs(sheet: pikepdf.Page) -> bool:
    """Return whether a page with annotations does not follow the structure in its tab order."""
    return "/Annots" in sheet.obj and sheet.obj.get("/Tabs") != "/S"


def fonts(document: pikepdf.Pdf) -> Iterator[tuple[str, bool]]:
    """Yield name and whether the program is embedded, for every font descriptor of the file."""
    for thing in document.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
            yield str(thing.FontName), any(key in thing for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def tags(pdf: bytes) -> list[str]:
    """Return the structure types of a tagged PDF in reading order, e.g. ["/Document", "/H1", "/P", …]."""

    def walk(node: pikepdf.Object) -> Iterator[str]:
        if isinstance(node, pikepdf.Array):
            for child in node:
                yield from walk(child)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield str(node.S)
            if "/K" in node:
                yield from walk(node.K)

    with pikepdf.open(BytesIO(pdf)) as document:
        return list(walk(document.Root.StructTreeRoot.K))
