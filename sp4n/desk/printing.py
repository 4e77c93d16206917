"""One case taken along as a PDF: an act, as it leaves a trace."""

from __future__ import annotations

from flask import Response, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.audit.operations import record
from sp4n.calendars.dates import long_date, long_moment
from sp4n.cases.models import CaseRecord
from sp4n.cases.queries import case_by_reference, case_events
from sp4n.cases.timeline import entries
from sp4n.cases.vault import IdentityFacts, identity_of
from sp4n.cases.words import CLASSIFICATION_LABELS, STATE_LABELS
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.case_page import topic_of
from sp4n.organisation.queries import unit_names
from sp4n.web.language import current_language


@bp.post("/laporan/<reference>/pdf")
@requires(Permission.CASE_NOTE)
def print_case(reference: str) -> ResponseReturnValue:
    # Heavy, in a room that workers load as well: `sp4n web` loads what it needs before it forks.
    from sp4n.desk.case_pdf import case_pdf

    session, actor = db.session(), current_actor()
    case = case_by_reference(session, reference=reference, actor=actor)
    identity: IdentityFacts | None = None
    if request.form.get("identitas") == "1":
        sealer = current_app.extensions["sp4n.sealer"]
        identity = identity_of(session, sealer=sealer, case=case, actor=actor, purpose="pdf")
    record(
        session,
        actor=actor,
        act="case.printed",
        object_kind="case",
        object_id=case.id,
        data={"identity": identity is not None},
    )
    units = unit_names(session)
    history = entries(
        case_events(session, case=case, public_only=True),
        zone=g.agency.zone,
        language=current_language(),
        agency_name=g.agency.short_name,
        unit_names=units,
    )
    content = case_pdf(
        case,
        facts=facts_of(case, units),
        history=history,
        identity=identity,
        printed_at=clock.now(),
        by=actor.name,
    )
    pdf = Response(content, mimetype="application/pdf")
    pdf.headers.set("Content-Disposition", "attachment", filename=f"laporan-{case.reference}.pdf")
    pdf.headers["Cache-Control"] = "private, no-store"
    return pdf


def facts_of(case: CaseRecord, units: dict[int, str]) -> list[tuple[str, str]]:
    language, zone = current_language(), g.agency.zone
    due = long_date(case.due_at.astimezone(zone).date(), language) if case.due_at else ""
    return [
        (_("Status"), str(STATE_LABELS[case.state])),
        (_("Jenis laporan"), str(CLASSIFICATION_LABELS[case.classification])),
        (_("Topik"), topic_of(case)),
        (_("Dipegang oleh"), units.get(case.unit_id or 0, "") or g.agency.short_name),
        (_("Lokasi kejadian"), case.location),
        (_("Tanggal kejadian"), long_date(case.occurred_on, language) if case.occurred_on else ""),
        (_("Dikirim"), long_moment(case.filed_at, zone, language)),
        (_("Batas waktu"), due),
    ]
