"""What an agency must have before it goes live, computed from what there is; and going live.

Each fact is a function of `FACTS`, or one that another instrument adds by `require`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.accounts.queries import has_safe_admin, units_answered_for
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.calendars.local_holidays import read_holidays
from sp4n.cases.operations import end_trials, hold_back, trial_cases
from sp4n.cases.states import State
from sp4n.configuration.queries import draft, own_values
from sp4n.errors import NotPossible
from sp4n.notices.reply_addresses import proof_of
from sp4n.organisation.queries import unit_tree
from sp4n.settings.national import SECOND_FACTOR_FOR_ADMINS, amount_of
from sp4n.tenants.resolver import AgencyFacts, agency_by_id

NAMED: Final = 5


@dataclass(frozen=True)
class NextAct:
    """Where it is done: an endpoint of the agency's site."""

    label: str
    endpoint: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fact:
    """`state`: how things stand; `why`: what it is good for; `act`: the one thing to do next."""

    label: str
    why: str
    done: bool
    state: str
    act: NextAct


@dataclass(frozen=True)
class Looking:
    """At one agency, whose settings are drafted but do not hold yet in `drafted`."""

    session: Session
    agency: AgencyFacts
    drafted: dict[str, str]


# None where it is not asked of this agency.
Look = Callable[[Looking], Fact | None]


def checklist(session: Session, *, agency: AgencyFacts) -> list[Fact]:
    """Of an agency that is not live yet: it looks at all of its cases."""
    at = Looking(session, agency, own_values(draft(session)))
    return [fact for look in FACTS if (fact := look(at)) is not None]


def go_live(session: Session, *, agency: AgencyFacts, actor: Actor) -> None:
    """For good, and once. NotPossible with what lacks, or where a colleague was faster."""
    hold_back(session)
    now = agency_by_id(agency.id)
    if now is None or not now.preparing:
        raise NotPossible(_("Portal ini sudah dibuka. Mungkin rekan Anda baru saja membukanya."))
    lacking = [fact.label for fact in checklist(session, agency=now) if not fact.done]
    if lacking:
        raise NotPossible(_("Belum dapat dibuka. Yang kurang: %(what)s.", what="; ".join(lacking)))
    end_trials(session, actor=actor)
    session.flush()
    if not session.scalar(sa.select(sa.func.agency_goes_live())):
        raise NotPossible(_("Portal ini sudah dibuka. Mungkin rekan Anda baru saja membukanya."))
    record(session, actor=actor, act="agency.live", object_kind="agency", object_id=agency.id)
    session.flush()


def brand(at: Looking) -> Fact:
    missing = _missing(at, {"logo": _("logo")})
    return Fact(
        _("Logo dan warna"),
        _("Warga mengenali bahwa halaman ini milik instansi Anda."),
        not missing,
        _("Warna %(colour)s, logo terpasang.", colour=at.agency.colour)
        if not missing
        else _("Belum ada logo."),
        _set(at, missing, "gambar", _("Pasang logo")),
    )


def contacts(at: Looking) -> Fact:
    missing = _missing(at, {"contact_phone": _("telepon"), "contact_email": _("email")})
    done = len(missing) < 2
    return Fact(
        _("Kontak"),
        _("Warga yang kesulitan melapor dapat menghubungi Anda dengan cara lain."),
        done,
        ", ".join(filter(None, (at.agency.contact_phone, at.agency.contact_email)))
        if done
        else _("Belum ada telepon atau email."),
        _set(at, missing, "kontak", _("Isi kontak"), enough=1),
    )


def hours(at: Looking) -> Fact:
    missing = _missing(at, {"opening_hours": _("jam layanan")})
    days = len(read_holidays(at.agency.local_holidays))
    return Fact(
        _("Jam layanan dan hari libur"),
        _("Warga tahu kapan Anda bekerja, dan batas waktu tidak menghitung hari libur Anda."),
        not missing,
        _(
            "%(hours)s Hari libur daerah: %(days)s, di luar libur nasional.",
            hours=at.agency.opening_hours,
            days=days,
        )
        if not missing
        else _("Jam layanan belum diisi."),
        _set(at, missing, "kontak", _("Isi jam layanan")),
    )


