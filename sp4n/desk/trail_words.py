"""What an entry of the trail says, as a sentence: on the page with a way to the case, in a file
as plain text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from flask import url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import Session

from sp4n.accounts.models import Account
from sp4n.accounts.words import role_label
from sp4n.audit.actors import Actor
from sp4n.audit.models import AuditEntry
from sp4n.audit.words import act_label
from sp4n.cases.queries import references_among
from sp4n.cases.words import ARCHIVE_REASON_LABELS, STATE_LABELS
from sp4n.configuration.catalogue import SETTINGS
from sp4n.organisation.models import Unit

# By act, or by act and a turn of it. What is missing is told by its label and its object.
SENTENCES: Final[dict[str, LazyString]] = {
    "account.deactivate": _l("Menutup akun %(object)s"),
    "account.invite": _l("Mengundang %(object)s sebagai %(role)s"),
    "account.invite_again": _l("Mengirim ulang undangan kepada %(object)s"),
    "account.link": _l("Mengirim tautan akun kepada %(object)s"),
    "account.role": _l("Mengubah peran %(object)s dari %(from)s menjadi %(to)s"),
    "account.units": _l("Menetapkan unit %(object)s: %(units)s"),
    "account.sign_in:device": _l("Masuk ke akun lewat %(device)s"),
    "case.accepted": _l("Menerima laporan %(object)s dari %(agency)s"),
    "case.answered": _l("Menanggapi laporan %(object)s"),
    "case.answered:approved": _l("Menyetujui tanggapan atas laporan %(object)s"),
    "case.answered:final": _l("Memberi tanggapan akhir atas laporan %(object)s"),
    "case.archived": _l("Mengarsipkan laporan %(object)s. Alasan: %(reason)s"),
    "case.archived:lapse": _l(
        "Mengarsipkan laporan %(object)s karena keterangan yang diminta tidak diberikan"
    ),
    "case.asked": _l("Meminta pelapor melengkapi laporan %(object)s"),
    "case.assigned": _l("Meneruskan laporan %(object)s ke %(unit)s"),
    "case.appealed": _l("Menyanggah lagi; laporan %(object)s menunggu putusan koordinator"),
    "case.contested": _l("Menyanggah akhir laporan %(object)s; laporan diproses lagi"),
    "case.closed:accept": _l("Menerima tanggapan; laporan %(object)s selesai"),
    "case.closed:expire": _l("Menutup laporan %(object)s karena tidak ada tanggapan pelapor"),
    "case.closed:end_trial": _l("Mengakhiri laporan uji coba %(object)s"),
    "case.draft_returned": _l("Mengembalikan draf tanggapan atas laporan %(object)s"),
    "case.drafted": _l("Menulis draf tanggapan atas laporan %(object)s"),
    "case.entrusted": _l("Menugaskan laporan %(object)s kepada %(person)s"),
    "case.contact_allowed": _l("Mengizinkan kontaknya diteruskan, laporan %(object)s"),
    "case.decided": _l("Memutuskan siapa yang memegang laporan %(object)s"),
    "case.filed": _l("Mengirim laporan %(object)s"),
    "case.forwarded": _l("Laporan %(object)s berpindah ke %(agency)s"),
    "case.grouped": _l("Menggabung laporan %(object)s dengan laporan lain"),
    "case.kept": _l("Laporan %(object)s tidak jadi berpindah"),
    "case.offered": _l("Mengirim laporan %(object)s ke %(agency)s"),
    "case.recalled": _l("Menarik kembali kiriman laporan %(object)s"),
    "case.noted": _l("Menulis catatan internal pada laporan %(object)s"),
    "case.overturned": _l("Memutuskan bahwa laporan %(object)s harus diproses lagi"),
    "case.upheld": _l("Memutuskan bahwa laporan %(object)s selesai"),
    "case.split": _l("Membagi laporan %(object)s"),
    "case.redacted": _l("Mengubah yang dibaca umum dari laporan %(object)s"),
    "case.rated": _l("Menilai penanganan laporan %(object)s"),
    "case.replied": _l("Menulis tanggapan pada laporan %(object)s"),
    "case.reopened": _l("Membuka kembali laporan %(object)s"),
    "case.resumed": _l("Melanjutkan laporan %(object)s tanpa menunggu pelapor"),
    "case.verified": _l("Memverifikasi laporan %(object)s"),
    "case.withdrawn": _l("Menarik laporan %(object)s"),
    "configuration.drafted": _l("Mengubah draf pengaturan: %(keys)s"),
    "configuration.published": _l("Menerbitkan pengaturan versi %(number)s: %(keys)s"),
    "configuration.scheduled": _l("Menjadwalkan pengaturan versi %(number)s"),
    "export.requested:confidential": _l("Meminta ekspor seluruh data, termasuk laporan rahasia"),
    "operator.entered": _l("Membuka laporan instansi ini. Alasan: %(reason)s"),
    "trail.exported": _l("Mengunduh jejak audit sebagai CSV"),
    "unit.add": _l("Menambah unit %(object)s"),
    "unit.change": _l("Mengubah unit %(object)s"),
    "unit.remove": _l("Menghapus unit %(object)s"),
}


# Facts whose presence makes another sentence of an act.
TURNS: Final = ("approved", "final", "device", "confidential")


@dataclass(frozen=True)
class Names:
    """What ids in entries stand for today, as far as this reader may know."""

    cases: Mapping[int, str]
    accounts: Mapping[int, str]
    units: Mapping[int, str]

    def told(self, entry: AuditEntry) -> Markup:
        """With the case's number as a link."""
        return _sentence(entry, self._facts(entry, linked=True))

    def told_plainly(self, entry: AuditEntry) -> str:
        facts = self._facts(entry, linked=False)
        return str(_sentence(entry, {key: Markup(value) for key, value in facts.items()}))  # noqa: S704 - plain text, no page

    def reference(self, entry: AuditEntry) -> str:
        """ "" for what is no case, or one that this reader may not open."""
        return self.cases.get(entry.object_id or 0, "") if entry.object_kind == "case" else ""

    def _facts(self, entry: AuditEntry, *, linked: bool) -> dict[str, str]:
        data = entry.data
        units = [self.units.get(one, _("unit yang sudah dihapus")) for one in _unit_ids(entry)]
        return {
            "object": self._object(entry, linked),
            "agency": str(data.get("to_agency") or data.get("from_agency") or ""),
            "role": role_label(str(data.get("role", ""))),
            "from": _state_or_role(data.get("from")),
            "to": _state_or_role(data.get("to")),
            "unit": units[0] if units else _("tanpa unit"),
            "units": ", ".join(units) or _("tidak ada"),
            "person": self._person(data.get("account_id")),
            "device": str(data.get("device", "")),
            "reason": _reason(str(data.get("reason", ""))),
            "number": str(data.get("number", "")),
            "keys": ", ".join(_setting(key) for key in data.get("keys", ())) or "-",
        }

    def _person(self, number: Any) -> str:
        if number is None:
            return _("unitnya")
        return self.accounts.get(number, _("akun yang tidak dikenal"))

    def _object(self, entry: AuditEntry, linked: bool) -> str:
        number = entry.object_id or 0
        if entry.object_kind == "case":
            reference = self.reference(entry)
            if not reference:
                return _("yang tidak dapat Anda buka")
            return case_link(reference) if linked else reference
        if entry.object_kind == "account":
            return self.accounts.get(number, _("akun yang tidak dikenal"))
        if entry.object_kind == "unit":
            return str(entry.data.get("name") or self.units.get(number, ""))
        if entry.object_kind == "document":
            return str(entry.data.get("name", ""))
        return ""


