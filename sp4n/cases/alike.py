"""Cases that may be about the same event: alike in words, and of about the same time.

What a title says beside its place has to be in the other text: three of its four longest words, or
two and one of the place's. Long ones are rare, and the index on words finds those cases without a
look at the others. Of the newest of them the likeness of titles and places is weighed, by trigrams.
Cases hold no coordinates: where it was stands in words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.cases.models import CaseRecord, PublicCase
from sp4n.cases.searching import parsed, public_case_says, tagged
from sp4n.cases.visibility import sees_confidential, visible_to
from sp4n.db import PLANNED_ANEW

RECENT: Final = timedelta(days=90)
MOST_WEIGHED: Final = 200
MOST_WORDS: Final = 4
MOST_PLACES: Final = 2
LEAST: Final = 0.2  # of likeness of titles
_PLACE_COUNTS: Final = 0.5
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
# Of four letters and more, and in reports of every kind.
_EVERYWHERE: Final = frozenset(
    str.split(
        "adalah akan antara atas bagi bapak bawah belum bisa dalam dapat dari dekat dengan depan "
        "hari harus juga kami kepada karena kembali lagi lain laporan lebih masih masyarakat "
        "menjadi mohon oleh pada para pihak saat saja saya sangat sebagai sebelum secara sedang "
        "sehingga sejak sekali selalu semua seperti sering setiap sudah sudahkah tahun tanpa telah "
        "tentang tersebut tetapi tidak tolong untuk warga yang desa dusun gang jalan kabupaten "
        "kecamatan kelurahan kota nomor provinsi"
    )
)


class Alike(NamedTuple):
    """A public case; `agency_id`: whose."""

    agency_id: int
    reference: str
    title: str
    location: str
    state: str
    filed_at: datetime


@dataclass(frozen=True)
class Told:
    """What is compared: a report that is being written, or a case."""

    title: str
    location: str = ""

    @property
    def query(self) -> str | None:
        """In the language of `to_tsquery`; None where too little is said."""
        around = _telling(self.location)
        said = _telling(self.title)
        words = ([one for one in said if one not in around] or said)[:MOST_WORDS]
        places = [one for one in around if one not in words][:MOST_PLACES]
        chosen = list(combinations(words, min(3, max(2, len(words)))))
        if len(words) > 2:
            chosen += [(*two, place) for two in combinations(words, 2) for place in places]
        if len(words) == 1 and len(places) == MOST_PLACES:
            chosen = [(*words, *places)]
        return " | ".join(f"({' & '.join(one)})" for one in chosen) or None

    def title_likeness(self, title: Any) -> sa.ColumnElement[float]:
        own = self.title.lower()
        likeness: sa.ColumnElement[float] = sa.func.similarity(
            sa.func.lower(title), own, type_=sa.Float
        )
        return likeness

    def likeness(self, title: Any, location: Any) -> sa.ColumnElement[float]:
        """Of the title, and half that of the place."""
        place = sa.func.similarity(sa.func.lower(location), self.location.lower(), type_=sa.Float)
        return self.title_likeness(title) + _PLACE_COUNTS * place


def _telling(text: str) -> list[str]:
    """Its words without those that are everywhere: the longest first, which are the rarest."""
    found = dict.fromkeys(_WORD.findall(text.lower()))
    return sorted((one for one in found if one not in _EVERYWHERE), key=len, reverse=True)


def public_alike(
    session: Session, told: Told, *, agency_id: int, limit: int, but: Iterable[str] = ()
) -> list[Alike]:
    """What the agency has published of the last months, the most alike first. `but`: references."""
    whose = sa.and_(PublicCase.agency_id == agency_id, tagged([f"a{agency_id}"]))
    return _public(session, told, whose, limit, but, clock.now())


def public_elsewhere(
    session: Session,
    told: Told,
    *,
    agency_id: int,
    limit: int,
    around: datetime,
    but_not: Collection[int] = (),
) -> list[Alike]:
    """The same, of all other agencies. `but_not`: whose are left out, too; those that are wanted
    are not named, or an index on them could be taken instead of the one on words."""
    others = PublicCase.agency_id != agency_id
    if but_not:
        left_out = sa.cast(sorted(but_not), ARRAY(sa.BigInteger))
        others = sa.and_(others, PublicCase.agency_id != sa.func.all(left_out))
    return _public(session, told, others, limit, (), around)


def _public(
    session: Session,
    told: Told,
    whose: sa.ColumnElement[bool],
    limit: int,
    but: Iterable[str],
    around: datetime,
) -> list[Alike]:
    query = told.query
    if query is None:
        return []
    one = PublicCase
    columns = (one.agency_id, one.reference, one.title, one.location, one.state, one.filed_at)
    wanted = sa.select(*columns).where(
        whose, public_case_says(query), one.filed_at.between(around - RECENT, around + RECENT)
    )
    skipped = list(but)
    if skipped:
        wanted = wanted.where(one.reference.not_in(skipped))
    # All that is found, before any of it is put in order: else the list might be walked for it.
    found = wanted.cte("found").prefix_with("MATERIALIZED", dialect="postgresql")
    newest = sa.select(found).order_by(found.c.filed_at.desc()).limit(MOST_WEIGHED).subquery()
    likeness = told.likeness(newest.c.title, newest.c.location)
    best = sa.select(newest).where(told.title_likeness(newest.c.title) >= LEAST)
    best = best.order_by(likeness.desc(), newest.c.reference)
    rows = session.execute(best.limit(limit).execution_options(**PLANNED_ANEW))
    return [Alike(*row) for row in rows]


def cases_alike(
    session: Session, case: CaseRecord, *, actor: Actor, limit: int
) -> Sequence[CaseRecord]:
    """Of the agency's own cases those that this actor may see, the most alike first."""
    told = Told(case.title, case.location)
    query = told.query
    if query is None:
        return []
    confidential, units = sees_confidential(actor), actor.unit_ids
    since, until = case.filed_at - RECENT, case.filed_at + RECENT
    sharing = sa.func.cases_sharing_words(
        parsed(query),
        sa.cast(since, sa.DateTime(timezone=True)),
        sa.cast(until, sa.DateTime(timezone=True)),
        sa.cast(sorted(units) if confidential is None else None, ARRAY(sa.BigInteger)),
        confidential is False,
        sa.cast(MOST_WEIGHED, sa.BigInteger),
    )
    ids = session.scalars(sa.select(sharing.column_valued())).all()
    likeness = told.likeness(CaseRecord.title, CaseRecord.location)
    wanted = sa.select(CaseRecord).where(
        CaseRecord.id.in_(ids),
        CaseRecord.id != case.id,
        visible_to(actor),
        told.title_likeness(CaseRecord.title) >= LEAST,
    )
    return session.scalars(wanted.order_by(likeness.desc(), CaseRecord.id).limit(limit)).all()
