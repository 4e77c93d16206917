"""Several files in one, for who may have all of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Final, cast
from zipfile import ZIP_STORED, ZipFile

from sp4n.files.models import Attachment
from sp4n.files.storage import Storage

IN_MEMORY: Final = 8 * 1024 * 1024


def packed(
    first: tuple[str, bytes], files: Iterable[Attachment], *, storage: Storage
) -> tuple[IO[bytes], int]:
    """`first` beside the files, which are compressed already, under names of their own; and how
    many bytes it is."""
    made = cast(IO[bytes], SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - its reader closes it
    with ZipFile(made, "w", ZIP_STORED) as whole:
        whole.writestr(*first)
        for number, one in enumerate(files, start=1):
            plain = one.file_name.replace("/", "_").replace("\\", "_")
            with (
                storage.open(one.storage_key) as stored,
                whole.open(f"lampiran/{number:02d}-{plain}", "w") as there,
            ):
                shutil.copyfileobj(stored, there)
    size = made.tell()
    made.seek(0)
    return made, size
