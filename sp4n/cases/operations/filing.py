"""A report comes in: everything that follows from it, in ten statements and one transaction.

The form's key makes it happen once: who sends the same form again, or at the same moment, gets the
case that the first one made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, cast

import sqlalchemy as sa
from flask_babel import gettext as _
from psycopg.errors import LockNotAvailable, UniqueViolation
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import REPORTER
from sp4n.audit.operations import record
from sp4n.cases.access import derive_access_code, hash_access_code
from sp4n.cases.answers import FilingAnswers, check_answers
from sp4n.cases.drafts import form_key_hash
from sp4n.cases.models import CaseEvent, CaseRecord, FilingDraft, FilingKey, Identity, Tracking
from sp4n.cases.references import make_reference
from sp4n.cases.states import State
from sp4n.cases.time_limits import Clockwork
from sp4n.errors import Invalid, NotPossible
from sp4n.figures import operations as figures
from sp4n.files.operations import give_draft_to_case
from sp4n.jobs.outbox import owe
from sp4n.sealing import Sealer, hashes_match
from sp4n.settings.queries import Step, rule_set, rule_set_in_force
from sp4n.tenants.resolver import AgencyFacts

KEY_LIFE: Final = timedelta(days=7)
PATIENCE: Final = "5s"  # for the same form under way elsewhere
REFERENCE_TRIES: Final = 5
TAKEN: Final = ("pk_tracking", "uq_case_record_agency_id_reference")

_case = cast(sa.Table, CaseRecord.__table__)
_event = cast(sa.Table, CaseEvent.__table__)
_tracking = cast(sa.Table, Tracking.__table__)
_key = cast(sa.Table, FilingKey.__table__)
_draft = cast(sa.Table, FilingDraft.__table__)


@dataclass(frozen=True)
class FiledCase:
    """What the confirmation shows. `answer_due_hint`: if it is verified on the last day."""

    case_id: int
    reference: str
    access_code: str
    filed_at: datetime
    verify_due_at: datetime
    answer_due_hint: datetime | None
    repeated: bool


@dataclass(frozen=True)
class _Filing:
    """One filing under way."""

    session: Session
    secret: str
    form_key: str
    answers: FilingAnswers
    agency: AgencyFacts
    at: datetime

    @property
    def key_hash(self) -> bytes:
        return form_key_hash(self.form_key)

    @property
    def access_code(self) -> str:
        return derive_access_code(self.secret, self.agency.id, self.form_key)


def file_case(
    session: Session,
    *,
    sealer: Sealer,
    secret: str,
    form_key: str,
    answers: FilingAnswers,
    agency: AgencyFacts,
    language: str,
) -> FiledCase:
    """The new case, or the one that this form has made already (`repeated`).

    Raises Invalid for answers that are not right, or others than this form was sent with before;
    NotPossible when the agency takes no reports, or the same form hangs elsewhere.
    """
    now = clock.now()
    at = clock.rounded_to_hour(now) if answers.traceless else now
    filing = _Filing(session, secret, form_key, answers, agency, at)
    if not _take_key(filing):
        return _filed_before(filing)
    if not agency.active:
        raise NotPossible(_("Instansi ini sedang tidak menerima laporan baru."))
    check_answers(session, answers, agency.zone)
    clockwork = Clockwork(
        rule_set_in_force(session, at.astimezone(agency.zone).date()), agency.zone
    )
    values = _case_values(filing, clockwork, language)
    reference, case_id, event_id = _insert_case(filing, values)
    _finish_form(filing, case_id, event_id)
    _keep_identity(filing, sealer, case_id)
    record(session, actor=REPORTER, act="case.filed", object_kind="case", object_id=case_id, at=at)
    figures.count(session, measure=figures.FILED)
    if answers.reporter_email:
        owe(session, kind="notice.case_filed", object_id=event_id)
    # Staff hear of a traceless report on the hour: a letter sent at once would tell the minute.
    told_at = clock.next_hour(now) if answers.traceless else None
    owe(session, kind="notice.staff_new_case", object_id=event_id, due_at=told_at)
    session.flush()
    return _shown(filing, clockwork, case_id, reference, values["verify_due_at"], repeated=False)


def _take_key(filing: _Filing) -> bool:
    """False when this form made a case already. Waits for one that is about to."""
    session = filing.session
    session.execute(sa.text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
    take = insert(_key).values(
        agency_id=filing.agency.id,
        key_hash=filing.key_hash,
        body_hash=filing.answers.body_hash(filing.secret),
        expires_at=filing.at + KEY_LIFE,
    )
    try:
        taken = session.execute(take.on_conflict_do_nothing().returning(_key.c.key_hash))
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        raise NotPossible(
            _("Laporan ini sedang dikirim dari jendela lain. Tunggu sebentar, lalu kirim lagi.")
        ) from error
    return taken.first() is not None


def _filed_before(filing: _Filing) -> FiledCase:
    row = filing.session.execute(
        sa.select(FilingKey.body_hash, CaseRecord)
        .join(
            CaseRecord,
            sa.and_(
                CaseRecord.agency_id == FilingKey.agency_id, CaseRecord.id == FilingKey.case_id
            ),
        )
        .where(FilingKey.key_hash == filing.key_hash)
    ).one()
    body_hash, case = row
    if not hashes_match(body_hash, filing.answers.body_hash(filing.secret)):
        raise Invalid(
            _("Formulir ini sudah pernah dikirim dengan isi yang lain. Mulai laporan baru.")
        )
    filed = replace(filing, at=case.filed_at)
    clockwork = Clockwork(rule_set(filing.session, case.rule_set_id), filing.agency.zone)
    return _shown(filed, clockwork, case.id, case.reference, case.verify_due_at, repeated=True)


def _shown(
    filing: _Filing,
    clockwork: Clockwork,
    case_id: int,
    reference: str,
    verify_due_at: datetime,
    *,
    repeated: bool,
) -> FiledCase:
    return FiledCase(
        case_id=case_id,
        reference=reference,
        access_code=filing.access_code,
        filed_at=filing.at,
        verify_due_at=verify_due_at,
        answer_due_hint=clockwork.due(
            Step.FIRST_ANSWER, verify_due_at, filing.answers.classification
        ),
        repeated=repeated,
    )


def _case_values(filing: _Filing, clockwork: Clockwork, language: str) -> dict[str, Any]:
    answers, at = filing.answers, filing.at
    verify_due_at = clockwork.due(Step.VERIFICATION, at, answers.classification)
    if verify_due_at is None:
        raise LookupError(f"rule set {clockwork.rules.key} sets no limit to verification")
    return {
        "agency_id": filing.agency.id,
        "access_code_hash": hash_access_code(filing.secret, filing.access_code),
        "classification": answers.classification,
        "title": answers.title.strip(),
        "description": answers.description.strip(),
        "occurred_on": answers.occurred_on,
        "location": answers.location.strip(),
        "category_id": answers.category_id,
        "anonymous": answers.anonymous,
        "confidential": answers.confidential,
        "language": language,
        "state": State.UNVERIFIED,
        "rule_set_id": clockwork.rules.id,
        "filed_at": at,
        "verify_due_at": verify_due_at,
        "due_at": verify_due_at,
        "updated_at": at,
    }


def _insert_case(filing: _Filing, values: dict[str, Any]) -> tuple[str, int, int]:
    """Its reference, its id and that of its first event.

    A reference is drawn, not counted, so that nobody waits; one that is taken is drawn again.
    """
    for _attempt in range(REFERENCE_TRIES):
        reference = make_reference()
        insert_all = _case_tracking_event({**values, "reference": reference})
        try:
            with filing.session.begin_nested():
                case_id, event_id = filing.session.execute(insert_all).one()
        except IntegrityError as error:
            if _broken_constraint(error) not in TAKEN:
                raise
        else:
            return reference, case_id, event_id
    raise RuntimeError(f"{REFERENCE_TRIES} references in a row were taken")


def _broken_constraint(error: IntegrityError) -> str | None:
    return error.orig.diag.constraint_name if isinstance(error.orig, UniqueViolation) else None


def _case_tracking_event(values: dict[str, Any]) -> sa.sql.dml.ReturningInsert[int, int]:
    """One statement: the case, where it is tracked, and the first thing that happened to it."""
    case = sa.insert(_case).values(values).returning(_case.c.id).cte("filed")
    case_id = sa.select(case.c.id).scalar_subquery()
    owner = {"agency_id": values["agency_id"], "case_id": case_id}
    tracking = sa.insert(_tracking).values(**owner, reference=values["reference"]).cte("tracked")
    event = sa.insert(_event).values(
        **owner,
        at=values["filed_at"],
        kind="filed",
        public=True,
        actor_kind=REPORTER.kind,
        to_state=State.UNVERIFIED,
    )
    return event.add_cte(tracking).returning(_event.c.case_id, _event.c.id)


def _finish_form(filing: _Filing, case_id: int, event_id: int) -> None:
    """The form is done: its files are the case's, its draft is gone, its key names the case."""
    give_draft_to_case(
        filing.session, draft_key=filing.key_hash, case_id=case_id, event_id=event_id
    )
    mine = {"agency_id": filing.agency.id, "key_hash": filing.key_hash}
    gone = sa.delete(_draft).filter_by(**mine).cte("gone")
    named = sa.update(_key).filter_by(**mine).values(case_id=case_id)
    filing.session.execute(named.add_cte(gone))


def _keep_identity(filing: _Filing, sealer: Sealer, case_id: int) -> None:
    identity = filing.answers.identity
    if identity:
        sealed, reachable = sealer.seal(identity), bool(filing.answers.reporter_email)
        filing.session.add(Identity(case_id=case_id, sealed=sealed, reachable=reachable))
