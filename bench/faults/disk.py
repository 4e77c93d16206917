"""No room for uploads: said clearly, nothing half-stored, and the form goes on afterwards."""

from __future__ import annotations

import hashlib
import io
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil
import sqlalchemy as sa
from PIL import Image

from bench.faults.clients import Reporter, expect_303
from bench.faults.scene import Scene
from bench.faults.verdict import case_rows, none_of
from bench.table import Row

ROOM: Final = 4096  # bytes that a file of the web's may have while the disk is "full"
NAME: Final = "foto-jalan.jpg"


def uploads_disk_full(scene: Scene) -> list[Row]:
    """The kernel refuses the web's writes after a few kB, as a full disk does in the middle."""
    tries, unclear, left, missing = scene.scale.pick(5, 30), list[str](), list[str](), list[str]()
    for number in range(tries):
        reporter, photo = scene.reporter(), picture(number)
        page = begin(reporter)
        with full_disk(scene):
            answer = reporter.browser.post("/lapor/lampiran", page, files=upload(photo))
        if answer.status_code != 422 or NAME not in answer.text:
            unclear.append(f"{answer.status_code}")
        left += half_stored(scene)
        attach(reporter, page, photo)
        if not attachment_is_whole(scene, reporter):
            missing.append(reporter.filing.title)
    return [
        Row.of("uploads onto a full disk", tries, ""),
        none_of("of these, no clear message", unclear),
        none_of("files left half-stored", left),
        none_of("reports without their file after another try", missing),
        *case_rows(scene),
    ]


def begin(reporter: Reporter) -> dict[str, str]:
    reporter.begin("jenis", "isi", "tempat")
    return reporter.hidden


def attach(reporter: Reporter, page: dict[str, str], photo: bytes) -> None:
    """And file the report."""
    expect_303(reporter.browser.post("/lapor/lampiran", page, files=upload(photo)))
    reporter.answer("identitas")
    reporter.send()
    reporter.read_confirmation()


def picture(number: int) -> bytes:
    """Noise, which does not compress: larger than the room there is, and never the same twice."""
    image = Image.effect_noise((320, 240), 80 + number).convert("RGB")
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=90)
    return kept.getvalue()


def upload(photo: bytes) -> dict[str, tuple[str, bytes, str]]:
    return {"attachments": (NAME, photo, "image/jpeg")}


@contextmanager
def full_disk(scene: Scene) -> Iterator[None]:
    processes = scene.house.web_processes()
    for process in processes:
        limit(process, ROOM)
    try:
        yield
    finally:
        for process in processes:
            limit(process, resource.RLIM_INFINITY)


def limit(process: psutil.Process, most: int) -> None:
    """The soft limit only: the hard one could not be raised again."""
    _soft, hard = process.rlimit(psutil.RLIMIT_FSIZE)
    process.rlimit(psutil.RLIMIT_FSIZE, (most if most != resource.RLIM_INFINITY else hard, hard))


def half_stored(scene: Scene) -> list[str]:
    """Files that no row names, and beginnings of files."""
    with scene.engine.connect() as connection:
        named = set(connection.scalars(sa.text("SELECT storage_key FROM attachment")))
    return [key for key, _path in stored(scene) if key not in named]


def stored(scene: Scene) -> list[tuple[str, Path]]:
    root = scene.servers.data_dir / "files"
    return [(path.relative_to(root).as_posix(), path) for path in root.rglob("*") if path.is_file()]


def attachment_is_whole(scene: Scene, reporter: Reporter) -> bool:
    """The row names a file whose content has the hash that the row says."""
    about = sa.text("""
        SELECT a.storage_key, a.sha256 FROM attachment a
        JOIN case_record c ON (c.agency_id, c.id) = (a.agency_id, a.case_id)
        WHERE c.reference = :reference""")
    with scene.engine.connect() as connection:
        rows = connection.execute(about, {"reference": reporter.filing.reference}).all()
    files = dict(stored(scene))
    return len(rows) == 1 and all(
        key in files and hashlib.sha256(files[key].read_bytes()).digest() == bytes(digest)
        for key, digest in rows
    )
