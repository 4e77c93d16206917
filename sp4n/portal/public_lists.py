"""What the address of a list of public cases asks for, at one agency or of all; and the choices
that its form offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from flask import g
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.public_search import Asked
from sp4n.cases.words import STATE_LABELS
from sp4n.db import db
from sp4n.settings.intake import NOTHING_SET, Intake, read_intake, topic_names, topics, within
from sp4n.tenants.register.placed import Placed, placed_agencies
from sp4n.web.language import current_language
from sp4n.web.paging import Cursor, parse_cursor

ON_A_PAGE: Final = 20
LONGEST_TEXT: Final = 100
# What a public case can be in; archived and forwarded ones are not public.
STATES: Final = ("unhandled", "in_progress", "on_hold", "awaiting_reply", "disputed", "closed")
DAYS: Final = ("7", "30", "90", "365")
OLDEST: Final = "terlama"
CENTRAL: Final = "pusat"  # agencies of the whole country, beside the codes of provinces


@dataclass(frozen=True)
class Wanted:
    """By the names that addresses have; "" where nothing was asked, or nothing that there is."""

    q: str = ""
    topik: str = ""
    status: str = ""
    provinsi: str = ""
    instansi: str = ""
    sejak: str = ""
    urut: str = ""
    after: Cursor | None = None
    agencies: tuple[Placed, ...] = field(default=(), repr=False)

    @property
    def asked(self) -> dict[str, str]:
        """What an address needs to ask the same."""
        names = ("q", "topik", "status", "provinsi", "instansi", "sejak", "urut")
        return {name: value for name in names if (value := getattr(self, name))}

    @property
    def narrowed(self) -> bool:
        """By more than words."""
        return bool(self.asked.keys() - {"q"})


def wanted_here(args: Mapping[str, str]) -> Wanted:
    """At one agency."""
    return _wanted(args, read_intake(g.agency.intake))


def wanted_of_all(args: Mapping[str, str]) -> Wanted:
    """Of all agencies; `agencies`: those in the province that is asked for."""
    every = tuple(one for one in placed_agencies(db.session()) if one.open)
    codes = {one.province or CENTRAL for one in every}
    province = _one_of(args, "provinsi", codes)
    there = tuple(one for one in every if province and (one.province or CENTRAL) == province)
    common = _wanted(args, NOTHING_SET)
    return Wanted(
        **{name: getattr(common, name) for name in ("q", "topik", "status", "sejak", "urut")},
        after=common.after,
        provinsi=province,
        instansi=_one_of(args, "instansi", {one.slug for one in there}),
        agencies=there,
    )


def _wanted(args: Mapping[str, str], intake: Intake) -> Wanted:
    return Wanted(
        q=" ".join(args.get("q", "").replace("\x00", "").split())[:LONGEST_TEXT],
        topik=_one_of(args, "topik", topic_names(db.session(), intake, "id")),
        status=_one_of(args, "status", STATES),
        sejak=_one_of(args, "sejak", DAYS),
        urut=_one_of(args, "urut", (OLDEST,)),
        after=parse_cursor(args.get("sebelum")),
    )


def _one_of(args: Mapping[str, str], name: str, known: Any) -> str:
    typed = args.get(name, "")
    return typed if typed in known else ""


def asked_here(session: Session, wanted: Wanted, agency_id: int) -> Asked:
    return _asked(session, wanted, (agency_id,))


def asked_of_all(session: Session, wanted: Wanted) -> Asked:
    if not wanted.provinsi:
        return _asked(session, wanted, None)
    chosen = wanted.instansi
    return _asked(
        session,
        wanted,
        tuple(one.id for one in wanted.agencies if not chosen or one.slug == chosen),
    )


def _asked(session: Session, wanted: Wanted, agencies: tuple[int, ...] | None) -> Asked:
    ids, own = within(session, wanted.topik) if wanted.topik else (frozenset(), None)
    shut = () if agencies is not None else placed_agencies(session)
    return Asked(
        text=wanted.q,
        agencies=agencies,
        but_not=tuple(one.id for one in shut if not one.open),
        topics=tuple(sorted(ids)) if wanted.topik and own is None else None,
        own_topic=own,
        state=wanted.status or None,
        since=_since(wanted.sejak),
        oldest_first=wanted.urut == OLDEST,
        after=wanted.after,
    )


def _since(days: str) -> Any:
    """To the hour, so that a page is the same for a while."""
    return clock.rounded_to_hour(clock.now()) - timedelta(days=int(days)) if days else None


def topic_choices(intake: Intake = NOTHING_SET) -> list[tuple[str, str]]:
    every = topics(db.session(), intake)
    found = [(one.token, one.label(current_language())) for one in every]
    return [("", _("Semua")), *found]


def state_choices() -> list[tuple[str, str]]:
    found = [(state, str(STATE_LABELS[state])) for state in STATES]
    return [("", _("Semua")), *found]


def period_choices() -> list[tuple[str, str]]:
    return [
        ("", _("Kapan saja")),
        ("7", _("Seminggu ini")),
        ("30", _("Sebulan ini")),
        ("90", _("Tiga bulan ini")),
        ("365", _("Setahun ini")),
    ]


def order_choices() -> list[tuple[str, str]]:
    return [("", _("Terbaru")), (OLDEST, _("Terlama"))]
