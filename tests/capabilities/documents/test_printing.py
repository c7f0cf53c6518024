"""The print batch keeps every page and says what is no letter."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from leineweber.capabilities import documents

LETTER = """#import "lw/base.typ": *
#set document(title: "Brief")
#show: styled
= Brief
#data.text
#if data.pages > 1 { pagebreak() + [zweite Seite] }
"""


def test_letters_keep_their_order_pages_and_text() -> None:
    letters = [documents.typeset(LETTER, {"text": f"Nummer{n}", "pages": n}) for n in (1, 2)]
    batch = pypdfium2.PdfDocument(documents.merge(letters))
    texts = [sheet.get_textpage().get_text_bounded() for sheet in batch]
    assert len(texts) == 3
    assert "Nummer1" in texts[0]
    assert "Nummer2" in texts[1]
    assert "zweite Seite" in texts[2]


def test_a_batch_makes_no_claim_it_cannot_keep() -> None:
    batch = documents.merge([documents.typeset(LETTER, {"text": "x", "pages": 1})])
    with pikepdf.open(BytesIO(batch)) as document:
        assert "/Metadata" not in document.Root
        assert "/StructTreeRoot" not in document.Root
        assert "/MarkInfo" not in document.Root


def test_a_hundred_letters_do_not_carry_a_hundred_tag_trees() -> None:
    letter = documents.typeset(LETTER, {"text": "x", "pages": 1})
    batch = documents.merge([letter] * 100)
    with pikepdf.open(BytesIO(batch)) as document:
        assert len(document.pages) == 100
        assert not [
            o
            for o in document.objects
            if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/StructElem"
        ]


def test_what_is_no_pdf_is_named_by_its_place() -> None:
    letter = documents.typeset(LETTER, {"text": "x", "pages": 1})
    with pytest.raises(documents.PrintError) as caught:
        documents.merge([letter, b"kein PDF"])
    assert caught.value.position == 1
    with pytest.raises(documents.PrintError, match="leer"):
        documents.merge([])
