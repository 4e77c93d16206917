"""What the package of a hand-off is drawn from, for whoever fetches it."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.calendars.dates import long_date, long_moment
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.ombudsman_models import OmbudsmanHandoff
from sp4n.cases.timeline import entries
from sp4n.cases.words import CLASSIFICATION_LABELS
from sp4n.errors import NotFound
from sp4n.files.models import Attachment
from sp4n.files.queries import attachments_of_case
from sp4n.organisation.queries import unit_names
from sp4n.tenants.resolver import AgencyFacts


def package_of(
    session: Session, row: OmbudsmanHandoff, *, agency: AgencyFacts, language: str
) -> bytes:
    """NotFound until it is prepared."""
    from sp4n.cases.ombudsman_pdf import package_pdf

    case = session.scalars(sa.select(CaseRecord).where(CaseRecord.id == row.case_id)).one()
    events = _told(session, row)
    return package_pdf(
        case,
        row,
        agency_name=agency.name,
        facts=_facts(case, agency.zone, language),
        history=entries(
            events,
            zone=agency.zone,
            language=language,
            agency_name=agency.short_name,
            unit_names=unit_names(session),
        ),
        files=[(one.file_name, bytes(one.sha256).hex()) for one in files_of(session, row)],
        zone=agency.zone,
        language=language,
    )


def files_of(session: Session, row: OmbudsmanHandoff) -> list[Attachment]:
    """What its reporter has enclosed, and what they were sent; NotFound until it is prepared."""
    told = {event.id for event in _told(session, row)}
    return [one for one in attachments_of_case(session, row.case_id) if one.event_id in told]


def _told(session: Session, row: OmbudsmanHandoff) -> Sequence[CaseEvent]:
    if row.until_event_id is None:
        raise NotFound
    told = sa.select(CaseEvent).where(
        CaseEvent.case_id == row.case_id, CaseEvent.public, CaseEvent.id <= row.until_event_id
    )
    return session.scalars(told.order_by(CaseEvent.id)).all()


def _facts(case: CaseRecord, zone: ZoneInfo, language: str) -> list[tuple[str, str]]:
    return [
        (_("Jenis laporan"), str(CLASSIFICATION_LABELS[case.classification])),
        (_("Dikirim"), long_moment(case.filed_at, zone, language)),
        (_("Lokasi kejadian"), case.location),
        (
            _("Tanggal kejadian"),
            long_date(case.occurred_on, language) if case.occurred_on else "",
        ),
        (_("Anonim"), _("Ya") if case.anonymous else _("Tidak")),
    ]
