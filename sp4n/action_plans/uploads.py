"""A spreadsheet on its way into a plan: kept as it was sent, its columns named, its cells mended,
imported whole or not at all. Nothing that was typed is lost while it waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.action_plans.columns import LEAST, SAYING, known
from sp4n.action_plans.interpreting import Reading, read_lines
from sp4n.action_plans.lines import MOST_LINES
from sp4n.action_plans.models import ActionPlan, PlanUpload
from sp4n.action_plans.operations import editable, new_version, replace_lines
from sp4n.action_plans.queries import plan_by_id, years_of
from sp4n.action_plans.states import PlanState
from sp4n.action_plans.template import with_remarks
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.settings.road_maps import road_map_by_id
from sp4n.spreadsheets.headings import Heading, heading_of
from sp4n.spreadsheets.headings import find_heading as best_heading
from sp4n.spreadsheets.reading import read_book
from sp4n.spreadsheets.refusals import Refusal, refused
from sp4n.spreadsheets.tables import Merge, Sheet, Trouble, Value, words_of

KEPT: Final = timedelta(days=7)
LONGEST_CELL: Final = 2000
MOST_UPLOADS: Final = 20  # that wait, of one agency
LONGEST_NAME: Final = 120


@dataclass(frozen=True)
class Preview:
    """`sheets`: by their place, those in which a heading was found."""

    upload: PlanUpload
    heading: Heading
    columns: Mapping[int, str]
    reading: Reading
    sheets: tuple[tuple[int, str], ...]


def keep_upload(
    session: Session, *, plan_id: int, content: bytes, file_name: str, actor: Actor
) -> PlanUpload:
    """Of a ratified plan a new version is begun. Raises `Unread` for what is no table of ours."""
    plan = plan_by_id(session, plan_id=plan_id)
    if plan.state == PlanState.RATIFIED:
        plan = new_version(session, plan_id=plan_id, actor=actor)
    editable(session, plan.id, None)
    book = read_book(content)
    heading = best_heading(book, known, least=LEAST)
    if heading is None or not SAYING & set(heading.columns.values()):
        raise refused(Refusal.NO_HEADING)
    now = clock.now()
    waiting = sa.select(sa.func.count()).select_from(PlanUpload)
    if (session.scalar(waiting.where(PlanUpload.imported_at.is_(None))) or 0) >= MOST_UPLOADS:
        raise NotPossible(_("Terlalu banyak unggahan menunggu. Impor atau buang yang lama dahulu."))
    upload = PlanUpload(
        plan_id=plan.id,
        account_id=actor.id,
        file_name=file_name.replace("\x00", "")[-LONGEST_NAME:] or "rencana",
        sheets=[_written(sheet) for sheet in book.sheets if sheet.rows],
        notes=book.notes,
        chosen=_chosen([one for one in book.sheets if one.rows].index(heading.sheet), heading),
        made_at=now,
        expires_at=now + KEPT,
    )
    session.add(upload)
    session.flush()
    return upload


def upload_by_id(
    session: Session, *, plan_id: int, upload_id: int, lock: bool = False
) -> PlanUpload:
    wanted = sa.select(PlanUpload).where(
        PlanUpload.id == upload_id,
        PlanUpload.plan_id == plan_id,
        PlanUpload.expires_at > clock.now(),
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


def uploads_of(session: Session, *, plan_id: int) -> list[tuple[int, str, Any]]:
    """Id, name of the file and when it was sent, of those that wait."""
    wanted = sa.select(PlanUpload.id, PlanUpload.file_name, PlanUpload.made_at).where(
        PlanUpload.plan_id == plan_id,
        PlanUpload.imported_at.is_(None),
        PlanUpload.expires_at > clock.now(),
    )
    found = session.execute(wanted.order_by(PlanUpload.id))
    return [(row.id, row.file_name, row.made_at) for row in found]


def preview(session: Session, upload: PlanUpload) -> Preview:
    plan = plan_by_id(session, plan_id=upload.plan_id)
    sheets = [_read(one) for one in upload.sheets]
    found = {n: heading_of(sheet, known) for n, sheet in enumerate(sheets)}
    heading = found[upload.chosen["sheet"]]
    assert heading is not None
    columns = {int(column): one for column, one in upload.chosen["columns"].items()}
    reading = read_lines(
        heading,
        columns,
        {_place(key): text for key, text in upload.mended.items()},
        road_map_by_id(session, plan.road_map_id),
        years_of(plan),
    )
    named = [(n, one.sheet.name) for n, one in found.items() if one and one.known >= LEAST]
    return Preview(upload, heading, columns, reading, tuple(named))


def choose_columns(
    session: Session, *, upload: PlanUpload, sheet: int | None, columns: Mapping[int, str]
) -> None:
    """Another sheet is looked at anew."""
    if sheet is not None and sheet != upload.chosen["sheet"]:
        if not 0 <= sheet < len(upload.sheets):
            raise Invalid(_("Pilih lembar dari daftar."))
        heading = heading_of(_read(upload.sheets[sheet]), known)
        if heading is None or heading.known < LEAST:
            raise refused(Refusal.NO_HEADING)
        upload.chosen, upload.mended = _chosen(sheet, heading), {}
        session.flush()
        return
    said = [one for one in columns.values() if one]
    twice = next((one for one in said if said.count(one) > 1), None)
    if twice is not None:
        raise Invalid(_("Dua kolom diberi arti yang sama. Pilih satu saja."))
    if not SAYING & set(said):
        raise Invalid(_("Pilih kolom yang berisi uraian, sasaran, program, atau kegiatan."))
    kept = {str(column): one for column, one in columns.items() if one}
    upload.chosen = {**upload.chosen, "columns": kept}
    session.flush()


def mend(session: Session, *, upload: PlanUpload, cells: Mapping[tuple[int, int], str]) -> None:
    """What is typed stands instead of the cell, whether it is right already or not."""
    sheet = _read(upload.sheets[upload.chosen["sheet"]])
    typed = {
        f"{row}:{column}": text[:LONGEST_CELL]
        for (row, column), text in cells.items()
        if row in sheet.rows and text != words_of(sheet.value(row, column))
    }
    upload.mended = {**upload.mended, **typed}
    session.flush()


def import_upload(
    session: Session, *, plan_id: int, upload_id: int, revision: int | None, actor: Actor
) -> int:
    """All of it in this transaction, or nothing; sent again, it was done. How many lines."""
    plan = session.scalar(sa.select(ActionPlan).where(ActionPlan.id == plan_id).with_for_update())
    if plan is None:
        raise NotFound
    upload = upload_by_id(session, plan_id=plan_id, upload_id=upload_id, lock=True)
    if upload.imported_at is not None:
        return upload.imported
    plan = editable(session, plan_id, revision)
    reading = preview(session, upload).reading
    if reading.faults:
        raise NotPossible(_("Masih ada sel yang perlu diperbaiki. Tidak ada yang diimpor."))
    if not 0 < len(reading.lines) <= MOST_LINES:
        raise NotPossible(_("Tidak ada baris yang dapat diimpor dari lembar ini."))
    replace_lines(session, plan=plan, lines=reading.lines, actor=actor)
    upload.imported_at, upload.imported = clock.now(), len(reading.lines)
    record(
        session,
        actor=actor,
        act="plan.imported",
        object_kind="action_plan",
        object_id=plan.id,
        data={"lines": len(reading.lines)},
    )
    session.flush()
    return upload.imported


def discard_upload(session: Session, *, plan_id: int, upload_id: int) -> None:
    session.delete(upload_by_id(session, plan_id=plan_id, upload_id=upload_id, lock=True))
    session.flush()


def purge_uploads(session: Session) -> None:
    session.execute(sa.delete(PlanUpload).where(PlanUpload.expires_at <= clock.now()))


def remarked(found: Preview) -> bytes:
    """What was sent, with what was mended in it and what is wrong at the cells."""
    columns = sorted(found.heading.names)
    numbers = sorted(found.reading.rows)
    places = {row: n for n, row in enumerate(numbers)}
    rows = [[_plain(found.reading.rows[row].get(one)) for one in columns] for row in numbers]
    faults: dict[tuple[int, int], str] = {}
    for fault in found.reading.faults:
        if fault.row in places:
            column = columns.index(fault.column) if fault.column in columns else 0
            place = (places[fault.row], column)
            faults[place] = f"{faults[place]}\n{fault.words}" if place in faults else fault.words
    return with_remarks([found.heading.names[one] for one in columns], rows, faults)


def _plain(value: Value | None) -> Any:
    return value if isinstance(value, (int, float)) else words_of(value)


# -- kept as JSON -------------------------------------------------------------------------------


def _chosen(sheet: int, heading: Heading) -> dict[str, Any]:
    columns = {str(column): one for column, one in heading.columns.items()}
    return {"sheet": sheet, "columns": columns}


def _written(sheet: Sheet) -> dict[str, Any]:
    rows = [
        [row, [[column, _kept(value)] for column, value in cells.items()]]
        for row, cells in sheet.rows.items()
    ]
    # Filled down already; across they tell what a heading stands above.
    merges = [[*one.first, *one.last] for one in sheet.merges[:500]]
    return {"name": sheet.name, "hidden": sheet.hidden, "rows": rows, "merges": merges}


def _kept(value: Value) -> Any:
    if isinstance(value, Trouble):
        return {"trouble": value.kind, "text": value.text[:200]}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value.replace("\x00", "") if isinstance(value, str) else value


def _read(kept: Mapping[str, Any]) -> Sheet:
    sheet = Sheet(kept["name"], hidden=kept["hidden"])
    sheet.rows = {row: {c: _value(value) for c, value in cells} for row, cells in kept["rows"]}
    sheet.merges = [Merge((a, b), (c, d)) for a, b, c, d in kept["merges"]]
    return sheet


def _value(kept: Any) -> Value:
    if isinstance(kept, dict):
        if "day" in kept:
            return date.fromisoformat(kept["day"])
        return Trouble(kept["trouble"], kept["text"])
    said: Value = kept
    return said


def _place(key: str) -> tuple[int, int]:
    row, _colon, column = key.partition(":")
    return int(row), int(column)
