"""Notes for the file: short texts of applicants and staff, kept as documents like every letter."""

from __future__ import annotations

from datetime import datetime

from leineweber.capabilities.documents.typesetting import typeset

_TEMPLATE = '#import "lw/note.typ": *\n#show: note\n'


def note(
    *, title: str, reference: str, at: datetime, author: str, text: str, file_reference: str = ""
) -> bytes:
    """Return a note as PDF/UA-1 and PDF/A-2a; `at` is shown as the wall clock of its own zone.

    Raises:
        TypesetError: the text cannot be set.
    """
    return typeset(
        _TEMPLATE,
        {
            "title": title,
            "reference": reference,
            "file_reference": file_reference,
            "at": at.strftime("%Y-%m-%dT%H:%M"),
            "author": author,
            "text": text,
        },
    )
