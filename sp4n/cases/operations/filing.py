"""A report comes in: everything that follows from it, in one statement and its transaction.

The form's key makes it happen once: who sends the same form again, or at the same moment, gets the
case that the first one made. What is written, and by which rooms, is in `filed_rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from psycopg.errors import LockNotAvailable
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.access import derive_access_code, hash_access_code
from sp4n.cases.answers import FilingAnswers, check_answers
from sp4n.cases.drafts import draft_content, form_key_hash
from sp4n.cases.extra_answers import PREFIX, Understood, categories_of, understand
from sp4n.cases.models import CaseRecord, FilingKey
from sp4n.cases.operations.filed_rows import REPORTER_NOTICE, STAFF_NOTICE, file_all
from sp4n.cases.operations.trials import check_trial
from sp4n.cases.own_address import own_mark
from sp4n.cases.references import make_reference
from sp4n.cases.routing import Route, route
from sp4n.cases.time_limits import Clockwork, clockwork_for
from sp4n.errors import Invalid, NotPossible
from sp4n.jobs.outbox import owed_when
from sp4n.notices.sms import sms_is_on
from sp4n.sealing import Sealer, hashes_match
from sp4n.settings.extra_questions import asked_of, read_questions
from sp4n.settings.intake import lineage
from sp4n.settings.queries import RuleSetFacts, Step, rule_set, rule_set_in_force
from sp4n.tenants.resolver import AgencyFacts

KEY_LIFE: Final = timedelta(days=7)
PATIENCE: Final = "5s"  # for the same form under way elsewhere
REFERENCE_TRIES: Final = 5


@dataclass(frozen=True)
class Confirmation:
    """What the reporter is shown. `answer_due_hint`: if it is verified on the last day."""

    reference: str
    access_code: str
    filed_at: datetime
    verify_due_at: datetime
    answer_due_hint: datetime | None


@dataclass(frozen=True)
class FiledCase(Confirmation):
    case_id: int
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
    language: str
    trial: bool
    sent_to: Route | None

    @cached_property
    def extra(self) -> Understood:
        asked = asked_of(
            read_questions(self.agency.questions),
            categories_of(self.session, self.answers.category_id),
        )
        return understand(asked, dict(self.answers.extra), self.language)

    @property
    def key_hash(self) -> bytes:
        return form_key_hash(self.form_key)

    @property
    def body_hash(self) -> bytes:
        return self.answers.body_hash(self.secret)


def file_case(
    session: Session,
    *,
    sealer: Sealer,
    secret: str,
    form_key: str,
    answers: FilingAnswers,
    agency: AgencyFacts,
    language: str,
    trial: bool = False,
    received_at: datetime | None = None,
    remember: Callable[[Confirmation], Mapping[str, Any]] | None = None,
) -> FiledCase:
    """The new case, or the one that this form has made already (`repeated`).

    `trial`: by staff, at an agency that is not live yet, and only there.
    `received_at`: of what reached the agency before, by another way; limits run from then.
    `remember`: what stays in the place of the form's draft, for who comes back; else nothing.
    Raises Invalid for answers that are not right, or others than this form was sent with before;
    NotPossible when the agency takes no reports, or the same form hangs elsewhere.
    """
    at = received_at or clock.now()
    at = clock.rounded_to_hour(at) if answers.traceless else at
    sent_to = route(session, agency, answers, language)
    filing = _Filing(session, secret, form_key, answers, agency, at, language, trial, sent_to)
    try:
        _check(filing)
    except (Invalid, NotPossible):
        if before := _filed_before(filing):
            return before
        raise
    rules = rule_set_in_force(session, at.astimezone(agency.zone).date())
    shown = _confirmation(filing, _clockwork(filing, rules))
    rows = {
        **_case_row(filing, shown, rules.id),
        **_key_row(filing),
        **_identity_row(filing, sealer),
        **_route_row(filing),
        **_owed_row(filing),
    }
    for _attempt in range(REFERENCE_TRIES):
        # Drawn, not counted, so that nobody waits; one that is taken is drawn again.
        shown = replace(shown, reference=make_reference())
        draft = draft_content(sealer, remember(shown)) if remember else {}
        case_id = _write(filing, {**rows, **draft, "reference": shown.reference})
        if case_id is not None:
            return FiledCase(**vars(shown), case_id=case_id, repeated=False)
        if before := _filed_before(filing):
            return before
    raise RuntimeError(f"{REFERENCE_TRIES} references in a row were taken")


def _owed_row(filing: _Filing) -> dict[str, Any]:
    """Staff hear of a traceless report on the hour: sent at once it would tell the minute."""
    told_at = clock.next_hour(clock.now()) if filing.answers.traceless else None
    return {**owed_when(REPORTER_NOTICE), **owed_when(STAFF_NOTICE, told_at)}


def _check(filing: _Filing) -> None:
    form_key_hash(filing.form_key)
    if filing.trial:
        check_trial(filing.session)
    elif not filing.agency.active:
        raise NotPossible(_("Instansi ini sedang tidak menerima laporan baru."))
    check_answers(filing.session, filing.answers, filing.agency)
    extra = filing.extra
    wrong = dict(extra.wrong) | ({extra.stop[0]: extra.stop[1].stop} if extra.stop else {})
    if wrong:
        raise Invalid(fields={f"{PREFIX}{key}": words for key, words in wrong.items()})


def _write(filing: _Filing, rows: dict[str, Any]) -> int | None:
    """The id of the case; None where this form made one before, or the reference is taken. Waits
    for the same form under way elsewhere."""
    identity = filing.answers.identity
    statement = file_all(
        identified=bool(identity),
        reachable=is_reachable(identity),
        confirmed="draft_sealed" in rows,
        routed=filing.sent_to is not None,
    )
    try:
        return filing.session.connection().execute(statement, rows).scalar_one_or_none()
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        raise NotPossible(
            _("Laporan ini sedang dikirim dari jendela lain. Tunggu sebentar, lalu kirim lagi.")
        ) from error


def _filed_before(filing: _Filing) -> FiledCase | None:
    # The id is what the release before kept, for the seven days that a key lives.
    same = sa.or_(CaseRecord.reference == FilingKey.reference, CaseRecord.id == FilingKey.case_id)
    own = sa.and_(CaseRecord.agency_id == FilingKey.agency_id, same)
    made = sa.select(FilingKey.body_hash, CaseRecord).join(CaseRecord, own)
    row = filing.session.execute(made.where(FilingKey.key_hash == filing.key_hash)).one_or_none()
    if row is None:
        return None
    body_hash, case = row
    if not hashes_match(body_hash, filing.body_hash):
        raise Invalid(
            _("Formulir ini sudah pernah dikirim dengan isi yang lain. Mulai laporan baru.")
        )
    filing = replace(filing, at=case.filed_at)
    shown = _confirmation(filing, _clockwork(filing, rule_set(filing.session, case.rule_set_id)))
    shown = replace(shown, reference=case.reference)
    return FiledCase(**vars(shown), case_id=case.id, repeated=True)


def _clockwork(filing: _Filing, rules: RuleSetFacts) -> Clockwork:
    answers = filing.answers
    topics = lineage(filing.session, answers.category_id, answers.own_topic)
    unit_id = filing.sent_to.unit_id if filing.sent_to else None
    return clockwork_for(filing.agency, rules, unit_id, topics)


def _confirmation(filing: _Filing, clockwork: Clockwork) -> Confirmation:
    """Without its reference yet."""
    classification = filing.answers.classification
    verify_due_at = clockwork.due(Step.VERIFICATION, filing.at, classification)
    if verify_due_at is None:
        raise LookupError(f"rule set {clockwork.rules.key} sets no limit to verification")
    return Confirmation(
        reference="",
        access_code=derive_access_code(filing.secret, filing.agency.id, filing.form_key),
        filed_at=filing.at,
        verify_due_at=verify_due_at,
        answer_due_hint=clockwork.due(Step.FIRST_ANSWER, verify_due_at, classification),
    )


def _case_row(filing: _Filing, shown: Confirmation, rule_set_id: int) -> dict[str, Any]:
    answers = filing.answers
    return {
        "access_code_hash": hash_access_code(filing.secret, shown.access_code),
        "classification": answers.classification,
        "title": answers.title.strip(),
        "description": answers.description.strip(),
        "occurred_on": answers.occurred_on,
        "location": answers.location.strip(),
        "category_id": answers.category_id,
        "own_topic": answers.own_topic,
        "extra_answers": filing.extra.stored,
        "anonymous": answers.anonymous,
        "confidential": answers.confidential or _made_confidential(filing),
        "language": filing.language,
        "rule_set_id": rule_set_id,
        "trial": filing.trial,
        "photos_told": True,
        "at": filing.at,
        "verify_due_at": shown.verify_due_at,
    }


def _route_row(filing: _Filing) -> dict[str, Any]:
    if filing.sent_to is None:
        return {}
    sent_to = filing.sent_to
    return {"unit": sent_to.unit_id, "because": sent_to.because, "audited": sent_to.audited}


def _made_confidential(filing: _Filing) -> bool:
    return filing.sent_to is not None and filing.sent_to.confidential


def _key_row(filing: _Filing) -> dict[str, Any]:
    return {
        "agency": filing.agency.id,
        "form": filing.key_hash,
        "body_hash": filing.body_hash,
        "expires_at": max(filing.at, clock.rounded_to_hour(clock.now())) + KEY_LIFE,
        "patience": PATIENCE,
    }


def _identity_row(filing: _Filing, sealer: Sealer) -> dict[str, Any]:
    identity = filing.answers.identity
    if not identity:
        return {}
    mark = own_mark(
        sealer,
        filing.agency.id,
        identity.get("email", ""),
        anonymous=filing.answers.anonymous,
    )
    kept = {"sealed": sealer.seal(identity), "reachable": is_reachable(identity)}
    return {**kept, "address_hash": mark}


def is_reachable(identity: Mapping[str, str]) -> bool:
    """By mail or, where it is on, by SMS; who is found not to be is not written to."""
    return "email" in identity or (sms_is_on() and "phone" in identity)
