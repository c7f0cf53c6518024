"""Pure: what an uploaded file is, told by its content and never by its name.

Accepted is what a city office can read and keep: PDF, PNG, JPEG, plain text, ODT, DOCX. Refused is what
could act when opened (SVG, HTML, macros, scripts in a PDF) or what unpacks to far more than it is.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Collection

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
TEXT = "text/plain"
ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXTENSIONS = {PDF: "pdf", PNG: "png", JPEG: "jpg", TEXT: "txt", ODT: "odt", DOCX: "docx"}
ACCEPTED = frozenset(EXTENSIONS)

SIZE_LIMIT = 10 << 20
PIXEL_LIMIT = 50_000_000
UNPACKED_LIMIT = 100 << 20
MEMBER_LIMIT = 2000
_PDF_UNPACKED_LIMIT = 32 << 20


class Refused(ValueError):
    """The file is not taken. The message is German and says what to do; `code` is for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def inspect(data: bytes, *, limit: int = SIZE_LIMIT, accepted: Collection[str] = ACCEPTED) -> str:
    """Return the media type of an upload that may be taken.

    Args:
        data: the whole file.
        limit: the greatest size in bytes.
        accepted: media types that may be taken here.

    Raises:
        Refused: empty, too large, of another type, active, damaged or a bomb.
    """
    if not data:
        raise Refused("empty", "Die Datei ist leer. Wählen Sie eine andere Datei.")
    if len(data) > limit:
        raise Refused("size", f"Die Datei ist zu groß. Erlaubt sind höchstens {limit / (1 << 20):.0f} MB.")
    kind = _recognise(data)
    if kind is None or kind not in accepted:
        names = ", ".join(EXTENSIONS[name].upper() for name in EXTENSIONS if name in accepted)
        raise Refused("type", f"Diese Art von Datei nehmen wir nicht an. Möglich sind: {names}.")
    _CHECKS[kind](data)
    return kind


def media_type_of(data: bytes) -> str | None:
    """Return the media type of data that `inspect` would take whatever its size, else None."""
    try:
        return inspect(data, limit=len(data) or 1)
    except Refused:
        return None


def _recognise(data: bytes) -> str | None:
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"PK\x03\x04"):
        return _office_kind(data)
    return TEXT if _is_text(data) else None


def _damaged() -> Refused:
    return Refused(
        "damaged", "Die Datei ist beschädigt. Speichern Sie sie neu und laden Sie sie noch einmal hoch."
    )


def _active() -> Refused:
    return Refused(
        "active",
        "Die Datei enthält Programme oder Skripte. Speichern Sie sie ohne diese, zum Beispiel als PDF/A.",
    )


def _too_much() -> Refused:
    return Refused(
        "bomb", "Die Datei ist ausgepackt zu groß. Verkleinern Sie das Bild oder teilen Sie die Datei."
    )


_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_MARKUP = re.compile(r"\s*<[!?a-z/]|<(script|svg|html|iframe|object|embed|!doctype)", re.IGNORECASE)


