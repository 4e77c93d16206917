"""PDFs are rewritten: the pages stay, whatever acts, hides or tells on its author goes."""

from __future__ import annotations

import os
import time
import zlib
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Encryption, Name, Pdf, Stream, String

from sp4n.errors import Invalid
from sp4n.files.checking import Limits
from sp4n.files.cleaning import clean_upload
from tests.files.making import (
    CAMERA,
    PAGE,
    archive,
    attached_file,
    document,
    exif,
    named,
    pdf_bytes,
    pdf_upload,
    picture,
    script,
)

DANGEROUS_KEYS = (
    *("/JS", "/JavaScript", "/OpenAction", "/AA", "/A", "/Launch", "/EF", "/EmbeddedFiles"),
    *("/AF", "/XFA", "/AcroForm", "/Names", "/Annots", "/Metadata", "/PieceInfo", "/Outlines"),
)


def cleaned(pdf: Pdf | bytes, limits: Limits | None = None) -> Pdf:
    return pikepdf.open(BytesIO(cleaned_bytes(pdf, limits)))


def cleaned_bytes(pdf: Pdf | bytes, limits: Limits | None = None) -> bytes:
    content = pdf if isinstance(pdf, bytes) else pdf_bytes(pdf)
    return clean_upload(pdf_upload(content), limits=limits or Limits()).content


def refusal(pdf: Pdf | bytes, limits: Limits | None = None) -> str:
    with pytest.raises(Invalid) as caught:
        cleaned_bytes(pdf, limits)
    return caught.value.fields["attachments"]


def every_key(pdf: Pdf) -> set[str]:
    found: set[str] = set()

    def walk(item: pikepdf.Object) -> None:
        if isinstance(item, Dictionary | Stream):
            found.update(item.keys())
            children = [item[key] for key in item.keys() - {"/Parent"}]
        else:
            children = list(item) if isinstance(item, Array) else []
        for child in children:
            if isinstance(child, pikepdf.Object) and not child.is_indirect:
                walk(child)

    for item in pdf.objects:
        walk(item)
    return found


def text_of(pdf: Pdf) -> bytes:
    return b"\n".join(item.read_bytes() for item in pdf.objects if isinstance(item, Stream))


def armed() -> Pdf:
    """With everything that acts, at every place where it can be hung."""
    pdf = document(2)
    page = pdf.pages[0].obj
    launch = Dictionary(S=Name.Launch, F="virus.exe")
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 50, 50], A=launch, AA=Dictionary(E=script())
    )
    clip = Dictionary(
        Type=Name.Annot,
        Subtype=Name.FileAttachment,
        Rect=[0, 0, 9, 9],
        FS=attached_file(pdf, b"MZ virus"),
    )
    page.Annots = Array([pdf.make_indirect(link), pdf.make_indirect(clip)])
    page.AA = Dictionary(O=script("page opened"))
    page.PieceInfo = Dictionary(Editor=Dictionary(Private=String("draf lama")))
    root = pdf.Root
    root.OpenAction = script("document opened")
    root.AA = Dictionary(WC=launch)
    root.Names = Dictionary(
        JavaScript=named("run", script("named")),
        EmbeddedFiles=named("virus.exe", attached_file(pdf, b"MZ another")),
    )
    root.AF = Array([attached_file(pdf, b"MZ third")])
    root.AcroForm = Dictionary(Fields=Array([]), XFA=Stream(pdf, b"<xdp:xdp>evil</xdp:xdp>"))
    root.Outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines, A=script("outline")))
    root.URI = Dictionary(Base="http://evil.test/")
    return pdf


def test_nothing_that_acts_is_left_and_the_pages_stay() -> None:
    assert set(DANGEROUS_KEYS) - every_key(armed()) <= {"/Metadata", "/Launch"}

    pdf = cleaned(armed())

    assert not set(DANGEROUS_KEYS) & every_key(pdf)
    assert len(pdf.pages) == 2
    assert b"(Yth. Bupati) Tj" in text_of(pdf)
    for trace in (b"MZ ", b"evil", b"app.alert", b"draf lama"):
        assert trace not in text_of(pdf)
        assert trace not in pdf_bytes(pdf, compress_streams=False, qdf=True)


def test_who_wrote_it_when_and_with_what_is_gone() -> None:
    pdf = document()
    pdf.docinfo["/Author"] = "Ni Wayan Sari"
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = ["Ni Wayan Sari"]
    assert b"Wayan" in pdf_bytes(pdf, compress_streams=False)

    clean = cleaned(pdf)

    assert "/Info" not in clean.trailer
    assert "/Metadata" not in clean.Root
    assert b"Wayan" not in pdf_bytes(clean, qdf=True)


def test_the_same_pdf_gives_the_same_content() -> None:
    content = pdf_bytes(document())

    assert cleaned_bytes(content) == cleaned_bytes(content)


def placed(pdf: Pdf, stream: Stream) -> Pdf:
    stream.Type, stream.Subtype = Name.XObject, Name.Image
    stream.Width, stream.Height, stream.BitsPerComponent = 64, 48, 8
    stream.ColorSpace = Name.DeviceRGB
    pdf.pages[0].obj.Resources.XObject = Dictionary(Photo=stream)
    return pdf


