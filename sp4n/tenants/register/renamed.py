"""What files say of an agency by a slug that it had before is about the renamed one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.errors import Invalid
from sp4n.tenants.models import AgencyFormerSlug
from sp4n.tenants.register.csv_file import BadLine, Line
from sp4n.tenants.register.entry import Entry


def slug_taken(slug: str) -> Invalid:
    return Invalid(fields={"slug": _("Alamat singkat “%(slug)s” sudah dipakai.", slug=slug)})


def lines_as_called_now(
    lines: Sequence[Line], now: Mapping[str, str]
) -> tuple[list[Line], list[BadLine]]:
    """And those that name an agency that an earlier line names already, by its other slug."""
    good: dict[str, Line] = {}
    bad = []
    for line in lines:
        entry = as_called_now(line.entry, now)
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


def as_called_now(entry: Entry, now: Mapping[str, str]) -> Entry:
    """`now`: former slug -> the one that the agency has now."""
    successors = entry.successors
    return replace(
        entry,
        slug=now.get(entry.slug, entry.slug),
        parent=now.get(entry.parent, entry.parent) if entry.parent else entry.parent,
        successors=successors and tuple(now.get(slug, slug) for slug in successors),
    )


def refuse_former(session: Session, slugs: Collection[str]) -> None:
    """After they were written: an agency may have left one of them behind meanwhile."""
    if not slugs:
        return
    former = sa.select(AgencyFormerSlug.slug).where(AgencyFormerSlug.slug.in_(slugs)).limit(1)
    found = session.scalar(former)
    if found is not None:
        raise slug_taken(found)
