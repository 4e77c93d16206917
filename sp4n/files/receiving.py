"""The uploads of one request: the good ones cleaned, and of each bad one what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import FileStorage

from sp4n.errors import Invalid
from sp4n.files.checking import Limits, check_count, read_upload
from sp4n.files.cleaning import CleanFile, clean_upload


@dataclass(frozen=True)
class Received:
    files: list[CleanFile]
    refusals: list[str]


def receive(uploads: Iterable[FileStorage], limits: Limits) -> Received:
    """Takes up to a second for each: not while the request holds a connection."""
    found = Received([], [])
    for place, upload in enumerate(one for one in uploads if one.filename):
        try:
            found.files.append(_clean(upload, place, limits))
        except Invalid as refusal:
            found.refusals.append(refusal.message)
    return found


def _clean(upload: FileStorage, place: int, limits: Limits) -> CleanFile:
    """`place`: its place among those that came together; nobody's hundredth file is looked into."""
    name = upload.filename or ""
    source = read_upload(upload.stream, file_name=name, media_type=upload.mimetype, limits=limits)
    check_count(source.shown_name, already=place, limits=limits)
    return clean_upload(source, limits=limits)
