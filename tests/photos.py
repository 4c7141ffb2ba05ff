"""Photos and PDF files as people send them, made for the tests."""

import io
import struct
import zlib

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F
PLACE = b"CLAIRVAL-48.4327"


def photo(width: int = 60, height: int = 40, *, of: str = "white", form: str = "JPEG") -> bytes:
    """Return a photo taken upright, that says where, with what and in which comment; `of` is its colour."""
    picture = Image.new("RGB", (width, height), of)
    ImageDraw.Draw(picture).rectangle((0, 0, width // 2, height // 2), "black")  # the corner that tells its way up
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = 6, "Appareil de Carole"
    exif.get_ifd(GPS).update({1: "N", 2: (48.0, 25.0, 57.0), 3: "E", 4: (0.0, 5.0, 34.0), 29: PLACE.decode()})
    made = io.BytesIO()
    if form == "PNG":
        text = PngInfo()
        text.add_text("Comment", PLACE.decode())
        picture.save(made, form, exif=exif, pnginfo=text)
    elif form == "JPEG":
        picture.save(made, form, exif=exif, comment=PLACE)
    else:
        picture.save(made, form, exif=exif)
    return made.getvalue()


def bomb() -> bytes:
    """Return a PNG of a few hundred bytes that says it is 60,000 points wide and as high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def pdf(text: str = "Contrat de travail", *, author: str = "", password: str = "") -> bytes:
    """Return a PDF of one page, with a text layer, its author in Info and in XMP when there is one."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    font = DictionaryObject(
        {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
         NameObject("/BaseFont"): NameObject("/Helvetica")}
    )  # fmt: skip
    fonts = DictionaryObject({NameObject("/F1"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    shown = DecodedStreamObject()
    shown.set_data(f"BT /F1 12 Tf 40 800 Td ({text}) Tj ET".encode("latin-1"))
    page[NameObject("/Contents")] = writer._add_object(shown)
    if author:
        writer.add_metadata({"/Author": author})
        xmp = DecodedStreamObject()
        xmp.set_data(f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{author}</x:xmpmeta>".encode())
        writer.root_object[NameObject("/Metadata")] = writer._add_object(xmp)
    if password:
        writer.encrypt(password)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()
