"""Drafting, publishing and taking back: each act whole, and one at a time within an agency."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import SYSTEM, Actor
from sp4n.audit.operations import record
from sp4n.cases.operations import start_recount
from sp4n.configuration.catalogue import SETTINGS, checked
from sp4n.configuration.checks import NotRight
from sp4n.configuration.gone import confidential_gone, gone_from, without_gone
from sp4n.configuration.models import ConfigurationVersion
from sp4n.configuration.queries import (
    changes,
    defaults,
    draft,
    edits_so_far,
    own_values,
    pictures_in_use,
    published,
)
from sp4n.configuration.unit_values import without_equal
from sp4n.errors import Invalid, NotPossible
from sp4n.files.operations import KEPT
from sp4n.files.pictures import has_picture, sweep_pictures
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.jobs.registry import OutboxFacts
from sp4n.notices.reply_addresses import ask_proof
from sp4n.settings.answer_rules import locks
from sp4n.settings.intake import kept, read_intake, written_intake
from sp4n.tenants.models import AgencyProfile
from sp4n.tenants.scope import current_agency_id

PUBLISH_LATER = "configuration.publish"
LONGEST_REASON = 300
# What due dates are counted by: cases that are open go by what holds now.
DUE_BY = frozenset({"local_holidays", "time_limits"})
# A draft that waits cannot be changed: a mistyped year must not lock the settings up.
LONGEST_WAIT = timedelta(days=366)


def change_draft(
    session: Session, *, answers: Mapping[str, str], edits: int, actor: Actor
) -> ConfigurationVersion:
    """Put `answers` (key -> text, "" for the default) into the draft, which begins with them.

    `edits`: `edits_so_far` when the form was shown. NotPossible where anything was changed since,
    or the draft waits for its day; Invalid for values that are not right.
    """
    _one_at_a_time(session)
    right_ones = _right(session, answers)
    version = draft(session)
    if version is not None and version.state == "scheduled":
        raise NotPossible(_("Draf ini sudah dijadwalkan terbit. Batalkan jadwalnya dahulu."))
    if edits != edits_so_far(session):
        raise NotPossible(_changed_meanwhile(version))
    if version is None:
        version = _new_version(session, own_values(published(session)))
    own = {key: value for key, value in version.values.items() if key not in answers}
    version.values = without_equal(session, {**own, **right_ones})
    version.edits += 1
    version.changed_at, version.changed_by = clock.now(), actor.name
    session.flush()
    _record(session, actor, "configuration.drafted", version, {"keys": sorted(answers)})
    return version


def discard_draft(session: Session, *, actor: Actor) -> None:
    """Kept in the history of rows, out of everybody's way."""
    version = _draft_to_act_on(session)
    version.state = "discarded"
    session.flush()
    _record(session, actor, "configuration.discarded", version)


def publish_draft(
    session: Session, *, edits: int, reason: str, actor: Actor, at: datetime | None = None
) -> ConfigurationVersion:
    """It holds from now on, or from `at` on. `edits`: of the draft that was looked at."""
    version = _draft_to_act_on(session)
    if version.edits != edits or version.state == "scheduled":
        raise NotPossible(_changed_meanwhile(version))
    if gone := gone_from(session, version.values):
        raise NotPossible(_to_units_gone(gone))
    version.reason = _reason(reason)
    if at is None:
        _publish(session, version, actor)
    elif not clock.now() < at < clock.now() + LONGEST_WAIT:
        message = _("Pilih waktu yang akan datang, paling lama setahun lagi.")
        raise Invalid(fields={"publish_at": message})
    else:
        version.state, version.publish_at, version.published_by = "scheduled", at, actor.name
        session.flush()
        owe(session, kind=PUBLISH_LATER, object_id=version.id, queue=UPKEEP, due_at=at)
        _record(session, actor, "configuration.scheduled", version, {"at": at.isoformat()})
    return version


def unschedule(session: Session, *, actor: Actor) -> ConfigurationVersion:
    """A draft again, to be changed or published at another time."""
    version = _draft_to_act_on(session)
    if version.state != "scheduled":
        raise NotPossible(_("Draf ini tidak dijadwalkan."))
    version.state, version.publish_at, version.published_by = "draft", None, ""
    session.flush()
    _record(session, actor, "configuration.unscheduled", version)
    return version


def publish_due(session: Session, job: OutboxFacts) -> None:
    """What a schedule owes. Nothing, where it was taken back or moved since."""
    _one_at_a_time(session)
    version = draft(session)
    if version is None or version.id != job.object_id or version.state != "scheduled":
        return
    if version.publish_at is not None and version.publish_at <= clock.now():
        _publish(session, version, Actor("system", name=version.published_by or SYSTEM.name))


def restore(
    session: Session, *, version: ConfigurationVersion, reason: str, actor: Actor
) -> ConfigurationVersion:
    """A past version holds again, as a new one: the history only grows. A draft stays a draft.

    What the version sets and nobody can set any more is left at its default; what it sends to a
    unit that is gone stays with the agency; NotPossible where that would end its confidence.
    """
    _one_at_a_time(session)
    if version.state != "past":
        raise NotPossible(_("Hanya versi yang pernah terbit yang dapat dipulihkan."))
    locked = locks(session)
    known = {
        key: value
        for key, value in version.values.items()
        if key not in locked and _is_there(session, key, value)
    }
    right_ones = without_equal(session, _right(session, known))
    if secret := confidential_gone(session, right_ones):
        raise NotPossible(_confidence_lost(secret))
    fit = without_gone(session, right_ones)
    again = _new_version(session, fit, state="past")
    again.reason = _reason(reason)
    again.edits += 1
    _publish(session, again, actor)
    return again


