"""Makes a checked upload harmless and silent: pictures are drawn anew, PDFs rewritten.

What is stored is never the bytes that came: no EXIF, no place, no second file behind the first.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from PIL import Image

from sp4n.files import REFUSED, jpeg, png
from sp4n.files.checking import DEFAULT_LIMITS, Limits, Upload, check_upload
from sp4n.files.kinds import JPEG, PDF, PNG, WEBP, Kind, is_two_things
from sp4n.files.names import safe_name
from sp4n.files.refusals import refused

log = logging.getLogger(__name__)

MILLION = 1_000_000
MOST_CHUNKS = 10_000
MOST_SCANS = 100  # cameras and editors make up to about ten; each costs a walk over every pixel
PDF_SECONDS = 30
ORIENTATION = 0x0112  # the EXIF tag
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# All of the environment that the PDF cleaner gets: what finds Python's own libraries.
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_PACKAGE_HOME = Path(__file__).resolve().parents[2]
_SAVING: dict[str, dict[str, Any]] = {
    JPEG.label: {"quality": 85, "optimize": True},
    PNG.label: {"compress_level": 6},
    WEBP.label: {"quality": 85, "method": 3},
}
# A decoded photo takes up to 160 MB: as many at once as the machine bears, the others wait.
_turns = BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class CleanFile:
    """Fit to be stored and served. Width and height of pictures only, in pixels."""

    file_name: str
    media_type: str
    content: bytes
    width: int | None = None
    height: int | None = None

    @property
    def sha256(self) -> bytes:
        return sha256(self.content).digest()


def clean_upload(upload: Upload, *, limits: Limits = DEFAULT_LIMITS) -> CleanFile:
    """Checked and cleaned; raises `Invalid` with words for the person who sent it."""
    kind = check_upload(upload, limits=limits)
    with _turns:
        return _clean_image(upload, kind, limits) if kind.is_image else _clean_pdf(upload, limits)


def _clean_image(upload: Upload, kind: Kind, limits: Limits) -> CleanFile:
    if _has_absurd_parts(upload.content, kind):
        raise refused("damaged", upload.shown_name)
    image = _opened(upload, kind, limits)
    try:
        with image:
            drawn = _drawn_anew(image, kind, limits.side)
        out = BytesIO()
        drawn.save(out, kind.label, **_SAVING[kind.label])
    except Exception:  # decoders raise whatever comes to hand over broken bytes
        raise refused("damaged", upload.shown_name) from None
    return CleanFile(
        safe_name(upload.file_name, kind), kind.media_type, out.getvalue(), *drawn.size
    )


def _has_absurd_parts(content: bytes, kind: Kind) -> bool:
    """A few bytes each, they would keep a decoder busy for minutes."""
    if kind is PNG:
        return png.has_more_chunks_than(content, MOST_CHUNKS)
    try:
        return kind is JPEG and jpeg.count_scans(content) > MOST_SCANS
    except jpeg.Malformed:
        return True


def _opened(upload: Upload, kind: Kind, limits: Limits) -> Image.Image:
    """Only its header has been read when the pixels are counted."""
    too_many = refused("too_many_pixels", upload.shown_name, limit=limits.pixels // MILLION)
    try:
        image = Image.open(BytesIO(upload.content), formats=(kind.label,))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_many from None
    except Exception:  # as above
        raise refused("damaged", upload.shown_name) from None
    if image.width * image.height > limits.pixels:
        raise too_many
    # A phone's JPEG may carry a second picture (depth, brightness): it is left out, no animation.
    if kind is not JPEG and getattr(image, "is_animated", False):
        raise refused("animated", upload.shown_name)
    return image


def _drawn_anew(image: Image.Image, kind: Kind, side: int) -> Image.Image:
    image.draft(None, (side, side))  # a JPEG is decoded at the size that is needed
    plain = _in_plain_colours(image, transparent=kind is not JPEG)
    plain.thumbnail((side, side), Image.Resampling.LANCZOS)
    turn = _TURNS.get(image.getexif().get(ORIENTATION, 1))
    upright = plain if turn is None else plain.transpose(turn)
    # Pillow hands a picture's profile, comment and EXIF on to its copies and saves them again:
    # only what is pasted on a new sheet is pixels alone.
    sheet = Image.new(upright.mode, upright.size)
    sheet.paste(upright)
    return sheet


def _in_plain_colours(image: Image.Image, *, transparent: bool) -> Image.Image:
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA" if transparent else "RGB")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _clean_pdf(upload: Upload, limits: Limits) -> CleanFile:
    content = _rewritten_pdf(upload, limits)
    if is_two_things(content, PDF):
        raise refused("two_things", upload.shown_name)
    return CleanFile(safe_name(upload.file_name, PDF), PDF.media_type, content)


def _rewritten_pdf(upload: Upload, limits: Limits) -> bytes:
    command = [sys.executable, "-E", "-s", "-m", "sp4n.files.pdf", str(limits.pages)]
    try:
        child = subprocess.run(
            command,
            input=upload.content,
            capture_output=True,
            cwd=_PACKAGE_HOME,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            timeout=PDF_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise refused("too_complex", upload.shown_name) from None
    if child.returncode == REFUSED:
        raise refused(child.stderr.decode(), upload.shown_name, limit=limits.pages)
    if child.returncode:
        log.warning("the PDF cleaner ended with %s: %s", child.returncode, child.stderr[-500:])
        raise refused("too_complex", upload.shown_name)
    return child.stdout
