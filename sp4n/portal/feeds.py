"""Feeds (Atom) of an agency's public cases, of a search over one agency or all, and of one case.

For everyone, so that they are kept and compressed as the pages are; nothing but what is public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from flask import Response, current_app, g, render_template, request
from flask_babel import gettext as _

from sp4n.cases.models import PublicCase
from sp4n.cases.public_search import Asked, PublicFound, page_of
from sp4n.cases.queries import public_case
from sp4n.cases.words import EVENT_LABELS, STATE_LABELS
from sp4n.db import db
from sp4n.portal.blueprints import agency as agency_site
from sp4n.portal.blueprints import national_site
from sp4n.portal.national_cases import agencies_of
from sp4n.portal.public_lists import (
    Wanted,
    asked_here,
    asked_of_all,
    wanted_here,
    wanted_of_all,
)
from sp4n.tenants.addresses import agency_url, national_url
from sp4n.web.everyones import for_everyone
from sp4n.web.language import current_language

ENTRIES: Final = 30
# Of what never changes: of an empty feed.
BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """`name`: the same for ever, whichever agency has the case."""

    name: str
    title: str
    words: str
    by: str
    at: datetime
    first: datetime
    link: str


@agency_site.get("/laporan.xml")
@for_everyone
def cases_feed() -> Response:
    wanted = wanted_here(request.args)
    found = _found(asked_here(db.session(), wanted, g.agency.id))
    entries = [_of_case(one, g.agency.short_name, _address(one.reference)) for one in found]
    return _feed(
        _title(wanted, g.agency.name),
        agency_url(g.agency, "/laporan.xml" + _query(wanted), lang=current_language()),
        agency_url(g.agency, "/laporan" + _query(wanted), lang=current_language()),
        entries,
    )


@agency_site.get("/laporan/<reference>/umpan.xml")
@for_everyone
def case_feed(reference: str) -> Response:
    found = public_case(db.session(), agency_id=g.agency.id, reference=reference)
    address = _address(found.reference)
    feed = agency_url(g.agency, f"/laporan/{found.reference}/umpan.xml", lang=current_language())
    return _feed(found.title, feed, address, _of_timeline(found, address))


@national_site.get("/laporan.xml", endpoint="cases_feed")
@for_everyone
def cases_of_all() -> Response:
    wanted = wanted_of_all(request.args)
    found = _found(asked_of_all(db.session(), wanted))
    agencies = agencies_of(found)
    return _feed(
        _title(wanted, _("semua instansi")),
        national_url("/laporan.xml" + _query(wanted), lang=current_language()),
        national_url("/laporan" + _query(wanted), lang=current_language()),
        [
            _of_case(one, at.short_name, agency_url(at, f"/laporan/{one.reference}"))
            for one in found
            for at in [agencies[one.agency_id]]
        ],
    )


def _found(asked: Asked) -> Sequence[PublicFound]:
    return page_of(db.session(), asked, ENTRIES).rows


def _query(wanted: Wanted) -> str:
    return f"?{urlencode(wanted.asked)}" if wanted.asked else ""


def _title(wanted: Wanted, where: str) -> str:
    if wanted.q:
        return _("Laporan warga, %(where)s: “%(text)s”", where=where, text=wanted.q)
    return _("Laporan warga, %(where)s", where=where)


def _address(reference: str) -> str:
    return agency_url(g.agency, f"/laporan/{reference}", lang=current_language())


def _of_case(one: PublicFound, by: str, link: str) -> Entry:
    words = f"{STATE_LABELS[one.state]}. {one.body}"
    return Entry(_name(one.reference), one.title, words, by, one.updated_at, one.filed_at, link)


def _of_timeline(found: PublicCase, link: str) -> list[Entry]:
    """The newest first; the report itself is the first that happened."""
    begins = Entry(
        _name(found.reference),
        str(EVENT_LABELS["filed"]),
        found.body,
        g.agency.short_name,
        found.filed_at,
        found.filed_at,
        link,
    )
    later = [
        Entry(
            f"{_name(found.reference)}/{number}",
            str(EVENT_LABELS.get(one["kind"], one["kind"])),
            one["body"],
            one["by"] or g.agency.short_name,
            at,
            at,
            link,
        )
        for number, one in enumerate(found.timeline, 1)
        for at in [datetime.fromisoformat(one["at"])]
    ]
    return [*later[::-1], begins][:ENTRIES]


def _name(reference: str) -> str:
    domain = current_app.extensions["sp4n.settings"].base_domain
    return f"tag:{domain},2026:laporan/{reference}"


def _feed(title: str, feed: str, page: str, entries: Sequence[Entry]) -> Response:
    updated = max((one.at for one in entries), default=BEGINNING)
    about = {"title": title, "feed": feed, "page": page, "entries": entries, "updated": updated}
    made = Response(render_template("portal/feed.xml", **about), mimetype="application/atom+xml")
    made.last_modified = updated
    return made
