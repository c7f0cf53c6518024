"""Uploads: told by content, refused when active, damaged or a bomb."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from leineweber.kernel.storage import inspect


def pdf(build=lambda document: None, **options) -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    build(document)
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def image(kind: str, size=(20, 10)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def archive(members: dict[str, bytes], method=zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return out.getvalue()


def odt(**more: bytes) -> bytes:
    return archive({"mimetype": inspect.ODT.encode(), "content.xml": b"<x/>", **more})


TYPES = (
    b'<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def docx(**more: bytes) -> bytes:
    return archive({"[Content_Types].xml": TYPES, "word/document.xml": b"<x/>", **more})


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (pdf(), inspect.PDF),
        (pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate), inspect.PDF),
        (image("PNG"), inspect.PNG),
        (image("JPEG"), inspect.JPEG),
        (odt(), inspect.ODT),
        (docx(), inspect.DOCX),
        ("Grüße aus Bielefeld\r\n\tGanz herzlich, 1 < 2".encode(), inspect.TEXT),
        (b"\xef\xbb\xbfMit Marke", inspect.TEXT),
    ],
)
def test_what_an_office_can_read_is_taken(data, kind):
    assert inspect.inspect(data) == kind
    assert inspect.media_type_of(data) == kind


def code_of(data: bytes, **more) -> str:
    with pytest.raises(inspect.Refused) as caught:
        inspect.inspect(data, **more)
    assert caught.value.message == str(caught.value)
    return caught.value.code


def test_empty_and_too_large():
    assert code_of(b"") == "empty"
    assert code_of(b"x" * 101, limit=100) == "size"
    assert inspect.media_type_of(b"") is None


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"\xef\xbb\xbf  <!DOCTYPE html><html></html>",
        b"Hallo <SCRIPT src=x>",
        b"Text davor <iframe>",
        b"MZ\x90\x00",
        b"GIF89a\x01\x00",
        b"\x7fELF",
        b"\xff\xfeT\x00",
        archive({"irgendwas.txt": b"x"}),
        archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
        archive({"[Content_Types].xml": TYPES.replace(b"document.main", b"document.macroEnabled.main")}),
        b"PK\x03\x04kaputt",
    ],
)
def test_other_kinds_are_refused(data):
    assert code_of(data) == "type"


def test_only_what_is_accepted_here():
    assert code_of(image("PNG"), accepted={inspect.PDF}) == "type"


def _script(document):
    document.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
    )


def _attached(document):
    document.attachments["x.exe"] = b"MZ"


@pytest.mark.parametrize("build", [_script, _attached])
@pytest.mark.parametrize("mode", [pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate])
def test_a_pdf_that_acts_is_refused(build, mode):
    assert code_of(pdf(build, object_stream_mode=mode)) == "active"


def test_hidden_spelling_of_a_script():
    assert code_of(b"%PDF-1.7\n<< /S /J#61vaScript >>\n%%EOF") == "active"


def test_broken_and_locked_pdfs():
    assert code_of(b"%PDF-1.7\nabgeschnitten") == "damaged"
    locked = pdf(encryption=pikepdf.Encryption(owner="a", user="b"))
    assert code_of(locked) == "encrypted"


def test_a_pdf_that_unpacks_without_end():
    bomb = zlib.compress(b"\0" * (40 << 20), 9)
    assert code_of(b"%PDF-1.7\n1 0 obj <</Type /ObjStm>> stream\n" + bomb + b"\nendstream\n%%EOF") == "bomb"


def test_a_stream_that_is_not_packed_is_passed_over():
    assert inspect.inspect(b"%PDF-1.7\n<</Type /ObjStm>> stream\nroh\nendstream\n%%EOF") == inspect.PDF


def png_header(width, height, tail=b""):
    header = struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, height, 8, 2, 0, 0, 0) + b"\0" * 4
    return b"\x89PNG\r\n\x1a\n" + header + tail


END = struct.pack(">I4sI", 0, b"IEND", 0)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (png_header(100_000, 100_000, END), "bomb"),
        (png_header(0, 5, END), "damaged"),
        (png_header(5, 5), "damaged"),
        (png_header(5, 5, END + b"angehaengt"), "damaged"),
        (b"\x89PNG\r\n\x1a\n" + END, "damaged"),
        (image("PNG")[:-20], "damaged"),
        (image("JPEG")[:-2] + b"\0" * 2000, "damaged"),
        (b"\xff\xd8\xff\xd9", "damaged"),
        (b"\xff\xd8\xff\xe0\x00\x01\xff\xd9", "damaged"),
        (b"\xff\xd8\xff\xc0\x00\x0b\xff\xd9", "damaged"),
        (b"\xff\xd8\xff\xff\x01\xff\xd0\xff\xc0\x00\x0b\x08\xff\xff\xff\xff\x03\xff\xd9", "bomb"),
        (b"\xff\xd8\xff\xe0\x00\x04ab00\xff\xd9", "damaged"),
    ],
)
def test_damaged_images_and_image_bombs(data, code):
    assert code_of(data) == code


def test_archives_are_bounded():
    assert code_of(odt(**{"bombe.xml": b"\0" * (inspect.UNPACKED_LIMIT + 1)})) == "bomb"
    assert code_of(odt(**{f"f{n}": b"" for n in range(inspect.MEMBER_LIMIT)})) == "bomb"
    assert code_of(odt(**{"../flucht": b"x"})) == "damaged"
    assert code_of(odt(**{"/absolut": b"x"})) == "damaged"


@pytest.mark.parametrize("name", ["Basic/Standard/Modul.xml", "Scripts/python/x.py", "Object 1/content.xml"])
def test_programs_in_a_text_document(name):
    assert code_of(odt(**{name: b"x"})) == "active"


def test_macros_in_a_word_document():
    assert code_of(docx(**{"word/vbaProject.bin": b"x"})) == "active"


def test_a_lie_about_the_unpacked_size():
    """The declared size of a member is set to 1 in directory and header: the archive is damaged, not trusted."""
    data = bytearray(odt(**{"gross.xml": b"\0" * 5_000_000}))
    real = struct.pack("<I", 5_000_000)
    while (place := data.find(real)) >= 0:
        data[place : place + 4] = struct.pack("<I", 1)
    assert code_of(bytes(data)) == "damaged"


def test_a_locked_archive():
    data = bytearray(odt())
    place = data.rfind(b"PK\x01\x02")
    data[place + 8] |= 1
    assert code_of(bytes(data)) in {"encrypted", "damaged"}


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04"]),
)
def test_no_bytes_raise_anything_else(tail, head):
    inspect.media_type_of(head + tail)


@given(st.integers(0, 2000), st.integers(0, 255))
def test_no_changed_byte_of_an_archive_raises_anything_else(place, value):
    data = bytearray(docx())
    data[place % len(data)] = value
    inspect.media_type_of(bytes(data))
