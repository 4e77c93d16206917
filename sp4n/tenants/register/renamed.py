"""What files say of an agency by a slug that it had before is about the renamed one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.errors import Invalid
from sp4n.tenants.models import Agency, AgencyFormerSlug
from sp4n.tenants.register.csv_file import BadLine, Line
from sp4n.tenants.register.entry import Entry


def slug_taken(slug: str) -> Invalid:
    return Invalid(fields={"slug": _("Alamat singkat “%(slug)s” sudah dipakai.", slug=slug)})


def lines_as_called_now(
    session: Session, lines: Sequence[Line]
) -> tuple[list[Line], list[BadLine]]:
    """And those that name an agency that an earlier line names already, by its other slug."""
    entries = as_called_now(session, [line.entry for line in lines])
    good: dict[str, Line] = {}
    bad = []
    for line, entry in zip(lines, entries, strict=True):
        if entry.slug in good:
            words = _(
                "Alamat singkat “%(slug)s” sudah ada di baris %(line)s.",
                slug=entry.slug,
                line=good[entry.slug].number,
            )
            bad.append(BadLine(line.number, words))
        else:
            good[entry.slug] = replace(line, entry=entry)
    return [*good.values()], bad


def as_called_now(session: Session, entries: Sequence[Entry]) -> list[Entry]:
    now = _present(session, {slug for entry in entries for slug in slugs_named(entry)})
    return [_renamed(entry, now) for entry in entries] if now else [*entries]


def refuse_former(session: Session, slugs: Iterable[str]) -> None:
    """After they were written: an agency may have left one of them behind meanwhile."""
    for slug in _present(session, set(slugs)):
        raise slug_taken(slug)


def slugs_named(entry: Entry) -> list[str]:
    return [entry.slug, *(entry.successors or ()), *([entry.parent] if entry.parent else ())]


def _present(session: Session, slugs: set[str]) -> dict[str, str]:
    """Former slug -> the one that the agency has now."""
    pairs = (
        sa.select(AgencyFormerSlug.slug, Agency.slug)
        .join(Agency, Agency.id == AgencyFormerSlug.agency_id)
        .where(AgencyFormerSlug.slug.in_(slugs))
    )
    return {row[0]: row[1] for row in session.execute(pairs)}


def _renamed(entry: Entry, now: dict[str, str]) -> Entry:
    successors = entry.successors
    return replace(
        entry,
        slug=now.get(entry.slug, entry.slug),
        parent=now.get(entry.parent, entry.parent) if entry.parent else entry.parent,
        successors=successors and tuple(now.get(slug, slug) for slug in successors),
    )
