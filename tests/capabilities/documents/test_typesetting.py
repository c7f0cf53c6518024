"""Typesetting: literal text, standards, errors with their line, the same bytes everywhere, threads."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
import time_machine
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import pdf_checks
from leineweber.capabilities import documents
from leineweber.capabilities.documents import rules, typesetting

PLAIN = """#import "lw/base.typ": *
#set document(title: "Probe", author: "Stadt")
#show: styled
= Probe
#par(data.text)
"""
MOMENT = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
INJECTIONS = [
    '#eval("1+1") #import "x" *fett* _schräg_ = Titel',
    '"}) #panic("x") //',
    '\\" } $x^2$ `code` <label> @ref [inhalt] #sys.inputs',
    "- Liste\n+ Nummer\n/ Begriff: x\n== Titel\n---\n...\n~\n\\",
    'https://beispiel.example/?a="b"&c=#d \\u{41} #"',
    "{{ 7*7 }} ${7*7} <script>alert(1)</script>",
    "''\"\" -- --- ... -? fi ffl",
]


def text_of(pdf: bytes) -> str:
    """Return the text of all pages as a reader without sight gets it from the file."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(sheet.get_textpage().get_text_bounded() for sheet in document)
    finally:
        document.close()


def squeezed(text: str) -> str:
    """Return text without white space and invisible breaks, which line breaking changes."""
    return "".join(
        character for character in text if not character.isspace() and character not in "\u200b\ufeff\ufffe"
    )


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_a_person_writes_stays_text(text: str) -> None:
    assert squeezed(text) in squeezed(text_of(documents.typeset(PLAIN, {"text": text})))


latin = st.text(
    alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x17E, exclude_categories=("Cc", "Cf")),
    max_size=200,
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(latin)
@example("#" * 300)
@example("\\" * 50 + '"' * 50)
def test_any_latin_text_appears_literally(text: str) -> None:
    assert squeezed(rules.displayable(text, typesetting._families())) in squeezed(
        text_of(documents.typeset(PLAIN, {"text": text}))
    )


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=120))
@example("\u0600\u0601\u06dd١٢٣")
@example("ﷺ \u0e01\u0e31 क्ष \U000e0041")
@example("\ud83d \udfff \x00 \ufffe \uffff")
@example("שָׁלוֹם abc مرحبا 123")
def test_any_unicode_text_gives_a_valid_document(text: str) -> None:
    pdf = documents.typeset(PLAIN, {"text": text})
    assert pdf_checks.faults(pdf) == []


def test_every_character_a_font_claims_can_be_set() -> None:
    for family in typesetting._families():
        points = [
            p for start, end in zip(family.starts, family.ends, strict=True) for p in range(start, end + 1)
        ]
        for begin in range(0, len(points), 400):
            documents.typeset(PLAIN, {"text": " ".join(map(chr, points[begin : begin + 400]))})


def test_a_long_word_does_not_run_off_the_page() -> None:
    pdf = documents.typeset(PLAIN, {"text": "W" * 400})
    page = pypdfium2.PdfDocument(pdf)[0]
    textpage = page.get_textpage()
    right_edges = [textpage.get_charbox(index)[2] for index in range(textpage.count_chars())]
    assert max(right_edges) <= page.get_width() - 20


@pytest.mark.parametrize("frame", ["par", "table", "block"])
def test_a_long_word_is_copied_as_it_was_written(frame: str) -> None:
    word = (
        "https://www.stadt.example/vorgang/IjAxYTIxMjE1LWQ0ODEtNzAwMC04Nzk3LTFhMzgzMjZkNTg0YSI/" + "ä" * 200
    )
    source = PLAIN.replace("par(data.text)", f"{frame}(data.text)")
    copied = text_of(documents.typeset(source, {"text": f"{word} und {word}"}))
    assert "".join(copied.split()).removeprefix("Probe") == f"{word}und{word}"


def test_standards_language_title_and_author() -> None:
    pdf = documents.typeset(PLAIN, {"text": "Guten Tag"})
    assert pdf_checks.faults(pdf) == []
    with pikepdf.open(BytesIO(pdf)) as document, document.open_metadata() as xmp:
        assert str(document.Root.Lang) == "de-DE"
        assert xmp["dc:title"] == "Probe"
        assert xmp["dc:creator"] == ["Stadt"]
        assert {name.split("+")[1] for name, _ in pdf_checks.fonts(document)} <= {
            "FiraSans-Regular",
            "FiraSans-Bold",
        }


def test_the_checks_find_a_document_that_only_claims_to_be_valid() -> None:
    pdf = documents.typeset(PLAIN, {"text": "x"})
    with pikepdf.open(BytesIO(pdf)) as document:
        del document.Root["/MarkInfo"]
        del document.Root["/OutputIntents"]
        broken = BytesIO()
        document.save(broken)
    found = pdf_checks.structure_faults(broken.getvalue())
    assert "MarkInfo/Marked is not true" in found
    assert "no output intent of PDF/A" in found
    assert pdf_checks.validator_faults(broken.getvalue()) != []


def test_the_same_moment_gives_the_same_bytes() -> None:
    first = documents.typeset(PLAIN, {"text": "gleich"}, at=MOMENT)
    assert documents.typeset(PLAIN, {"text": "gleich"}, at=MOMENT) == first
    with time_machine.travel(MOMENT, tick=False):
        assert documents.typeset(PLAIN, {"text": "gleich"}) == first


