"""Changes to the register of agencies: imported, seeded, added, edited, suspended, resumed.

All run in the national scope. The audit stands above this room, so `record` comes in: it appends to
the national trail, with who acts bound by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from sp4n.clock import now
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.tenants.models import Agency, AgencyStatus
from sp4n.tenants.register.csv_file import BadLine, Line, central_agencies
from sp4n.tenants.register.entry import Entry, problems
from sp4n.tenants.register.regions import places, regional_governments
from sp4n.tenants.register.renamed import (
    as_called_now,
    lines_as_called_now,
    slug_taken,
)
from sp4n.tenants.register.upsert import (
    COLUMNS,
    Row,
    Stored,
    Surroundings,
    link,
    store,
    store_regions,
    surroundings,
)

LONGEST_REASON = 500
LINES_AT_ONCE = 100
UNSHOWN = frozenset({"search_text", "status_before"})


class Record(Protocol):
    """Appends one row to the national audit."""

    def __call__(
        self,
        session: Session,
        /,
        *,
        act: str,
        object_kind: str,
        object_id: int | None,
        data: dict[str, Any],
    ) -> object: ...


"""Given the ids of agencies made in this transaction, once an operation."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    added: int
    changed: int
    unchanged: int
    bad: list[BadLine]


def import_agencies(
    session: Session,
    lines: Sequence[Line],
    *,
    today: date,
    record: Record,
    on_progress: Callable[[int], object] = int,
) -> ImportReport:
    """Upsert by slug; importing the same lines again changes nothing.

    Lines that name an unknown region, parent or successor are reported and left out.
    """
    store_regions(session, places())
    around = surroundings(session, [line.entry for line in lines])
    lines, twice = lines_as_called_now(lines, around.renamed)
    good, bad = _sorted_out(lines, around)
    bad = sorted([*bad, *twice], key=lambda line: line.number)
    on_progress(len(bad))
    entries = [line.entry for line in good]
    stored = Stored()
    for start in range(0, len(entries), LINES_AT_ONCE):
        part = entries[start : start + LINES_AT_ONCE]
        written = store(session, part, around, today=today)
        stored.created |= written.created
        stored.changed |= written.changed
        on_progress(len(part))
    link(session, entries, around, stored)
    added, changed = len(stored.created), len(stored.changed)
    data = {"added": added, "changed": changed, "refused": len(bad)}
    record(session, act="agencies.imported", object_kind="agency", object_id=None, data=data)
    return ImportReport(added, changed, len(entries) - added - changed, bad)


def seed_register(
    session: Session,
    *,
    today: date,
    record: Record,
    demo: bool = False,
    governments: Sequence[Entry] | None = None,
) -> ImportReport:
    """The agencies of `today`: central ones, regional governments (all, or those given), archived
    predecessors."""
    store_regions(session, places())
    entries = [*filter(lambda entry: _has_begun(entry, today), central_agencies())]
    begun = {entry.slug for entry in entries}
    entries = [_without_later(entry, begun, today) for entry in entries]
    entries += regional_governments() if governments is None else governments
    around = surroundings(session, entries)
    entries = [as_called_now(entry, around.renamed) for entry in entries]
    stored = store(session, entries, around, today=today, demo=demo)
    link(session, entries, around, stored)
    added, changed = len(stored.created), len(stored.changed)
    data = {"added": added, "changed": changed}
    record(session, act="agencies.seeded", object_kind="agency", object_id=None, data=data)
    return ImportReport(added, changed, len(entries) - added - changed, [])


def add_agency(
    session: Session,
    entry: Entry,
    *,
    today: date,
    record: Record,
) -> int:
    """The new agency's id; its admin sets it up and takes it live. Raises Invalid, also where the
    slug is taken."""
    around = surroundings(session, [entry])
    entry = as_called_now(entry, around.renamed)
    _check(entry, around)
    if entry.slug in around.agencies:
        raise slug_taken(entry.slug)
    stored = store(session, [entry], around, today=today, first=AgencyStatus.PREPARING)
    if entry.slug not in stored.created:
        raise slug_taken(entry.slug)  # somebody else was faster; what was written is rolled back
    link(session, [entry], around, stored)
    made = stored.created[entry.slug]
    data = {"slug": entry.slug, "kind": entry.kind, "name": entry.name}
    record(session, act="agency.added", object_kind="agency", object_id=made, data=data)
    return made


