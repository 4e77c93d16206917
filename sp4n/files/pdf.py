"""Cleaning of one PDF, run as a process of its own: `python -m sp4n.files.pdf PAGES < in > out`.

A hostile PDF can make its reader eat memory and time, or crash it. Here that ends a child which
knows no setting and holds no connection. Exit code 3 is a refusal, its reason on stderr.

Catalogue and pages keep what is listed here, so whatever acts (JavaScript, OpenAction, AA, Launch,
forms, XFA, embedded files) is gone because nothing leads to it; what a form showed is drawn first.
"""

from __future__ import annotations

import resource
import sys
import zlib
from io import BytesIO

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream

from sp4n.files import REFUSED
from sp4n.files.jpeg import without_metadata

MEMORY = 512 * 1024 * 1024
STREAM_MEMORY = 64 * 1024 * 1024
SECONDS = 15

CATALOGUE_KEYS = frozenset({"/Type", "/Pages", "/OCProperties", "/Lang"})
PAGE_KEYS = frozenset(
    {
        *("/Type", "/Parent", "/Contents", "/Resources", "/Rotate", "/UserUnit", "/Group"),
        *("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"),
    }
)
PAGE_TREE_KEYS = frozenset(
    {"/Type", "/Parent", "/Kids", "/Count", "/Resources", "/Rotate", "/MediaBox", "/CropBox"}
)
# Of a stream: data in another file, and who made it, when and with what.
STREAM_KEYS_DROPPED = (
    *("/F", "/FFilter", "/FDecodeParms", "/AF", "/Ref", "/OPI"),
    *("/Metadata", "/PieceInfo", "/LastModified", "/Alternates"),
)


class PdfRefused(Exception):
    """Its text is a reason that `refusals` has words for."""


def cleaned(content: bytes, *, pages: int) -> bytes:
    """The same pages and nothing else; raises `PdfRefused`."""
    # One that breaks off would be repaired with fewer pages, and nobody would notice.
    if b"%%EOF" not in content.rstrip(b"\0\t\r\n ")[-1024:]:
        raise PdfRefused("damaged")
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            _refuse(pdf, pages)
            _draw_forms(pdf)
            _keep_only_pages(pdf)
            _clean_streams(pdf)
            return _saved(pdf)
    except pikepdf.PasswordError:
        raise PdfRefused("encrypted") from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError):
        raise PdfRefused("damaged") from None


def _refuse(pdf: Pdf, pages: int) -> None:
    if pdf.is_encrypted:
        raise PdfRefused("encrypted")
    if "/Collection" in pdf.Root:
        raise PdfRefused("portfolio")
    if pdf.Root.get("/NeedsRendering", False):
        raise PdfRefused("live_form")
    count = len(pdf.pages)
    if not count:
        raise PdfRefused("damaged")
    if count > pages:
        raise PdfRefused("too_many_pages")


def _draw_forms(pdf: Pdf) -> None:
    """What was filled in or stamped becomes part of the page, before the form goes."""
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, Dictionary) and form.get("/NeedAppearances", False):
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("screen")


def _keep_only_pages(pdf: Pdf) -> None:
    _keep(pdf.Root, CATALOGUE_KEYS)
    for page in pdf.pages:
        _keep(page.obj, PAGE_KEYS)
        node = page.obj.get("/Parent")
        for _ in range(50):
            if not isinstance(node, Dictionary):
                break
            _keep(node, PAGE_TREE_KEYS)
            node = node.get("/Parent")
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]


def _keep(holder: pikepdf.Object, keys: frozenset[str]) -> None:
    for key in set(holder.keys()) - keys:
        del holder[key]


def _clean_streams(pdf: Pdf) -> None:
    for item in pdf.objects:
        if isinstance(item, Stream):
            for key in STREAM_KEYS_DROPPED:
                if key in item:
                    del item[key]
            _clean_photo(item)
        elif isinstance(item, Dictionary) and item.get("/Type") == Name.OCG and "/Usage" in item:
            del item["/Usage"]


def _clean_photo(item: Stream) -> None:
    """Scanning apps put a camera's photo in whole: with EXIF and the place it was taken."""
    filters = _listed(item.get("/Filter"))
    if filters == [Name.DCTDecode]:
        photo = item.read_raw_bytes()
    elif filters == [Name.FlateDecode, Name.DCTDecode]:
        photo = zlib.decompressobj().decompress(item.read_raw_bytes(), STREAM_MEMORY)
    else:
        return
    parameters = _listed(item.get("/DecodeParms"))[-1:]
    kept = parameters[0] if parameters and isinstance(parameters[0], Dictionary) else None
    item.write(without_metadata(photo), filter=Name.DCTDecode, decode_parms=kept)


def _listed(value: pikepdf.Object | None) -> list[pikepdf.Object]:
    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]


def _saved(pdf: Pdf) -> bytes:
    out = BytesIO()
    # A deterministic id: the same file sent twice is the same content, and tells no time.
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _limit_this_process() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=STREAM_MEMORY,
        run_length_max_memory=STREAM_MEMORY,
        png_max_memory=STREAM_MEMORY,
        tiff_max_memory=STREAM_MEMORY,
        dct_max_memory=STREAM_MEMORY,
        max_stream_filters=4,
        parser_max_container_size=1_000_000,
        doc_max_warnings=200,
    )


def main() -> int:
    _limit_this_process()
    try:
        result = cleaned(sys.stdin.buffer.read(), pages=int(sys.argv[1]))
    except PdfRefused as refusal:
        sys.stderr.write(str(refusal))
        return REFUSED
    sys.stdout.buffer.write(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
