"""What a list of cases shows, taken along as CSV or as a workbook. Neither who reported nor notes
are in it: an export is read where nobody notes who looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.cases.filters import Conditions
from sp4n.cases.models import CaseRecord
from sp4n.cases.queries import case_list
from sp4n.cases.words import ARCHIVE_REASON_LABELS, CLASSIFICATION_LABELS, STATE_LABELS
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.lists import Wanted, wanted
from sp4n.organisation.queries import unit_names
from sp4n.settings.intake import read_intake, topic_label
from sp4n.tenants.resolver import AgencyFacts
from sp4n.tenants.scope import Scope, opened
from sp4n.web.language import current_language
from sp4n.web.paging import Cursor
from sp4n.web.spreadsheets import csv_text

MOST_ROWS: Final = 10_000
AT_ONCE: Final = 500


@bp.post("/unduh")
@requires(Permission.CASE_NOTE)
def take_list() -> ResponseReturnValue:
    """A POST, as it leaves a trace; of the list that its address asks for."""
    asked, actor = wanted(), current_actor()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    rows = Rows(app, g.agency, current_language(), actor, asked, asked.more)
    kind = "xlsx" if request.form.get("format") == "xlsx" else "csv"
    words = {"q": asked.text} if asked.text else {}
    data = {"format": kind, "search": {k: str(v) for k, v in (asked.place | words).items()}}
    record(db.session(), actor=actor, act="case.list_exported", data=data)
    if kind == "csv":
        # Written while it is read: a piece at a time, in a scope and a transaction of its own.
        lines = csv_text(head(), rows.later())
        return file_of((line.encode() for line in lines), "text/csv", "csv")
    # Heavy, in a room that workers load as well: `sp4n web` loads it before it forks.
    from sp4n.web.workbooks import MEDIA_TYPE, workbook

    return file_of(workbook(head(), rows.now()), MEDIA_TYPE, "xlsx")


@dataclass(frozen=True)
class Rows:
    """The lines of a list, no more than `MOST_ROWS`; the last one says so where there are more."""

    app: Flask
    agency: AgencyFacts
    language: str
    actor: Actor
    asked: Wanted
    more: Conditions
    units: dict[int, str] = field(default_factory=dict)

    def now(self) -> Iterator[list[Any]]:
        return self._all(self._read)

    def later(self) -> Iterator[list[Any]]:
        """Once the request has ended."""
        return self._all(self._read_anew)

    def _all(self, read: Any) -> Iterator[list[Any]]:
        before: Cursor | None = None
        for _piece in range(MOST_ROWS // AT_ONCE):
            lines, before, end = read(before)
            yield from lines
            if before is None:
                return
        yield [end]

    def _read_anew(self, before: Cursor | None) -> tuple[list[list[Any]], Cursor | None, str]:
        with self.app.app_context(), opened(Scope("tenant", self.agency.id)):
            g.language = self.language
            return self._read(before)

    def _read(self, before: Cursor | None) -> tuple[list[list[Any]], Cursor | None, str]:
        session, asked = db.session(), self.asked
        if not self.units:
            self.units.update(unit_names(session))
        found = case_list(
            session,
            actor=self.actor,
            state=asked.state,
            unit_id=asked.unit_id,
            overdue=asked.overdue,
            topic=asked.topic,
            text=asked.text,
            more=self.more,
            before=before,
            limit=AT_ONCE,
        )
        lines = [self._line(case) for case in found.rows]
        for case in found.rows:
            session.expunge(case)
        end = _("Hanya %(n)s laporan terbaru. Saring daftarnya lebih sempit.", n=MOST_ROWS)
        return lines, found.next, end

    def _line(self, case: CaseRecord) -> list[Any]:
        intake, about = read_intake(self.agency.intake), (case.category_id, case.own_topic)
        return [
            case.reference,
            case.title,
            str(CLASSIFICATION_LABELS[case.classification]),
            topic_label(db.session(), intake, *about, self.language),
            str(STATE_LABELS[case.state]),
            self.units.get(case.unit_id or 0, ""),
            *map(self._day, (case.filed_at, case.verified_at, case.first_answered_at)),
            self._day(case.due_at),
            yes(case.due_at is not None and case.due_at < clock.now()),
            self._day(case.closed_at),
            str(ARCHIVE_REASON_LABELS.get(case.archive_reason, "")),
            yes(case.supervision),
            yes(case.confidential),
            yes(case.anonymous),
            yes(case.published),
        ]

    def _day(self, at: datetime | None) -> str:
        return at.astimezone(self.agency.zone).date().isoformat() if at else ""


def yes(fact: bool) -> str:
    return _("ya") if fact else ""


def head() -> list[str]:
    return [
        _("Nomor laporan"),
        _("Judul"),
        _("Jenis laporan"),
        _("Topik"),
        _("Status"),
        _("Unit"),
        _("Diterima"),
        _("Diverifikasi"),
        _("Tanggapan pertama"),
        _("Batas waktu"),
        _("Terlambat"),
        _("Ditutup"),
        _("Alasan pengarsipan"),
        _("Berkadar pengawasan"),
        _("Rahasia"),
        _("Anonim"),
        _("Diumumkan"),
    ]


def file_of(content: Iterable[bytes], media_type: str, ending: str) -> Response:
    response = Response(content, mimetype=media_type)
    name = f"laporan-{g.agency.slug}-{clock.today(g.agency.zone)}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
