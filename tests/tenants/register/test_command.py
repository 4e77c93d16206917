"""`sp4n agencies import FILE.csv`, as an operator runs it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from sp4n.audit.actors import SYSTEM
from sp4n.audit.models import NationalAuditEntry
from sp4n.audit.operations import record_national
from sp4n.db import db
from sp4n.tenants.commands import agencies_group
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency
from sp4n.tenants.register.queries import agencies_matching
from sp4n.tenants.scope import Scope, opened

HEADER = "kind,slug,name,short_name,valid_from,valid_to,successors\n"
Importer = Callable[[str | bytes], Result]


@pytest.fixture
def importer(app: Flask, tmp_path: Path) -> Importer:
    group = agencies_group(NATIONAL, record=partial(record_national, actor=SYSTEM))

    def run(content: str | bytes) -> Result:
        file = tmp_path / "instansi.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return app.test_cli_runner().invoke(group, ["import", str(file)])

    return run


def names(app: Flask, *slugs: str) -> dict[str, str]:
    with app.app_context(), opened(NATIONAL):
        chosen = sa.select(Agency.slug, Agency.name).where(Agency.slug.in_(slugs))
        return {row.slug: row.name for row in db.session.execute(chosen)}


def test_a_good_file_goes_in_and_comes_to_nothing_new_the_second_time(
    app: Flask, importer: Importer
) -> None:
    content = HEADER + "lembaga,imporsatu,Badan Impor Satu,BIS,,,\n"
    first, second = importer(content), importer(content)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "1 baru, 0 berubah, 0 tetap, 0 baris ditolak." in first.output
    assert "0 baru, 0 berubah, 1 tetap, 0 baris ditolak." in second.output
    assert names(app, "imporsatu") == {"imporsatu": "Badan Impor Satu"}


def test_an_imported_agency_is_found_by_anyone(app: Flask, importer: Importer) -> None:
    importer(HEADER + "lembaga,imporenam,Badan Layang-Layang,BLL,,,\n")
    with app.app_context(), opened(Scope("tenant")):
        found = [agencies_matching(db.session(), text) for text in ("layang layang", "layng")]
        assert [[line.slug for line in page.agencies] for page in found] == [["imporenam"]] * 2


def test_bad_lines_are_told_in_order_the_good_ones_go_in_and_the_exit_code_says_so(
    app: Flask, importer: Importer
) -> None:
    result = importer(
        HEADER
        + "lembaga,impordua,Badan Impor Dua,BID,,,tiada\n"
        + "lembaga,importiga,Badan Impor Tiga,BIT,,,\n"
        + "yayasan,imporempat,Yayasan,Y,,,\n"
    )
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert lines[0] == "Baris 2: Instansi “tiada” tidak dikenal."
    assert lines[1].startswith("Baris 4: Jenis “yayasan” tidak dikenal")
    assert "1 baru, 0 berubah, 0 tetap, 2 baris ditolak." in result.stdout
    assert names(app, "impordua", "importiga", "imporempat") == {"importiga": "Badan Impor Tiga"}


def test_an_import_is_one_row_of_the_national_audit(app: Flask, importer: Importer) -> None:
    importer(HEADER + "lembaga,imporlima,Badan Impor Lima,BIL,,,\n")
    with app.app_context(), opened(NATIONAL):
        newest = sa.select(NationalAuditEntry).order_by(NationalAuditEntry.id.desc()).limit(1)
        row = db.session.scalars(newest).one()
        assert (row.actor_kind, row.act) == ("system", "agencies.imported")
        assert row.data == {"added": 1, "changed": 0, "refused": 0}


@pytest.mark.parametrize(
    ("content", "reason"),
    [("", "kosong"), ("slug,name\n", "Kolom “kind” tidak ada"), (b"\xff\xfek", "bukan UTF-8")],
)
def test_a_file_that_cannot_be_read_is_refused_whole(
    importer: Importer, content: str | bytes, reason: str
) -> None:
    result = importer(content)
    assert result.exit_code == 1
    assert reason in result.output


def test_a_file_that_is_not_there_is_told(app: Flask) -> None:
    group = agencies_group(NATIONAL, record=partial(record_national, actor=SYSTEM))
    result = app.test_cli_runner().invoke(group, ["import", "/tiada/berkas.csv"])
    assert result.exit_code == 2
    assert "berkas.csv" in result.output
