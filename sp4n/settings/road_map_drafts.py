"""Drafts of national road maps: written or imported, published on a day, or thrown away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.audit.operations import record_national
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.settings.models import RoadMap
from sp4n.settings.road_maps import (
    DRAFT,
    PUBLISHED,
    as_entry,
    check_entry,
    said_before,
    says_the_same,
    write_entry,
)

KEY: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_KEY: Final = 60


def road_map_row(session: Session, road_map_id: int, *, lock: bool = False) -> RoadMap:
    wanted = sa.select(RoadMap).where(RoadMap.id == road_map_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


def import_drafts(session: Session, entries: Any, *, actor: Actor) -> list[RoadMap]:
    """All of a file like the command line's, or nothing; drafts of the same key are written anew.
    Those that are published already and say the same are no news."""
    if not isinstance(entries, list) or not entries:
        raise Invalid(_("Berkas ini tidak memuat daftar road map. Ikuti bentuk contohnya."))
    for entry in entries:
        check_entry(entry)
        _check_key(entry["key"])
    _one_at_a_time(session)
    found = []
    for entry in entries:
        row = session.scalar(
            sa.select(RoadMap).where(RoadMap.key == entry["key"]).with_for_update()
        )
        if row is not None and row.state == PUBLISHED:
            if not says_the_same(row, entry):
                raise Invalid(said_before(row))
            continue
        found.append(_written(session, row, entry))
    session.flush()
    keys = [one.key for one in found]
    record_national(session, actor=actor, act="plan.road_maps", data={"road_maps": keys})
    return found


def save_draft(
    session: Session,
    entry: dict[str, Any],
    *,
    road_map_id: int | None,
    revision: int | None,
    actor: Actor,
) -> RoadMap:
    """`road_map_id` None: a new one."""
    row = None if road_map_id is None else _draft(session, road_map_id, revision)
    _check_key(entry["key"])
    _one_at_a_time(session)
    same = session.scalar(sa.select(RoadMap.id).where(RoadMap.key == entry["key"]))
    if same is not None and (row is None or same != row.id):
        raise Invalid(fields={"key": _("Kunci ini sudah dipakai road map lain.")})
    check_entry(entry)
    row = _written(session, row, entry)
    session.flush()
    _note(session, row, "plan.road_map_saved", actor)
    return row


def copy_as_draft(session: Session, *, road_map_id: int, actor: Actor) -> RoadMap:
    """What is published is not changed: its next version begins as its copy."""
    entry = as_entry(road_map_row(session, road_map_id))
    _one_at_a_time(session)
    taken = set(session.scalars(sa.select(RoadMap.key)))
    stem = entry["key"][: LONGEST_KEY - 4].rstrip("-")
    entry["key"] = next(key for n in range(2, 1000) if (key := f"{stem}-{n}") not in taken)
    entry["verified"] = False
    row = _written(session, None, entry)
    session.flush()
    _note(session, row, "plan.road_map_saved", actor)
    return row


def publish_draft(
    session: Session,
    *,
    road_map_id: int,
    citation: str,
    in_force_from: date,
    revision: int | None,
    actor: Actor,
) -> RoadMap:
    row = _draft(session, road_map_id, revision)
    if not citation:
        raise Invalid(fields={"citation": _("Tulis peraturan yang menetapkannya.")})
    row.citation, row.in_force_from = citation, in_force_from
    check_entry(as_entry(row))
    row.state, row.revision = PUBLISHED, row.revision + 1
    session.flush()
    _note(session, row, "plan.road_map_published", actor)
    return row


def discard_draft(session: Session, *, road_map_id: int, actor: Actor) -> None:
    row = _draft(session, road_map_id, None)
    _note(session, row, "plan.road_map_discarded", actor)
    session.delete(row)
    session.flush()


def _draft(session: Session, road_map_id: int, revision: int | None) -> RoadMap:
    row = road_map_row(session, road_map_id, lock=True)
    if row.state != DRAFT:
        raise NotPossible(_("Road map yang terbit tidak diubah lagi. Buat versi barunya."))
    if revision is not None and revision != row.revision:
        raise NotPossible(_("Draf ini baru saja diubah orang lain. Periksa, lalu ulangi."))
    return row


def _written(session: Session, row: RoadMap | None, entry: dict[str, Any]) -> RoadMap:
    if row is None:
        row = RoadMap(state=DRAFT, revision=0)
        session.add(row)
    row.key = entry["key"]
    write_entry(row, entry)
    row.revision += 1
    return row


def _one_at_a_time(session: Session) -> None:
    """Until the transaction ends nobody else gives out a key."""
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext("road_map/keys"))))


def _check_key(key: str) -> None:
    if len(key) > LONGEST_KEY or not KEY.fullmatch(key):
        words = _(
            "Kunci hanya berisi huruf kecil, angka, dan tanda hubung, seperti permenpanrb-46-2020."
        )
        raise Invalid(words, fields={"key": words})


def _note(session: Session, row: RoadMap, act: str, actor: Actor) -> None:
    record_national(
        session,
        actor=actor,
        act=act,
        object_kind="road_map",
        object_id=row.id,
        data={"road_map": row.key},
    )


def objectives_of(lines: Sequence[str]) -> list[dict[str, str]]:
    """A line each: code | name | targets. Raises ValueError with the number of a line that is
    none."""
    return [_parts(n, line, ("code", "name", "targets"), 2) for n, line in enumerate(lines, 1)]


def sections_of(lines: Sequence[str]) -> list[dict[str, str]]:
    """A line each: key | group | name."""
    return [_parts(n, line, ("key", "group", "name"), 3) for n, line in enumerate(lines, 1)]


def _parts(number: int, line: str, names: Sequence[str], least: int) -> dict[str, str]:
    said = [one.strip() for one in line.split("|")]
    if not least <= len(said) <= len(names) or not all(said[:least]):
        raise ValueError(number)
    return dict(zip(names, [*said, ""][: len(names)], strict=True))
