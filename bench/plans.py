"""What the admin of an agency waits for who uploads an action plan of 2,000 rows: all that is wrong
with it, and all of it imported."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import sqlalchemy as sa
import xlsxwriter

from bench.building.database import built
from bench.keeping import Agency, opened
from bench.scale import Scale
from bench.table import Row
from sp4n.accounts.models import Account
from sp4n.accounts.queries import actor_of
from sp4n.action_plans.models import PlanItem
from sp4n.action_plans.operations import start_plan
from sp4n.action_plans.uploads import import_upload, keep_upload, preview, remarked, upload_by_id
from sp4n.audit.actors import Actor
from sp4n.db import db
from sp4n.settings.operations import load_reference_data
from sp4n.settings.road_maps import road_maps
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL

ROWS: Final = 2000
HEAD: Final = (
    "Kode",
    "Tingkat",
    "Kode Induk",
    "Uraian",
    "Bagian Pedoman",
    "Sasaran Road Map",
    "Indikator",
    "Satuan",
    "Baseline",
    "Target 2026",
    "Target 2027",
    "Penanggung Jawab",
    "Anggaran (Rp)",
    "Sumber Dana",
    "Waktu",
    "Bukti",
)


def measure(scale: Scale) -> list[Row]:
    with (
        TemporaryDirectory(prefix="sp4n-plans-") as folder,
        built(Path(folder), agencies=1, cases=100) as made,
    ):
        agency = opened(made)
        with agency.app.app_context(), edge(NATIONAL):
            load_reference_data(db.session())
        return [*bad(agency), *good(agency)]


def table(mended: bool) -> bytes:
    """Every tenth row has something wrong, unless it was mended."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Rencana")
        sheet.write_row(0, 0, HEAD)
        for number in range(1, ROWS + 1):
            wrong = not mended and number % 10 == 0
            sheet.write_row(number, 0, line(number, wrong))
    return out.getvalue()


def line(number: int, wrong: bool) -> list[object]:
    programme, place = divmod(number - 1, 50)
    if number == 1:
        return ["1", "Sasaran", "", "Pengaduan dijawab cepat"]
    if place == 0 or number == 2:
        code = f"1.{programme + 1 if place == 0 else 'a'}"
        return [code, "Program", "1", f"Program {number}"]
    above = f"1.{programme + 1}" if programme else "1.a"
    money = "mahal sekali" if wrong else f"Rp {number}.250.000,00"
    return [
        f"{above}.{number}",
        "Kegiatan",
        above,
        f"Pelatihan pengelola pengaduan angkatan {number} di seluruh perangkat daerah",
        "Penguatan SDM",
        "SS",
        "Jumlah pengelola yang dilatih",
        "orang",
        "0",
        25,
        50,
        "Dinas Komunikasi dan Informatika",
        money,
        "APBD",
        "TW VII" if wrong else "TW I-III",
        "Daftar hadir dan laporan",
    ]


def bad(agency: Agency) -> Iterator[Row]:
    """As the two requests do it: kept, then looked at."""
    content = table(mended=False)
    with agency.inside():
        session = db.session()
        start = perf_counter()
        plan = a_plan(2016)
        kept = keep_upload(
            session, plan_id=plan, content=content, file_name="rencana.xlsx", actor=actor()
        )
        session.flush()
        session.expire_all()
        found = preview(session, upload_by_id(session, plan_id=plan, upload_id=kept.id))
        seconds = perf_counter() - start
        faults = len(found.reading.faults)
        start = perf_counter()
        remarked(found)
        writing = perf_counter() - start
    yield Row.of("rows of a plan looked at", len(found.reading.rows), "", f">= {ROWS}")
    yield Row.of("faults found in them", faults, "", ">= 390")
    yield Row.of("reading it, with all faults", seconds, "s", "<= 3")
    yield Row.of("the workbook with remarks", writing, "s")


def good(agency: Agency) -> Iterator[Row]:
    with agency.inside():
        plan = a_plan(2026)
        kept = keep_upload(
            db.session(),
            plan_id=plan,
            content=table(mended=True),
            file_name="rencana.xlsx",
            actor=actor(),
        )
        upload = kept.id
    start = perf_counter()
    with agency.inside():
        import_upload(db.session(), plan_id=plan, upload_id=upload, revision=None, actor=actor())
    seconds = perf_counter() - start
    with agency.inside():
        counted = sa.select(sa.func.count()).select_from(PlanItem)
        lines = db.session().scalar(counted.where(PlanItem.plan_id == plan)) or 0
    yield Row.of("lines imported", lines, "", f">= {ROWS}")
    yield Row.of("importing them", seconds, "s", "<= 5")


def a_plan(year: int) -> int:
    session = db.session()
    road_map = road_maps(session)[0]
    period = {"period_from": year, "period_to": year + 1}
    return start_plan(session, road_map_id=road_map.id, **period, actor=actor()).id


def actor() -> Actor:
    session = db.session()
    account = session.scalars(sa.select(Account).where(Account.role == "admin")).first()
    assert account is not None
    return actor_of(session, account)