def edit_agency(session: Session, entry: Entry, *, today: date, record: Record) -> None:
    """The agency that has the entry's slug: its address is its own to change, not done here."""
    around = surroundings(session, [entry])
    entry = as_called_now(entry, around.renamed)
    before = around.agencies.get(entry.slug)
    if before is None:
        raise NotFound
    _check(entry, around)
    stored = store(session, [entry], around, today=today)
    link(session, [entry], around, stored)
    if not stored.changed:
        return
    after = surroundings(session, [entry]).agencies[entry.slug]
    data = {"slug": entry.slug, "changed": _changes(before, after)}
    session.expire_all()  # the statements went past the objects that this session may hold
    record(session, act="agency.edited", object_kind="agency", object_id=before["id"], data=data)


def suspend_agency(session: Session, slug: str, *, reason: str, record: Record) -> None:
    """Its pages say so and take no new reports; tracking goes on."""
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid(fields={"reason": _("Tulis alasan penangguhan.")})
    if len(reason) > LONGEST_REASON or "\0" in reason:
        raise Invalid(fields={"reason": _("Alasan paling panjang %(n)s huruf.", n=LONGEST_REASON)})
    agency = _locked(session, slug)
    if agency.status != AgencyStatus.ACTIVE:
        raise NotPossible(_("Hanya instansi yang aktif yang dapat ditangguhkan."))
    _turn(session, agency, AgencyStatus.SUSPENDED, reason)
    data = {"slug": slug, "reason": reason}
    record(session, act="agency.suspended", object_kind="agency", object_id=agency.id, data=data)


def resume_agency(session: Session, slug: str, *, record: Record) -> None:
    agency = _locked(session, slug)
    if agency.status != AgencyStatus.SUSPENDED:
        raise NotPossible(_("Instansi ini tidak sedang ditangguhkan."))
    _turn(session, agency, AgencyStatus.ACTIVE, "")
    data = {"slug": slug}
    record(session, act="agency.resumed", object_kind="agency", object_id=agency.id, data=data)


def _sorted_out(lines: Sequence[Line], around: Surroundings) -> tuple[list[Line], list[BadLine]]:
    """A line that names a refused one is refused too, so this goes on until nothing changes."""
    good, bad = list(lines), list[BadLine]()
    while True:
        slugs = {line.entry.slug for line in good}
        wrong = {line.number: around.problems(line.entry, beside=slugs) for line in good}
        refused = [BadLine(number, " ".join(why.values())) for number, why in wrong.items() if why]
        if not refused:
            return good, sorted(bad, key=lambda line: line.number)
        bad += refused
        good = [line for line in good if not wrong[line.number]]


def _has_begun(entry: Entry, today: date) -> bool:
    start = entry.connected.start if entry.connected else None
    return start is None or start <= today


def _without_later(entry: Entry, begun: Collection[str], today: date) -> Entry:
    """On a day before its end an agency has neither an end nor successors yet."""
    known = tuple(slug for slug in entry.successors or () if slug in begun)
    connected = entry.connected
    if connected and connected.end and connected.end > today:
        connected = connected._replace(end=None)
    return replace(entry, successors=known, connected=connected)


def _check(entry: Entry, around: Surroundings) -> None:
    wrong = problems(entry) | around.problems(entry)
    if wrong:
        raise Invalid(fields=wrong)


def _changes(before: Row, after: Row) -> dict[str, list[Any]]:
    """Column -> [before, after], as JSON holds it."""
    shown = [name for name in (*COLUMNS, "parent_id") if name not in UNSHOWN]
    return {
        name: [_plain(before[name]), _plain(after[name])]
        for name in shown
        if before[name] != after[name]
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _locked(session: Session, slug: str) -> Agency:
    agency = session.scalar(select(Agency).where(Agency.slug == slug).with_for_update())
    if agency is None:
        raise NotFound
    return agency


def _turn(session: Session, agency: Agency, status: AgencyStatus, reason: str) -> None:
    agency.status = status
    agency.status_reason = reason
    agency.updated_at = now()
    session.flush()