def test_fonts_of_the_machine_and_of_typst_are_never_used() -> None:
    source = '#set document(title: "x")\n#set text(lang: "de")\n= Text\n#text(font: "DejaVu Sans Mono")[abc]'
    with pikepdf.open(BytesIO(documents.typeset(source, {}))) as document:
        names = {name.split("+")[1] for name, _ in pdf_checks.fonts(document)}
    assert all(name.startswith(("FiraSans", "NotoSans")) for name in names)
    assert [(finding.line, "dejavu" in finding.message) for finding in documents.check(source, {})] == [
        (4, True)
    ]


def test_a_character_of_the_template_without_a_glyph_is_refused_and_does_not_vanish() -> None:
    with pytest.raises(documents.TypesetError):
        documents.typeset(PLAIN + "王", {"text": "x"})


@pytest.mark.parametrize(
    ("source", "line", "part"),
    [
        ("= Titel\n#let x = (\n", 2, "unclosed"),
        ('#import "lw/base.typ": *\n\n#data.fehlt', 3, "fehlt"),
        ('#import "lw/gibtesnicht.typ": x', 1, "not found"),
        ('\n#import "lw/base.typ": gibtesnicht', 2, "unresolved import"),
        ('\n\n#import "@preview/cetz:0.3.0": *', 3, "Pakete"),
        ('\n#import "\\u{40}preview/cetz:0.3.0": *', 2, "Anführungszeichen"),
        ('#{\n  include "\\u{40}preview/cetz:0.3.0"\n}', 2, "Anführungszeichen"),
        ('#let at = str.from-unicode(64)\n#import at + "preview/cetz:0.3.0"', 2, "Anführungszeichen"),
        ('#let x = context import("\\u{40}preview/cetz:0.3.0")', 1, "Anführungszeichen"),
        ('#eval("im" + "port \\"\\u{40}preview/cetz:0.3.0\\"")', 1, "eval"),
        ('#(dictionary(std).at("ev" + "al"))("1")', 1, "dictionary"),
        ('#read("/etc/passwd")', 1, ""),
        ('#read("../fonts/coverage.json")', 1, ""),
        ("= Ohne Titel des Dokuments", 0, "title"),
        ('#import "lw/letter.typ": *\n#show: letter.with(subject: "x")', 0, "lw/letter.typ:"),
        ("#while true {}", 1, ""),
        ("#let f(x) = f(x)\n#f(1)", 1, "depth"),
    ],
)
def test_a_wrong_template_is_refused_with_its_line(source: str, line: int, part: str) -> None:
    with pytest.raises(documents.TypesetError) as caught:
        documents.typeset(source, {})
    assert part in caught.value.message
    if line:
        assert caught.value.line == line
        assert str(line) in str(caught.value)


def test_a_template_must_be_utf_8() -> None:
    with pytest.raises(documents.TypesetError, match="UTF-8"):
        documents.typeset("= Ü".encode("latin-1"), {})


def test_an_asset_is_a_picture_with_an_alternative_text() -> None:
    source = PLAIN + '#figure(asset("wappen.svg", width: 2cm, alt: "Wappen"), caption: none)'
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    pdf = documents.typeset(source, {"text": "x"}, assets={"wappen.svg": picture})
    assert pdf_checks.faults(pdf) == []
    assert "/Figure" in pdf_checks.tags(pdf)


@pytest.mark.parametrize("name", ["../main.typ", "a/b.svg", "", ".versteckt"])
def test_an_asset_cannot_stand_in_for_another_file(name: str) -> None:
    with pytest.raises(documents.TypesetError, match="Name"):
        documents.typeset(PLAIN, {"text": "x"}, assets={name: b"x"})


def test_words_that_only_look_like_an_import_are_text() -> None:
    source = '#import "lw/base.typ": *\n#set document(title: "x")\n#let x-import = "1"\nPlease include it. Der Import.'
    assert documents.check(source) == []
    assert documents.typeset(source, {}).startswith(b"%PDF-")


def test_check_without_data_finds_syntax_and_imports_only() -> None:
    assert documents.check(PLAIN) == []
    assert documents.check("#let x = (")[0].line == 1
    assert documents.check('\n#import "lw/nichts.typ": x')[0].line == 2
    assert documents.check('#import "@preview/x:1.0.0"')[0].line == 1


def test_check_with_data_finds_missing_keys_too() -> None:
    assert documents.check(PLAIN, {"text": "x"}) == []
    finding = documents.check(PLAIN, {})[0]
    assert finding.line == 5
    assert "text" in finding.message


def test_one_failure_does_not_spoil_the_next_document() -> None:
    with pytest.raises(documents.TypesetError):
        documents.typeset("#let x = (", {})
    assert "danach" in text_of(documents.typeset(PLAIN, {"text": "danach"}))


def test_threads_do_not_mix_their_data() -> None:
    wrong: list[str] = []

    def work(name: str) -> None:
        for number in range(25):
            text = f"{name}{number}ende"
            if text not in text_of_locked(documents.typeset(PLAIN, {"text": text})):
                wrong.append(text)

    lock = threading.Lock()

    def text_of_locked(pdf: bytes) -> str:
        with lock:  # pdfium itself is not made for threads
            return text_of(pdf)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("anna", "berta", "clara", "dora")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
