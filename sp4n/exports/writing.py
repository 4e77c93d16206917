"""The file itself: tables as CSV and JSON, attachments, and a manifest with the hash of each.

Everything is read in one transaction that sees one moment, and passes through: neither a table nor
a file is ever in memory as a whole.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from mimetypes import guess_extension
from typing import Any, BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.db import Base
from sp4n.errors import NotFound
from sp4n.exports.contents import (
    COLUMNS_LEFT_OUT,
    LEFT_OUT,
    exported_columns,
    exported_tables,
    wanted_rows,
)
from sp4n.exports.numbers import written
from sp4n.files.kinds import ACCEPTED
from sp4n.files.storage import Storage
from sp4n.web.spreadsheets import csv_text

FORMAT: Final = "sp4n-agency-export"
FORMAT_VERSION: Final = 1
WITH_FILES: Final = ("attachment", "brand_picture", "document")
AT_ONCE: Final = 500  # rows
PIECE: Final = 256 * 1024  # bytes
SUFFIXES: Final = {kind.media_type: kind.suffixes[0] for kind in ACCEPTED}
ABOUT: Final = """SP4N

Ekspor seluruh data instansi / Export of everything that the agency owns

tables/*.csv    satu baris per data, UTF-8, untuk lembar kerja; = + - @ di awal sel, atau setelah
                ; |, ditandai '
                one row each, UTF-8, for spreadsheets; = + - @ that begin a cell, or follow ; |,
                bear a mark '
tables/*.json   isi yang sama, persis / the same, exactly
files/          lampiran laporan / attachments of reports
documents/      dokumen instansi yang ditandatangani / the agency's signed documents
pictures/       logo dan gambar instansi / the agency's logo and pictures
                id laporan, kejadian, lampiran, dan jejak berlaku hanya di ekspor ini, dan tidak
                berurutan, agar tidak menyingkap kapan pelapor anonim menulis; urutkan menurut waktu
                ids of cases, events, attachments and the trail are of this export alone and in no
                order, so as not to tell when anonymous reporters wrote; sort by time instead
manifest.json   sha256 setiap berkas, jumlah baris, versi skema, apa yang tidak disertakan
                the sha256 of each file, counts, schema version, what is left out and why
"""


@dataclass(frozen=True)
class About:
    """What the manifest says of the export as a whole."""

    agency_id: int
    slug: str
    name: str
    schema_version: str
    requested_at: datetime
    requested_by: str
    confidential: bool


@dataclass
class Written:
    """A file of the archive while it is written: what has gone in so far."""

    path: str
    stream: Any
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def write(self, data: bytes) -> None:
        self.stream.write(data)
        self.digest.update(data)
        self.size += len(data)

    @property
    def facts(self) -> dict[str, Any]:
        return {"path": self.path, "size": self.size, "sha256": self.digest.hexdigest()}


@dataclass
class Export:
    """`step` is told how many rows or files are done since, and may raise to stop."""

    session: Session
    storage: Storage
    about: About
    step: Callable[[int], None]
    key: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    faulty: dict[int | str, str] = field(default_factory=dict)
    kept: list[dict[str, Any]] = field(default_factory=list)

    def total(self) -> int:
        """Steps that there will be: each row twice, each file once."""
        rows = sum(self._count(table) for table in exported_tables())
        return 2 * rows + sum(self._count(Base.metadata.tables[name]) for name in WITH_FILES)

    def write(self, out: BinaryIO) -> None:
        with ZipFile(out, "w", ZIP_DEFLATED, allowZip64=True) as archive:
            self.archive = archive
            with self._file("README.txt") as about:
                about.write(ABOUT.encode())
            tables = [self._table(table) for table in exported_tables()]
            for attachment in self._attachments():
                self._attachment(attachment)
                self.step(1)
            for picture in self._of("brand_picture", "name", "variant"):
                self._kept(f"pictures/{picture.name}-{picture.variant}", picture)
                self.step(1)
            for document in self._of("document"):
                if document.storage_key:
                    self._kept(f"documents/{document.id}", document)
                self.step(1)
            self._manifest(tables)

    def _table(self, table: sa.Table) -> dict[str, Any]:
        columns = [column.name for column in exported_columns(table)]
        rows = 0
        with self._file(f"tables/{table.name}.csv") as as_csv:
            lines = ([_cell(value) for value in row] for row in self._rows(table))
            for line in csv_text(columns, lines):
                as_csv.write(line.encode())
        with self._file(f"tables/{table.name}.json") as as_json:
            as_json.write(b"[")
            for row in self._rows(table):
                as_json.write(b",\n" if rows else b"\n")
                values = dict(zip(columns, map(_plain, row), strict=True))
                as_json.write(json.dumps(values, ensure_ascii=False).encode())
                rows += 1
            as_json.write(b"\n]\n")
        files = [as_csv.facts, as_json.facts]
        return {"table": table.name, "rows": rows, "columns": columns, "files": files}

    def _attachment(self, row: sa.Row[Any]) -> None:
        """One that is missing, or not what it was, does not keep the others back: it is named."""
        try:
            source = self.storage.reading(row.storage_key)
        except NotFound:
            self.faulty[row.id] = "missing"
            return
        with source, self._file(_path(row), ZIP_STORED) as file:
            while piece := source.read(PIECE):
                file.write(piece)
        if file.digest.digest() != bytes(row.sha256):
            self.faulty[row.id] = "differs from what was stored"

    def _kept(self, path: str, row: sa.Row[Any]) -> None:
        """What the agency shows of itself, and signs; there are few, so their facts are kept."""
        path = f"{path}{guess_extension(row.media_type) or ''}"
        try:
            source = self.storage.reading(row.storage_key)
        except NotFound:
            self.faulty[path] = "missing"
            return
        with source, self._file(path, ZIP_STORED) as file:
            while piece := source.read(PIECE):
                file.write(piece)
        self.kept.append(file.facts)

    def _manifest(self, tables: list[dict[str, Any]]) -> None:
        about = self.about
        head = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "schema_version": about.schema_version,
            "agency": {"id": about.agency_id, "slug": about.slug, "name": about.name},
            "requested_at": about.requested_at.isoformat(),
            "requested_by": about.requested_by,
            "confidential_cases_included": about.confidential,
            "tables": tables,
            "left_out": {"tables": LEFT_OUT, "columns": COLUMNS_LEFT_OUT},
            "faulty_files": {str(number): why for number, why in self.faulty.items()},
        }
        with self._file("manifest.json") as file:
            file.write(json.dumps(head, ensure_ascii=False, indent=1).encode()[:-2])
            file.write(b',\n "files": [')
            first = True
            for row in self._attachments():
                if self.faulty.get(row.id) == "missing":
                    continue
                facts = {"path": _path(row), "size": row.size, "sha256": row.sha256.hex()}
                file.write(b"\n" if first else b",\n")
                file.write(json.dumps({**facts, "attachment": row.id}).encode())
                first = False
            for facts in self.kept:
                file.write(b"\n" if first else b",\n")
                file.write(json.dumps(facts).encode())
                first = False
            file.write(b"\n ]\n}\n")

    def _rows(self, table: sa.Table) -> Iterator[sa.Row[Any]]:
        for piece in self._pieces(self._wanted(table)):
            yield from piece
            self.step(len(piece))

    def _attachments(self) -> Iterator[sa.Row[Any]]:
        return self._of("attachment", "sha256")

    def _of(self, name: str, *more: str) -> Iterator[sa.Row[Any]]:
        """Rows of a table whose files go along."""
        table = Base.metadata.tables[name]
        names = ("id", "storage_key", "media_type", "size", *more)
        columns = [written(table.c[one], self.key) for one in names]
        for piece in self._pieces(self._wanted(table).with_only_columns(*columns)):
            yield from piece

    def _pieces(self, wanted: sa.Select[Any]) -> Iterator[Any]:
        found = self.session.execute(
            wanted, execution_options={"stream_results": True, "yield_per": AT_ONCE}
        )
        try:
            yield from found.partitions()
        finally:
            found.close()

    def _wanted(self, table: sa.Table) -> sa.Select[Any]:
        about = self.about
        return wanted_rows(
            table, agency_id=about.agency_id, confidential=about.confidential, key=self.key
        )

    def _count(self, table: sa.Table) -> int:
        wanted = self._wanted(table).order_by(None).subquery()
        return self.session.scalar(sa.select(sa.func.count()).select_from(wanted)) or 0

    @contextmanager
    def _file(self, path: str, how: int = ZIP_DEFLATED) -> Iterator[Written]:
        # All of one moment: when a file came may tell who was here.
        info = ZipInfo(path, self.about.requested_at.timetuple()[:6])
        info.compress_type, info.external_attr = how, 0o600 << 16
        with self.archive.open(info, "w", force_zip64=True) as stream:
            yield Written(path, stream)


def _path(row: sa.Row[Any]) -> str:
    return f"files/{row.id}{SUFFIXES.get(row.media_type, '')}"


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return bytes(value).hex() if isinstance(value, (bytes, memoryview)) else value


def _cell(value: Any) -> Any:
    plain = _plain(value)
    if isinstance(plain, bool):
        return "true" if plain else "false"
    nested = isinstance(plain, (dict, list))
    return json.dumps(plain, ensure_ascii=False) if nested else plain
