"""What an upload says it is and what it is must agree, or its sender is told what to do."""

from __future__ import annotations

from io import BytesIO

import pytest

from sp4n.errors import Invalid
from sp4n.files.checking import (
    DEFAULT_LIMITS,
    Limits,
    Upload,
    check_count,
    check_upload,
    read_upload,
)
from tests.files.making import (
    PAGE,
    archive,
    document,
    pdf_bytes,
    pdf_upload,
    picture,
    png_chunk,
    upload,
)

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64)
AVIF = b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif" + bytes(64)


def refusal(given: Upload, limits: Limits | None = None) -> str:
    with pytest.raises(Invalid) as caught:
        check_upload(given, limits=limits or Limits())
    assert list(caught.value.fields) == ["attachments"]
    return caught.value.fields["attachments"]


@pytest.mark.parametrize(
    ("content", "name", "declared", "found"),
    [
        (picture("JPEG"), "foto.jpg", "image/jpeg", "JPEG"),
        (picture("JPEG"), "FOTO.JPEG", "IMAGE/JPEG; charset=binary", "JPEG"),
        (picture("JPEG"), "1000012345", "application/octet-stream", "JPEG"),
        (picture("PNG"), "layar.png", "", "PNG"),
        (picture("WEBP"), "gambar.webp", "image/webp", "WEBP"),
        (pdf_bytes(document()), "surat v1.2.pdf", "application/pdf", "PDF"),
    ],
)
def test_an_honest_file_is_known_by_its_bytes(
    content: bytes, name: str, declared: str, found: str
) -> None:
    assert check_upload(Upload(name, declared, content)).label == found


@pytest.mark.parametrize(
    ("content", "name", "declared", "words"),
    [
        (b"", "foto.jpg", "image/jpeg", "kosong"),
        (bytes(5000), "foto.jpg", "image/jpeg", "rusak atau terpotong"),
        (SVG, "foto.svg", "image/svg+xml", "halaman web atau gambar SVG"),
        (b"\xef\xbb\xbf\n <?xml version='1.0'?>" + SVG, "foto.png", "image/png", "SVG"),
        (PAGE, "foto.jpg", "image/jpeg", "halaman web"),
        (b"MZ\x90\x00" + bytes(100), "foto.jpg", "image/jpeg", "program"),
        (b"\x7fELF\x02" + bytes(100), "surat.pdf", "application/pdf", "program"),
        (b"#!/bin/sh\nrm -rf /", "surat.pdf", "application/pdf", "program"),
        (HEIC, "IMG_0001.HEIC", "image/heic", "HEIC"),
        (AVIF, "foto.avif", "image/avif", "bukan jenis berkas"),
        (b"GIF89a" + bytes(100), "foto.gif", "image/gif", "bukan jenis berkas"),
        (archive(), "foto.jpg", "image/jpeg", "bukan jenis berkas"),
        (b"halo", "catatan.txt", "text/plain", "bukan jenis berkas"),
        (
            picture("PNG"),
            "foto.jpg",
            "image/jpeg",
            "berisi PNG. Ganti akhiran namanya menjadi .png",
        ),
        (pdf_bytes(document()), "foto.jpg", "image/jpeg", "berisi PDF"),
        (picture("JPEG"), "foto.jpg.exe", "image/jpeg", "bukan jenis berkas"),
        (picture("JPEG"), "foto.jpg", "text/html", "dikirim sebagai jenis lain"),
        (picture("JPEG"), "foto.jpg", "image/png", "dikirim sebagai jenis lain"),
    ],
)
def test_what_is_not_what_it_says_is_refused_in_words(
    content: bytes, name: str, declared: str, words: str
) -> None:
    message = refusal(Upload(name, declared, content))

    assert words in message
    assert f"“{name}”" in message


@pytest.mark.parametrize(
    "given",
    [
        upload(picture("JPEG") + PAGE),
        upload(picture("JPEG", comment=PAGE)),
        upload(picture("JPEG") + b"<?php system($_GET[0]); ?>"),
        upload(picture("JPEG") + archive()),
        upload(picture("PNG") + pdf_bytes(document()), "foto.png", "image/png"),
        upload(
            picture("PNG")[:-12] + png_chunk(b"tEXt", b"Title\0" + SVG) + picture("PNG")[-12:],
            "foto.png",
            "image/png",
        ),
        upload(picture("WEBP") + archive(), "foto.webp", "image/webp"),
        pdf_upload(pdf_bytes(document()) + archive()),
    ],
)
def test_a_file_that_is_two_things_at_once_is_refused(given: Upload) -> None:
    assert "memuat berkas lain di dalamnya" in refusal(given)


def test_a_pdf_that_does_not_begin_as_one_is_refused() -> None:
    assert "halaman web" in refusal(pdf_upload(PAGE + pdf_bytes(document())))


def test_the_film_behind_a_phones_moving_photo_is_no_reason_to_refuse_it() -> None:
    film = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 40

    assert check_upload(upload(picture("JPEG") + film)).label == "JPEG"


def test_a_file_over_the_limit_is_refused_and_never_held_whole() -> None:
    source = BytesIO(picture("JPEG") + bytes(3 * 1024 * 1024))
    limits = Limits(size=1024 * 1024)

    given = read_upload(source, file_name="foto.jpg", media_type="image/jpeg", limits=limits)

    assert len(given.content) == limits.size + 1
    assert "lebih besar dari 1 MB" in refusal(given, limits)


def test_a_file_of_just_the_limit_is_taken() -> None:
    content = picture("JPEG")

    assert check_upload(upload(content), limits=Limits(size=len(content))).label == "JPEG"


def test_the_sixth_attachment_is_refused_by_name() -> None:
    check_count("kelima.jpg", already=4)
    with pytest.raises(Invalid, match=r"Paling banyak 5 lampiran. “keenam.jpg”"):
        check_count("keenam.jpg", already=5)


def test_a_message_does_not_repeat_what_deceives_in_a_name() -> None:
    message = refusal(upload(b"", name="../../etc/\u202egpj.exe\x00\r\nSet-Cookie: a.jpg"))

    assert "“gpj.exeSet-Cookie: a.jpg” kosong" in message


def test_browsers_are_told_what_is_accepted() -> None:
    assert DEFAULT_LIMITS.accept == "image/jpeg,image/png,image/webp,application/pdf"
