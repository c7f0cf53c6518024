"""Put letters into one file for the printer."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO


class PrintError(Exception):
    """A print batch cannot be made; `position` is the letter (from 0) that is no readable PDF, or -1."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position


def merge(pdfs: Sequence[bytes]) -> bytes:
    """Return all pages of the letters, in order, as one PDF for printing.

    Kept: every page as it is with its fonts. Not kept: tags, outline, title and the claims to PDF/UA and
    PDF/A; the batch is a passing file for the printer, and the accessible, archivable original of each letter
    stays in its record.

    Raises:
        PrintError: the list is empty, or a letter is no readable PDF.
    """
    import pikepdf  # slow to load, and wanted when letters are printed

    if not pdfs:
        raise PrintError(-1, "Der Druckstapel ist leer.")
    with pikepdf.new() as batch:
        for position, content in enumerate(pdfs):
            try:
                with pikepdf.open(BytesIO(content)) as letter:
                    batch.pages.extend(letter.pages)
            except pikepdf.PdfError as error:
                raise PrintError(position, f"Schreiben {position + 1} ist kein lesbares PDF.") from error
        target = BytesIO()
        batch.save(target, deterministic_id=True)
    return target.getvalue()
