"""What an agency's admin should see to: causes, and the one next act for each. Each check is a
function of `CHECKS`, or one that another instrument adds by `watch`; it looks at few rows, however
many cases there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.deputies import without_deputy
from sp4n.accounts.queries import open_accounts, units_answered_for
from sp4n.calendars.local_holidays import read_holidays
from sp4n.cases.letters import REPORTER_KINDS
from sp4n.cases.queries import late_cases, reference_of_event
from sp4n.configuration.onboarding import NextAct, some_of
from sp4n.jobs.queries import LostLetter, lost_letters
from sp4n.organisation.queries import UnitNode, unit_tree
from sp4n.tenants.models import AgencyDomain
from sp4n.tenants.resolver import AgencyFacts

MOST_LATE: Final = 1000
MOST_LETTERS: Final = 100
LETTERS_OF: Final = timedelta(days=14)
CALENDAR_FROM: Final = 11  # the month in which next year's days off should be known


@dataclass(frozen=True)
class Finding:
    """`cause`: why it is so; `urgent`: people are waiting because of it."""

    label: str
    cause: str
    act: NextAct
    urgent: bool = False


@dataclass(frozen=True)
class Examined:
    session: Session
    agency: AgencyFacts
    units: list[UnitNode]


Check = Callable[[Examined], Finding | None]


def findings(session: Session, *, agency: AgencyFacts) -> list[Finding]:
    """The urgent ones first; none is good news."""
    at = Examined(session, agency, unit_tree(session, active_only=True))
    found = [finding for check in CHECKS if (finding := check(at)) is not None]
    return sorted(found, key=lambda one: not one.urgent)


def cases_late(at: Examined) -> Finding | None:
    groups = late_cases(at.session, most=MOST_LATE)
    if not groups:
        return None
    number, worst = sum(group.cases for group in groups), groups[0]
    label = ngettext("Satu laporan terlambat", "%(num)s laporan terlambat", number)
    if number == MOST_LATE:
        label = _("Sedikitnya %(n)s laporan terlambat", n=MOST_LATE)
    names = {unit.id: unit.name for unit in at.units}
    asked = {"terlambat": "1"}
    if not worst.verified:
        cause = ngettext(
            "Satu di antaranya menunggu verifikasi.",
            "%(num)s di antaranya menunggu verifikasi.",
            worst.cases,
        )
        asked["status"] = "unverified"
    elif worst.unit_id is None:
        cause = ngettext(
            "Satu di antaranya belum diteruskan ke unit.",
            "%(num)s di antaranya belum diteruskan ke unit.",
            worst.cases,
        )
    else:
        unit = names.get(worst.unit_id) or _("unit yang tidak dipakai lagi")
        cause = _("Terbanyak di %(unit)s: %(n)s.", unit=unit, n=worst.cases)
        asked["unit"] = str(worst.unit_id)
    return Finding(label, cause, NextAct(_("Buka daftarnya"), "desk.cases", asked), urgent=True)


def units_alone(at: Examined) -> Finding | None:
    looked_after = units_answered_for(at.session)
    alone = [unit.name for unit in at.units if unit.id not in looked_after]
    if not alone:
        return None
    return Finding(
        ngettext("Satu unit tanpa penghubung", "%(num)s unit tanpa penghubung", len(alone)),
        _("Laporan ke %(names)s diberitahukan kepada admin saja.", names=some_of(alone)),
        NextAct(_("Undang penghubung"), "kelola_orang.invite"),
    )


def liaisons_away(at: Examined) -> Finding | None:
    away = without_deputy(at.session)
    if not away:
        return None
    return Finding(
        _("Penghubung tidak bertugas, tanpa pengganti"),
        _("Tidak ada yang menggantikan %(names)s.", names=some_of([name for _id, name in away])),
        NextAct(_("Atur penggantinya"), "kelola_orang.person", {"row_id": str(away[0][0])}),
        urgent=True,
    )


def mails_lost(at: Examined) -> Finding | None:
    lost = lost_letters(at.session, since=clock.now() - LETTERS_OF, limit=MOST_LETTERS)
    if not lost:
        return None
    refused = sum(letter.refused for letter in lost)
    cause = _(
        "Server email kami tidak dapat mengirimnya. Pengelola nasional melihat hal yang sama."
    )
    if refused:
        cause = ngettext(
            "Satu alamat ditolak server penerimanya.",
            "%(num)s alamat ditolak server penerimanya.",
            refused,
        )
    newest = next((letter for letter in lost if letter.refused), lost[0])
    label = ngettext("Satu email tidak sampai", "%(num)s email tidak sampai", len(lost))
    return Finding(label, cause, _about(at, newest))


def _about(at: Examined, letter: LostLetter) -> NextAct:
    """The person or the case that the letter was about; a reporter is reached by telephone."""
    if letter.kind in REPORTER_KINDS and letter.object_id:
        reference = reference_of_event(at.session, event_id=letter.object_id)
        if reference:
            values = {"reference": reference}
            return NextAct(_("Hubungi pelapor dengan cara lain"), "desk.case", values)
    mine = letter.kind in ("account.invitation", "account.reset")
    person = letter.object_id if mine else letter.recipient_id
    if person:
        return NextAct(_("Periksa alamatnya"), "kelola_orang.person", {"row_id": str(person)})
    return NextAct(_("Periksa alamat petugas"), "kelola_orang.index_view")


def domain_failing(at: Examined) -> Finding | None:
    mine = sa.select(AgencyDomain).where(AgencyDomain.agency_id == at.agency.id)
    failing = at.session.scalars(mine.where(AgencyDomain.failing_since.is_not(None))).first()
    if failing is None:
        return None
    return Finding(
        _("Domain %(domain)s akan dilepas", domain=failing.domain),
        _("Buktinya tidak kami temukan lagi saat terakhir diperiksa."),
        NextAct(_("Lihat cara memulihkannya"), "kelola_alamat.domain", _row(failing.id)),
        urgent=True,
    )


def calendar_ending(at: Examined) -> Finding | None:
    """Who keeps local days off has none for the next year, and it is near."""
    today = clock.today(at.agency.zone)
    years = {one.day.year for one in read_holidays(at.agency.local_holidays)}
    if today.month < CALENDAR_FROM or today.year not in years or today.year + 1 in years:
        return None
    return Finding(
        _("Hari libur daerah %(year)s belum diisi", year=today.year + 1),
        _("Batas waktu yang melewati tahun baru akan menghitungnya sebagai hari kerja."),
        NextAct(_("Isi hari libur"), "kelola_libur.index_view"),
    )


def admin_alone(at: Examined) -> Finding | None:
    if open_accounts(at.session, role="admin") > 1:
        return None
    return Finding(
        _("Hanya ada satu admin"),
        _("Bila admin itu berhalangan, tidak ada yang dapat memverifikasi laporan."),
        NextAct(_("Undang admin kedua"), "kelola_orang.invite"),
    )


def _row(row_id: int) -> dict[str, str]:
    return {"row_id": str(row_id)}


CHECKS: Final[list[Check]] = [
    cases_late,
    liaisons_away,
    domain_failing,
    mails_lost,
    units_alone,
    admin_alone,
    calendar_ending,
]


def watch(check: Check) -> None:
    """One more, of an instrument whose room stands above: called in `app.py`."""
    if check not in CHECKS:
        CHECKS.append(check)
