"""An agency's trail of some million entries: its page, searched, and its file; and the export of
everything that an agency owns, of a million rows."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from time import perf_counter
from typing import Any, Final

import sqlalchemy as sa

from bench.building.database import Built, built
from bench.growth import data_dir
from bench.scale import Scale
from bench.table import Row
from bench.visitor import LANGUAGE, Page, largest, pages
from sp4n import clock
from sp4n.app import create_app
from sp4n.audit.models import AuditEntry
from sp4n.cases.models import CaseRecord
from sp4n.config import load_settings, settings_to_environ
from sp4n.db import db
from sp4n.desk.trail_admin import MOST_ROWS
from sp4n.exports.models import AgencyExport
from sp4n.exports.operations import MAKE
from sp4n.exports.queries import export_by_id
from sp4n.files.storage import new_export_key
from sp4n.jobs import run
from sp4n.jobs.models import Outbox
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import EXPORT
from sp4n.tenants.edge import agency_edge, edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.web.paging import Cursor

HOME: Final = "/kelola/jejak/"
DOWNLOAD: Final = f"{HOME}unduh"
WARM: Final = 12  # visits before it counts: by then a plan for all values would be chosen
ROUNDS: Final = 9


def measure(scale: Scale) -> list[Row]:
    many, few = scale.pick((2_000, 2_000), (1_000_000, 50_000))
    with built(data_dir(), agencies=1, cases=many) as made:
        rows = [*searches(made, scale), *of_process(made, "file", scale)]
    with built(data_dir(), agencies=1, cases=few) as made:
        return [*rows, *of_process(made, "export", scale)]


def searches(made: Built, scale: Scale) -> Iterator[Row]:
    app = create_app(made.settings)
    staff = pages(app)["trail"]
    with app.app_context(), edge(NATIONAL):
        agency_id, _slug = largest(db.session())
    with app.app_context(), agency_edge(agency_id):
        entries = db.session().scalar(sa.select(sa.func.count()).select_from(AuditEntry)) or 0
        asked = addresses(entries)
    yield Row.of("entries of the trail", entries, "")
    for what, path in asked.items():
        page = Page(path, staff.browser, staff.host)
        for _visit in range(WARM):
            page.visit()
        found = 1000 * median(page.visit() for _round in range(ROUNDS))
        yield Row.of(f"trail, {what}: median", found, "ms", "<= 250", judged=scale.full)


def addresses(entries: int) -> dict[str, str]:
    """What is asked of it; a page far back begins in the middle of all."""
    session = db.session()
    newest = sa.select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    middle = session.scalars(newest.offset(entries // 2).limit(1)).one()
    case = session.scalars(sa.select(CaseRecord.reference).limit(1)).one()
    day = middle.at.date().isoformat()
    return {
        "newest": HOME,
        "far back": f"{HOME}?sebelum={Cursor(middle.at, middle.id)}",
        "a person": f"{HOME}?orang=admin",
        "nobody's name": f"{HOME}?orang=tidakada",
        "a kind of act": f"{HOME}?tindakan=case.assigned",
        "a rare act": f"{HOME}?tindakan=account.invite",
        "the national level": f"{HOME}?pelaku=coordinator",
        "the system": f"{HOME}?pelaku=system",
        "one case": f"{HOME}?laporan={case}",
        "one day": f"{HOME}?dari={day}&sampai={day}",
        "a common word": f"{HOME}?kata=laporan",
        "a rare word": f"{HOME}?kata=zzzyx",
    }


def of_process(made: Built, act: str, scale: Scale) -> Iterator[Row]:
    """In a process of its own, whose memory is its own."""
    asked = subprocess.run(
        [sys.executable, "-m", "bench.trail", act],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **settings_to_environ(made.settings)},
    )
    found = json.loads(asked.stdout.splitlines()[-1])
    name = {"file": "the trail's file (CSV)", "export": "export of everything"}[act]
    yield Row.of(f"{name}: rows", found["rows"], "")
    yield Row.of(f"{name}: rows a second", found["rows"] / found["seconds"], "")
    if "first" in found:
        yield Row.of(f"{name}: until its first line", 1000 * found["first"], "ms")
    yield Row.of(f"{name}: size", found["bytes"] / 1e6, "MB")
    grown = found["after_mb"] - found["before_mb"]
    yield Row.of(f"{name}: memory meanwhile", grown, "MB", "<= 64", judged=scale.full)


def memory() -> float:
    """The most that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write_file() -> dict[str, Any]:
    """The newest that one file holds, as they leave the server."""
    app = create_app(load_settings(os.environ))
    staff = pages(app)["trail"]
    staff.visit()
    form = staff.browser.get(HOME, base_url=staff.host, headers=LANGUAGE).get_data(as_text=True)
    token = form.partition('name="csrf_token" value="')[2].partition('"')[0]
    before, start = memory(), perf_counter()
    answer = staff.browser.post(
        DOWNLOAD, base_url=staff.host, data={"csrf_token": token}, buffered=False
    )
    first, size, lines = 0.0, 0, 0
    for piece in answer.response:
        first = first or perf_counter() - start
        size, lines = size + len(piece), lines + 1
    seconds = perf_counter() - start
    if answer.status_code != 200 or not 1 < lines <= MOST_ROWS + 2:
        raise RuntimeError(f"{answer.status}, {lines} lines")
    return {"rows": lines - 1, "seconds": seconds, "first": first, "bytes": size} | {
        "before_mb": before,
        "after_mb": memory(),
    }


def write_export() -> dict[str, Any]:
    """As a worker makes it."""
    app = create_app(load_settings(os.environ))
    run.serve(app)
    with app.app_context(), edge(NATIONAL):
        agency_id, _slug = largest(db.session())
    with app.app_context(), agency_edge(agency_id):
        session = db.session()
        export = AgencyExport(requested_at=clock.now(), storage_key=new_export_key())
        session.add(export)
        session.flush()
        owe(session, kind=MAKE, object_id=export.id, queue=EXPORT)
        export_id = export.id
    with app.app_context(), agency_edge(agency_id):
        mine = (Outbox.kind == MAKE, Outbox.object_id == export_id)
        outbox_id = db.session().scalars(sa.select(Outbox.id).where(*mine)).one()
    before, start = memory(), perf_counter()
    run.run_outbox(agency_id, outbox_id)
    seconds = perf_counter() - start
    with app.app_context(), agency_edge(agency_id):
        made = export_by_id(db.session(), export_id=export_id)
        if made.state != "ready":
            raise RuntimeError(f"the export is {made.state}")
        app.extensions["sp4n.storage"].delete(made.storage_key)
        rows, size = made.total // 2, made.size
    return {"rows": rows, "seconds": seconds, "bytes": size} | {
        "before_mb": before,
        "after_mb": memory(),
    }


if __name__ == "__main__":
    print(json.dumps({"file": write_file, "export": write_export}[sys.argv[1]]()))
