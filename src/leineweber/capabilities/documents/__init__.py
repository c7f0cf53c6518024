"""Typeset documents: templates and data in, PDF for every reader and for the archive out.

A template is Typst source from a procedure package; the shared modules `lw/letter.typ`, `lw/receipt.typ` and
`lw/fields.typ` give it the letter of the house. The result is PDF/UA-1 (ISO 14289-1, BITV 2.0) and PDF/A-2a
(ISO 19005-2, for records) at the same time, tagged, in German, with the fonts of this room and no others, so
that it is the same on every machine. `merge` puts letters into one print batch.
"""

from leineweber.capabilities.documents.notes import note
from leineweber.capabilities.documents.printing import PrintError, merge
from leineweber.capabilities.documents.typesetting import Finding, TypesetError, check, typeset

__all__ = ["Finding", "PrintError", "TypesetError", "check", "merge", "note", "typeset"]