def forget_pictures(session: Session) -> None:
    """Those that were tried, and are in no version that holds, has held or may come to hold."""
    sweep_pictures(session, named=pictures_in_use(session), before=clock.now() - KEPT)


def _publish(session: Session, version: ConfigurationVersion, actor: Actor) -> None:
    former = published(session)
    version.values = _with_topics_kept(own_values(former), version.values)
    given = defaults(session)
    changed = changes(own_values(former), version.values, given)
    if former is not None:
        former.state = "past"
        session.flush()
    version.state, version.publish_at = "published", None
    version.published_at, version.published_by = clock.now(), actor.name
    session.flush()
    _show(session, version)
    keys = [change.setting.key for change in changed]
    if DUE_BY & set(keys):
        start_recount(session, version_number=version.number)
    if "reply_to" in keys and version.values.get("reply_to"):
        with suppress(NotPossible):  # asked for a moment ago, or too often: the page says which
            ask_proof(session, address=version.values["reply_to"])
    _record(session, actor, "configuration.published", version, {"keys": keys})


def _with_topics_kept(former: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """An own topic that ever held is never taken out from under its cases: it is closed."""
    before, after = (read_intake(one.get("intake", "")) for one in (former, values))
    whole = kept(before, after)
    return dict(values) if whole is after else {**values, "intake": written_intake(whole)}


def _to_units_gone(gone: list[str]) -> str:
    return _(
        "Unit yang dituju sudah tidak ada atau tidak aktif: %(what)s. "
        "Pilih unit lain di sana, lalu terbitkan lagi.",
        what=", ".join(gone),
    )


def _confidence_lost(names: list[str]) -> str:
    return _(
        "Versi ini tidak dapat dipulihkan: unit yang dituju aturan rahasia %(names)s sudah tidak "
        "ada atau tidak aktif, dan tanpa aturan itu laporan baru yang cocok tidak lagi rahasia. "
        "Aktifkan lagi unitnya, atau tulis aturan itu di draf dengan unit lain, lalu terbitkan.",
        names=", ".join(f"“{name}”" for name in names),
    )


def _show(session: Session, version: ConfigurationVersion) -> None:
    """What every reader of this agency's pages gets from now on, in the same transaction."""
    row = insert(AgencyProfile).values(
        agency_id=current_agency_id(), version=version.number, shown=version.values
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["agency_id"],
            set_={"version": row.excluded.version, "shown": row.excluded.shown},
        )
    )


def _new_version(
    session: Session, values: Mapping[str, str], state: str = "draft"
) -> ConfigurationVersion:
    last = session.scalar(sa.select(sa.func.max(ConfigurationVersion.number)))
    version = ConfigurationVersion(
        number=(last or 0) + 1,
        state=state,
        values=dict(values),
        edits=edits_so_far(session),
    )
    session.add(version)
    session.flush()
    return version


def _is_there(session: Session, key: str, value: str) -> bool:
    """Whether it can still be set to this: a picture may have been swept away since."""
    setting = SETTINGS.get(key)
    if setting is None or setting.sort is None:
        return setting is not None
    return has_picture(session, name=value, sort=setting.sort)


def _right(session: Session, answers: Mapping[str, str]) -> dict[str, str]:
    """Own values only: what is empty, or equal to its default, is the default."""
    given, locked = defaults(session), locks(session)
    right_ones, wrong = {}, {}
    for key, value in answers.items():
        setting = SETTINGS.get(key)
        if setting is None or setting.locked or key in locked:
            wrong[key] = _("Pengaturan ini tidak dapat diubah di sini.")
            continue
        try:
            right = checked(setting, value)
            if right and not _is_there(session, key, right):
                raise NotRight(_("Gambar itu tidak ada lagi. Pilih berkasnya sekali lagi."))
        except NotRight as fault:
            wrong[key] = str(fault)
            continue
        if right and right != given[key]:
            right_ones[key] = right
    if wrong:
        raise Invalid(fields=wrong)
    return right_ones


def _draft_to_act_on(session: Session) -> ConfigurationVersion:
    _one_at_a_time(session)
    version = draft(session)
    if version is None:
        raise NotPossible(_("Tidak ada draf. Mungkin rekan Anda baru saja menerbitkannya."))
    return version


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        message = _("Tulis alasannya, paling panjang %(n)s huruf.", n=LONGEST_REASON)
        raise Invalid(fields={"reason": message})
    return reason


def _changed_meanwhile(version: ConfigurationVersion | None) -> str:
    if version is None:
        return _("Draf ini sudah terbit atau dibuang. Muat ulang halaman ini, lalu ubah lagi.")
    return _(
        "%(name)s baru saja mengubah draf ini. Isian Anda masih ada di bawah; "
        "bandingkan dengan draf yang baru sebelum menyimpan.",
        name=version.changed_by,
    )


def _one_at_a_time(session: Session) -> None:
    """Within the agency, until the transaction ends."""
    key = f"configuration/{current_agency_id()}"
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))


def _record(
    session: Session,
    actor: Actor,
    act: str,
    version: ConfigurationVersion,
    data: Mapping[str, object] | None = None,
) -> None:
    record(
        session,
        actor=actor,
        act=act,
        object_kind="configuration",
        object_id=version.id,
        data={"number": version.number, **(data or {})},
    )
    session.flush()