def units(at: Looking) -> Fact:
    tree = unit_tree(at.session, active_only=True)
    looked_after = units_answered_for(at.session)
    alone = [node.name for node in tree if node.id not in looked_after]
    if not tree:
        state = _("Belum ada unit.")
        act = NextAct(_("Tambah unit"), "kelola_unit.create_view")
    else:
        state = (
            _("Tanpa penghubung: %(names)s.", names=some_of(alone))
            if alone
            else _("Setiap unit ada penghubungnya.")
        )
        act = NextAct(_("Undang penghubung"), "kelola_orang.invite")
    return Fact(
        _("Unit dan pejabat penghubung"),
        _("Setiap laporan sampai ke orang yang menanganinya."),
        bool(tree) and not alone,
        state,
        act,
    )


def sender(at: Looking) -> Fact:
    missing = _missing(at, {"reply_to": _("alamat balasan")})
    name, address = at.agency.mail_name or at.agency.short_name, at.agency.reply_to
    row = proof_of(at.session, address) if address else None
    done = row is not None and row.confirmed_at is not None
    if done:
        state = _("Dari %(name)s, balasan ke %(address)s.", name=name, address=address)
    elif missing:
        state = _("Dari %(name)s, tanpa alamat balasan.", name=name)
    else:
        state = _(
            "Dari %(name)s. Alamat %(address)s belum dipastikan: buka tautan di kotak suratnya.",
            name=name,
            address=address,
        )
    label = _("Isi alamat balasan") if missing else _("Lihat alamat balasan")
    return Fact(
        _("Pengirim email"),
        _("Pelapor tahu siapa yang menulis, dan balasan mereka ada yang membaca."),
        done,
        state,
        _set(at, missing, "surat", label),
    )


def safe_admin(at: Looking) -> Fact | None:
    if not amount_of(at.session, SECOND_FACTOR_FOR_ADMINS) or at.agency.demo:
        return None
    done = has_safe_admin(at.session)
    return Fact(
        _("Verifikasi dua langkah"),
        _("Diwajibkan tingkat nasional bagi admin: sandi yang bocor saja tidak cukup untuk masuk."),
        done,
        _("Ada admin yang memakainya.") if done else _("Belum ada admin yang memakainya."),
        NextAct(_("Nyalakan di akun saya"), "accounts.factor"),
    )


def trial(at: Looking) -> Fact:
    filed = trial_cases(at.session)
    answered = [case for case in filed if case.first_answered_at is not None]
    fact = (
        _("Laporan uji coba"),
        _("Anda melihat sendiri jalannya laporan, dari warga mengirim sampai mendapat tanggapan."),
    )
    if answered:
        state = _("Laporan %(reference)s sudah ditanggapi.", reference=answered[0].reference)
        return Fact(*fact, True, state, _case_act(_("Lihat laporan"), answered[0].reference))
    going = [case for case in filed if case.state in WORDS_OF_TRIAL]
    if not going:
        start = NextAct(_("Kirim laporan uji coba"), "portal.start")
        return Fact(*fact, False, _("Belum ada laporan uji coba."), start)
    case = going[0]
    state, act = WORDS_OF_TRIAL[State(case.state)]()
    return Fact(*fact, False, f"{case.reference}: {state}", _case_act(act, case.reference))


WORDS_OF_TRIAL: Final[dict[State, Callable[[], tuple[str, str]]]] = {
    State.UNVERIFIED: lambda: (_("menunggu verifikasi."), _("Verifikasi laporan itu")),
    State.UNHANDLED: lambda: (_("menunggu tanggapan."), _("Tanggapi laporan itu")),
    State.IN_PROGRESS: lambda: (_("menunggu tanggapan."), _("Tanggapi laporan itu")),
}
FACTS: Final[list[Look]] = [brand, contacts, hours, units, sender, safe_admin, trial]


def require(look: Look) -> None:
    """One more fact, of an instrument whose room stands above: called in `app.py`."""
    if look not in FACTS:
        FACTS.append(look)


def some_of(names: list[str]) -> str:
    if len(names) <= NAMED:
        return ", ".join(names)
    return _("%(names)s, dan %(n)s lagi", names=", ".join(names[:NAMED]), n=len(names) - NAMED)


def _missing(at: Looking, wanted: dict[str, str]) -> list[str]:
    return [key for key in wanted if not getattr(at.agency, key)]


def _set(at: Looking, missing: list[str], group: str, label: str, enough: int = 0) -> NextAct:
    """To the settings; where they are right in the draft, to where it is published."""
    drafted = [key for key in missing if at.drafted.get(key)]
    if drafted and len(drafted) >= (enough or len(missing)):
        return NextAct(_("Terbitkan draf"), "kelola_pengaturan.publish")
    return NextAct(label, "kelola_pengaturan.group", {"group": group})


def _case_act(label: str, reference: str) -> NextAct:
    return NextAct(label, "desk.case", {"reference": reference})