@pytest.mark.parametrize("packed", [False, True])
def test_a_photo_inside_loses_its_place_and_not_a_pixel(packed: bool) -> None:
    photo = picture(exif=exif())
    pdf = document()
    if packed:
        stream = Stream(pdf, zlib.compress(photo))
        stream.Filter = Array([Name.FlateDecode, Name.DCTDecode])
        stream.DecodeParms = Array([Dictionary(), Dictionary(ColorTransform=1)])
    else:
        stream = Stream(pdf, photo, Filter=Name.DCTDecode, Metadata=Stream(pdf, b"<x>GPS</x>"))

    clean = cleaned(placed(pdf, stream))

    kept = clean.pages[0].obj.Resources.XObject.Photo
    assert isinstance(kept, Stream)
    assert kept.Filter == Name.DCTDecode
    assert "/Metadata" not in kept
    assert CAMERA.encode() not in kept.read_raw_bytes()
    plain = document()
    original = Stream(plain, photo, Filter=Name.DCTDecode)
    placed(plain, original)
    before, after = (pikepdf.PdfImage(item).as_pil_image().tobytes() for item in (original, kept))
    assert before == after


def test_what_was_filled_into_a_form_is_still_read_on_the_page() -> None:
    pdf = document()
    drawn = Stream(pdf, b"/Tx BMC q BT /F1 9 Tf (Isian warga) Tj ET Q EMC")
    drawn.Type, drawn.Subtype, drawn.BBox = Name.XObject, Name.Form, Array([0, 0, 100, 20])
    widget = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T="nama",
            V="Isian warga",
            Rect=[10, 10, 110, 30],
            F=4,
            AP=Dictionary(N=pdf.make_indirect(drawn)),
            AA=Dictionary(K=script()),
        )
    )
    pdf.pages[0].obj.Annots = Array([widget])
    pdf.Root.AcroForm = Dictionary(Fields=Array([widget]))

    clean = cleaned(pdf)

    assert b"Isian warga" in text_of(clean)
    assert not {"/AcroForm", "/Annots", "/AA"} & every_key(clean)


@pytest.mark.parametrize("password", ["", "rahasia"])
def test_an_encrypted_pdf_is_refused(password: str) -> None:
    locked = pdf_bytes(document(), encryption=Encryption(owner="pemilik", user=password))

    assert "dikunci dengan kata sandi" in refusal(locked)


def test_a_collection_of_files_is_refused_because_its_content_would_vanish() -> None:
    pdf = document()
    pdf.Root.Collection = Dictionary(Type=Name.Collection)

    assert "kumpulan berkas" in refusal(pdf)


def test_a_form_that_a_program_draws_is_refused_because_only_its_shell_would_stay() -> None:
    pdf = document()
    pdf.Root.NeedsRendering = True

    assert "disusun oleh program" in refusal(pdf)


def test_a_pdf_of_too_many_pages_is_refused() -> None:
    assert "lebih dari 3 halaman" in refusal(document(4), Limits(pages=3))
    assert len(cleaned(document(3), Limits(pages=3)).pages) == 3


def test_a_pdf_without_pages_is_refused() -> None:
    assert "rusak" in refusal(pikepdf.new())


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + os.urandom(3000),
        pdf_bytes(document(3))[:400],
        b"%PDF-1.7\n" + PAGE,
    ],
)
def test_a_broken_pdf_is_refused(content: bytes) -> None:
    assert "rusak atau terpotong" in refusal(content)


def test_an_archive_hidden_in_a_stream_does_not_survive() -> None:
    pdf = document()
    pdf.pages[0].obj.Resources.XObject = Dictionary(
        Packed=Stream(pdf, archive(), Subtype=Name.Image, Filter=Name.JPXDecode)
    )
    content = pdf_bytes(pdf)

    assert "memuat berkas lain" in refusal(content)


def objects_bomb(filling: bytes) -> bytes:
    """A PDF whose page tree sits in an object stream that unfolds to `filling`."""
    head = b"1 0 2 30 "
    body = head + b"<</Type/Catalog/Pages 2 0 R>> " + filling
    packed = zlib.compress(body, 9)
    stream = b"3 0 obj<</Type/ObjStm/N 2/First %d/Filter/FlateDecode/Length %d>>stream\n" % (
        len(head),
        len(packed),
    )
    first = b"%PDF-1.5\n" + stream + packed + b"\nendstream endobj\n"
    rows = b"\x02\x00\x00\x00\x03\x00\x02\x00\x00\x00\x03\x01"
    rows += b"\x01\x00\x00\x00\x09\x00" + b"\x01" + len(first).to_bytes(4, "big") + b"\x00"
    xref = b"4 0 obj<</Type/XRef/Size 5/Index[1 4]/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(
        rows
    )
    return first + xref + rows + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % len(first)


def test_a_pdf_that_unfolds_to_more_than_it_may_is_refused() -> None:
    bomb = objects_bomb(b"[" + b"0 " * 40_000_000 + b"]")
    assert len(bomb) < 1_000_000

    assert "rusak" in refusal(bomb)


def test_a_pdf_that_fills_the_memory_ends_there_and_is_refused() -> None:
    many = b"[" + b"0 " * 900_000 + b"]"
    bomb = objects_bomb(b"[" + many * 12 + b"]")
    started = time.monotonic()

    message = refusal(bomb)

    assert "rusak" in message or "terlalu rumit" in message
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("end", ["exit 1", "kill -9 $$", "kill -SEGV $$"])
def test_a_cleaner_that_dies_takes_only_its_file_along(
    end: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEY", "rahasia")
    witness, python = tmp_path / "environment", tmp_path / "python"
    python.write_text(f"#!/bin/sh\nenv > {witness}\n{end}\n")
    python.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(python))

    assert "terlalu rumit" in refusal(document())
    assert "PATH=" in witness.read_text()
    assert "rahasia" not in witness.read_text()
