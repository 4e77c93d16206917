"""`sp4n agencies …`: the register of agencies from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from sp4n import clock
from sp4n.db import db
from sp4n.errors import Invalid
from sp4n.tenants.edge import edge
from sp4n.tenants.register.csv_file import BadLine, Reading, read_agencies
from sp4n.tenants.register.operations import ImportReport, Record, import_agencies
from sp4n.tenants.register.time_zones import WIB
from sp4n.tenants.scope import Scope


def agencies_group(national: Scope, *, record: Record) -> AppGroup:
    """`national` is given by whoever may open it; `record` is that of register.operations."""
    group = AppGroup("agencies", help="The register of agencies.")

    @group.command("import")
    @click.argument("file", type=click.File("rb"), metavar="FILE.csv")
    @click.pass_context
    def import_file(context: click.Context, file: BinaryIO) -> None:
        """Add and change agencies by a CSV file.

        Bad lines are reported and left out, the good ones go in; exit code 1 if any was bad.
        """
        reading = _read(file)
        with edge(national):
            report = _import(reading, record)
        bad = sorted([*reading.bad, *report.bad], key=lambda line: line.number)
        _tell(report, bad)
        context.exit(1 if bad else 0)

    return group


def _read(file: BinaryIO) -> Reading:
    try:
        return read_agencies(file.read())
    except Invalid as refusal:
        raise click.ClickException(refusal.message) from None


def _import(reading: Reading, record: Record) -> ImportReport:
    with click.progressbar(length=len(reading.lines), label=_("Mengimpor instansi")) as bar:
        return import_agencies(
            db.session(),
            reading.lines,
            today=clock.today(ZoneInfo(WIB)),
            record=record,
            on_progress=bar.update,
        )


def _tell(report: ImportReport, bad: Sequence[BadLine]) -> None:
    for line in bad:
        click.echo(_("Baris %(n)s: %(reason)s", n=line.number, reason=line.reason), err=True)
    click.echo(
        _(
            "%(added)s baru, %(changed)s berubah, %(same)s tetap, %(bad)s baris ditolak.",
            added=report.added,
            changed=report.changed,
            same=report.unchanged,
            bad=len(bad),
        )
    )
