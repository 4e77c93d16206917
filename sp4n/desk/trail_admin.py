"""/kelola/jejak: an agency's own trail, searched and taken along: who did what, acts of the
national level in it included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sp4n import clock
from sp4n.accounts.admin_base import Walled
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.audit.actors import Actor
from sp4n.audit.models import AuditEntry
from sp4n.audit.operations import record
from sp4n.audit.queries import NATIONAL, Found, Search, audit_trail
from sp4n.audit.words import act_label, actor_label
from sp4n.db import db
from sp4n.desk.trail_forms import TrailForm
from sp4n.desk.trail_words import Names, names_in
from sp4n.tenants.resolver import AgencyFacts
from sp4n.tenants.scope import Scope, opened
from sp4n.web.language import current_language
from sp4n.web.paging import Cursor, parse_cursor
from sp4n.web.spreadsheets import csv_text

ON_A_PAGE = 50
AT_ONCE = 1000  # rows that are read at a time for a file
MOST_ROWS = 100_000  # of one file; a shorter period gets the rest


class Trail(Walled):
    """`index_view` is the name that breadcrumbs and the index look for."""

    permission = Permission.AUDIT_VIEW
    about = _l("Siapa berbuat apa di instansi ini, termasuk tingkat nasional. Cari, lalu unduh.")

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        form, session, actor = TrailForm(), db.session(), current_actor()
        found = Found([], None)
        if right := form.validate():
            asked = form.search(session, actor=actor, zone=g.agency.zone)
            before = parse_cursor(request.args.get("sebelum"))
            found = audit_trail(session, search=asked, before=before, limit=ON_A_PAGE)
        page = self.render(
            "desk/trail.html",
            form=form,
            found=found,
            names=names_in(session, found.rows, actor=actor),
            actor_label=actor_label,
            national=NATIONAL,
            most=MOST_ROWS,
            zone=g.agency.zone,
        )
        return page, 200 if right else form.status

    @expose("/unduh", methods=("POST",))
    def download(self) -> ResponseReturnValue:
        """A POST, as it leaves a trace; the file is written while it is read."""
        form, session, actor = TrailForm(request.form), db.session(), current_actor()
        if not form.validate():
            return self.index_view()
        asked = form.search(session, actor=actor, zone=g.agency.zone)
        record(session, actor=actor, act="trail.exported", data={"search": form.place})
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        rows = Rows(app, g.agency, current_language(), asked, actor)
        return file_of(csv_text(head(), rows.lines()), "jejak-audit")


@dataclass(frozen=True)
class Rows:
    """Read after the request has ended, while its file is sent: a piece at a time, each in a scope
    and a transaction of its own, which no slow reader holds open."""

    app: Flask
    agency: AgencyFacts
    language: str
    asked: Search
    actor: Actor

    def lines(self) -> Iterator[list[Any]]:
        before: Cursor | None = None
        written = 0
        while written < MOST_ROWS:
            piece, before = self.piece(before)
            yield from piece
            written += len(piece)
            if before is None:
                return
        with self.app.app_context():
            g.language = self.language
            end = _("Hanya %(n)s baris terbaru. Pilih periode yang lebih pendek.", n=MOST_ROWS)
        yield [end]

    def piece(self, before: Cursor | None) -> tuple[list[list[Any]], Cursor | None]:
        with self.app.app_context(), opened(Scope("tenant", self.agency.id)):
            g.language = self.language
            found = audit_trail(db.session(), search=self.asked, before=before, limit=AT_ONCE)
            names = names_in(db.session(), found.rows, actor=self.actor)
            return [self.line(entry, names) for entry in found.rows], found.next

    def line(self, entry: AuditEntry, names: Names) -> list[Any]:
        return [
            entry.at.astimezone(self.agency.zone).isoformat(timespec="seconds"),
            entry.actor_name,
            actor_label(entry.actor_kind),
            act_label(entry.act),
            names.told_plainly(entry),
            names.reference(entry),
            entry.act,
        ]


def head() -> list[str]:
    return [
        _("Waktu"),
        _("Siapa"),
        _("Pelaku"),
        _("Tindakan"),
        _("Kalimat"),
        _("Nomor laporan"),
        _("Kode tindakan"),
    ]


def file_of(lines: Iterator[str], name: str) -> Response:
    response = Response((line.encode() for line in lines), mimetype="text/csv")
    day = clock.now().astimezone(g.agency.zone).date()
    file_name = f"{name}-{g.agency.slug}-{day}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