def _is_text(data: bytes) -> bool:
    """Tell whether the data is UTF-8 text that no browser could take for a page."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not _CONTROL.search(text) and not _MARKUP.match(text) and not _MARKUP.search(text, 1)


# Names that let a PDF act (ISO 32000-2, 12.6.4): scripts, launching, embedded files, rich media, forms that send.
_PDF_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)\b")
_PDF_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_PDF_OBJECT_STREAM = re.compile(rb"/ObjStm\b.{0,512}?stream\r?\n", re.DOTALL)


def _check_pdf(data: bytes) -> None:
    if b"%%EOF" not in data[-2048:]:
        raise _damaged()
    if b"/Encrypt" in data:
        raise Refused("encrypted", "Die Datei ist verschlüsselt. Speichern Sie sie ohne Kennwort.")
    _check_pdf_names(data)
    left = _PDF_UNPACKED_LIMIT
    for match in _PDF_OBJECT_STREAM.finditer(data):
        unpacker = zlib.decompressobj()
        try:
            objects = unpacker.decompress(data[match.end() :], left)
        except zlib.error:
            continue
        left -= len(objects)
        if left <= 0:
            raise _too_much()
        _check_pdf_names(objects)


def _check_pdf_names(data: bytes) -> None:
    """Refuse active names, also where letters are written as `#4a`."""
    plain = _PDF_NAME_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data) if b"#" in data else data
    if _PDF_ACTIVE.search(plain):
        raise _active()


def _check_png(data: bytes) -> None:
    """Walk the chunks (W3C PNG): dimensions within bounds, IEND at the end."""
    position = 8
    first = True
    while position + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        if first:
            if kind != b"IHDR" or length != 13 or position + 16 > len(data):
                raise _damaged()
            _check_pixels(*struct.unpack_from(">II", data, position + 8))
            first = False
        position += 12 + length
        if kind == b"IEND":
            if position != len(data):
                raise _damaged()
            return
    raise _damaged()


_NO_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _check_jpeg(data: bytes) -> None:
    """Walk the markers (ITU-T T.81, Annex B) up to the frame header; end-of-image near the end."""
    if b"\xff\xd9" not in data[-1024:]:
        raise _damaged()
    position = 2
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            raise _damaged()
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker in _NO_LENGTH:
            position += 2
            continue
        (length,) = struct.unpack_from(">H", data, position + 2)
        if length < 2:
            raise _damaged()
        if marker in _FRAMES:
            if position + 9 > len(data):
                raise _damaged()
            height, width = struct.unpack_from(">HH", data, position + 5)
            _check_pixels(width, height)
            return
        position += 2 + length
    raise _damaged()


def _check_pixels(width: int, height: int) -> None:
    if width == 0 or height == 0:
        raise _damaged()
    if width * height > PIXEL_LIMIT:
        raise _too_much()


def _office_kind(data: bytes) -> str | None:
    """Tell ODT and DOCX from other archives by the member each format demands."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {info.filename: info for info in archive.infolist()[:MEMBER_LIMIT]}
            if "mimetype" in names:
                return ODT if _begin(archive, names["mimetype"]) == ODT.encode() else None
            types = names.get("[Content_Types].xml")
            if types is not None and DOCX.encode() + b".main+xml" in _begin(archive, types):
                return DOCX
    except _ARCHIVE_FAULTS:
        return None
    return None


_ARCHIVE_FAULTS = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    zlib.error,
    struct.error,
    KeyError,
)


def _begin(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as stream:
        return stream.read(65536)


_PROGRAMS = re.compile(
    r"(^|/)(vbaProject\.bin|vbaData\.xml|activeX|embeddings|Basic|Scripts|Object \d+)(/|$)", re.IGNORECASE
)


def _check_office(data: bytes) -> None:
    """Unpack every member within bounds; the sizes an archive declares are not believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MEMBER_LIMIT or sum(info.file_size for info in members) > UNPACKED_LIMIT:
                raise _too_much()
            for info in members:
                if info.flag_bits & 0x1:
                    raise Refused(
                        "encrypted", "Die Datei ist verschlüsselt. Speichern Sie sie ohne Kennwort."
                    )
                parts = info.filename.replace("\\", "/").split("/")
                if info.filename.startswith(("/", "\\")) or ".." in parts:
                    raise _damaged()
                if _PROGRAMS.search(info.filename):
                    raise _active()
                # Reading ends at the declared size, and the checksum then tells a lie about it.
                with archive.open(info) as stream:
                    while stream.read(1 << 20):
                        continue
    except Refused:
        raise
    except _ARCHIVE_FAULTS as error:
        raise _damaged() from error


def _check_text(data: bytes) -> None:
    """Text was checked whole when it was recognised."""


_CHECKS = {
    PDF: _check_pdf,
    PNG: _check_png,
    JPEG: _check_jpeg,
    TEXT: _check_text,
    ODT: _check_office,
    DOCX: _check_office,
}