def names_in(session: Session, entries: Iterable[AuditEntry], *, actor: Actor) -> Names:
    """In one statement."""
    entries = list(entries)
    ids: dict[str, set[int]] = {"case": set(), "account": set(), "unit": set()}
    for entry in entries:
        if entry.object_id is not None:
            ids.get(entry.object_kind, set()).add(entry.object_id)
        ids["unit"].update(_unit_ids(entry))
        if isinstance(entry.data.get("account_id"), int):
            ids["account"].add(entry.data["account_id"])
    sources = {
        "case": references_among(ids["case"], actor=actor),
        "account": names_among(Account, ids["account"]),
        "unit": names_among(Unit, ids["unit"]),
    }
    asked = [
        sa.select(sa.literal(sort).label("sort"), *found.subquery(sort).c)
        for sort, found in sources.items()
        if ids[sort]
    ]
    names: dict[str, dict[int, str]] = {sort: {} for sort in sources}
    for sort, number, name in session.execute(sa.union_all(*asked)) if asked else ():
        names[sort][number] = name
    return Names(names["case"], names["account"], names["unit"])


def names_among(table: type[Account] | type[Unit], ids: Collection[int]) -> sa.Select[int, str]:
    return sa.select(table.id, table.name).where(table.id.in_(ids))


def case_link(reference: str) -> Markup:
    way = url_for("desk.case", reference=reference)
    return Markup('<a class="number" href="{}">{}</a>').format(way, reference)


def _sentence(entry: AuditEntry, facts: Mapping[str, str]) -> Markup:
    turns = [str(entry.data.get("by", "")), *(key for key in TURNS if entry.data.get(key))]
    keys = [*(f"{entry.act}:{turn}" for turn in turns), entry.act]
    words = next((SENTENCES[key] for key in keys if key in SENTENCES), None)
    if words is not None:
        return Markup(str(words)) % facts  # noqa: S704 - words of ours; facts are escaped
    return Markup("{} {}").format(act_label(entry.act), facts["object"])


def _unit_ids(entry: AuditEntry) -> list[int]:
    data: Mapping[str, Any] = entry.data
    said = [data.get("unit_id"), *(data.get("unit_ids") or ())]
    return [one for one in said if isinstance(one, int)]


def _state_or_role(value: Any) -> str:
    text = str(value or "")
    return str(STATE_LABELS[text]) if text in STATE_LABELS else role_label(text)


def _reason(text: str) -> str:
    return str(ARCHIVE_REASON_LABELS.get(text, text))


def _setting(key: str) -> str:
    return str(SETTINGS[key].label) if key in SETTINGS else key
