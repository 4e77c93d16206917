"""Real files, made on the spot: honest ones and such as somebody made to do harm."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image

from sp4n.files.checking import Upload

PLACE = {1: "S", 2: (8.0, 39.0, 31.25), 3: "E", 4: (115.0, 13.0, 2.5)}
CAMERA = "Kamera Rahasia 3000"
PAGE = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"


def upload(content: bytes, name: str = "foto.jpg", media_type: str = "image/jpeg") -> Upload:
    return Upload(name, media_type, content)


def pdf_upload(content: bytes) -> Upload:
    return Upload("surat.pdf", "application/pdf", content)


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: Any
) -> bytes:
    """Left half red, right half blue (or light and dark)."""
    image = Image.new("RGB", size, (220, 20, 20))
    image.paste((20, 20, 220), (size[0] // 2, 0, size[0], size[1]))
    return saved(image.convert(mode), kind, **options)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int = 1) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = CAMERA
    tags[0x8825] = PLACE
    return tags.tobytes()


def header_of_png(width: int, height: int) -> bytes:
    """A PNG that only claims its size: 70 bytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + png_chunk(b"IEND", b"")
    )


def png_chunk(name: bytes, body: bytes) -> bytes:
    checksum = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", checksum)


def archive() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("virus.sh", "rm -rf /")
    return out.getvalue()


def document(pages: int = 1, text: str = "Yth. Bupati") -> Pdf:
    pdf = pikepdf.new()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(300, 200))
        page.Contents = Stream(pdf, f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode())
        page.Resources = Dictionary(Font=Dictionary(F1=font))
    return pdf


def pdf_bytes(pdf: Pdf, **options: Any) -> bytes:
    out = BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def script(code: str = "app.alert(1)") -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=code)


def attached_file(pdf: Pdf, content: bytes) -> Dictionary:
    stream = Stream(pdf, content)
    stream.Type = Name.EmbeddedFile
    return Dictionary(Type=Name.Filespec, F="virus.exe", EF=Dictionary(F=pdf.make_indirect(stream)))


def named(*pairs: Any) -> Dictionary:
    return Dictionary(Names=Array(pairs))
