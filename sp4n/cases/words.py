"""What states, acts and reasons are called, for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

CLASSIFICATION_LABELS: Final[dict[str, LazyString]] = {
    "pengaduan": _l("Pengaduan"),
    "aspirasi": _l("Aspirasi"),
    "permintaan_informasi": _l("Permintaan informasi"),
    "permohonan_informasi": _l("Permohonan informasi publik"),
}

STATE_LABELS: Final[dict[str, LazyString]] = {
    "unverified": _l("Belum terverifikasi"),
    "on_hold": _l("Tertunda"),
    "unhandled": _l("Belum ditindaklanjuti"),
    "in_progress": _l("Dalam proses"),
    "awaiting_reply": _l("Menunggu tanggapan pelapor"),
    "disputed": _l("Menunggu putusan koordinator"),
    "closed": _l("Selesai"),
    "archived": _l("Diarsipkan"),
    "forwarded": _l("Diteruskan ke instansi lain"),
}

EVENT_LABELS: Final[dict[str, LazyString]] = {
    "filed": _l("Laporan diterima"),
    "verified": _l("Laporan diverifikasi"),
    "assigned": _l("Laporan diteruskan ke unit"),
    "answered": _l("Tanggapan instansi"),
    "noted": _l("Catatan internal"),
    "replied": _l("Tanggapan pelapor"),
    "rescheduled": _l("Batas waktu dihitung ulang"),
    "closed": _l("Laporan selesai"),
    "archived": _l("Laporan diarsipkan"),
    "asked": _l("Pelapor diminta melengkapi laporan"),
    "resumed": _l("Laporan dilanjutkan tanpa menunggu pelapor"),
    "reopened": _l("Laporan dibuka kembali"),
    "entrusted": _l("Ditugaskan kepada"),
    "drafted": _l("Draf tanggapan menunggu persetujuan"),
    "draft_returned": _l("Draf tanggapan dikembalikan"),
    "contested": _l("Pelapor menyanggah"),
    "appealed": _l("Pelapor menyanggah lagi: koordinator memutuskan"),
    "rated": _l("Penilaian pelapor"),
    "withdrawn": _l("Laporan ditarik oleh pelapor"),
    "upheld": _l("Putusan koordinator: laporan ini selesai"),
    "overturned": _l("Putusan koordinator: laporan ini harus diproses lagi"),
    "offered": _l("Dikirim ke instansi lain"),
    "recalled": _l("Kiriman ditarik kembali"),
    "kept": _l("Laporan tetap di instansi ini"),
    "decided": _l("Diputuskan koordinator nasional"),
    "forwarded": _l("Diteruskan ke instansi lain"),
    "received": _l("Diterima dari instansi lain"),
    "ombudsman_offered": _l("Pelapor diberi tahu: laporan ini dapat diserahkan kepada Ombudsman"),
    "ombudsman_asked": _l("Pelapor menyerahkan laporan kepada Ombudsman"),
    "ombudsman_received": _l("Diterima Ombudsman, dengan nomor registrasi"),
    "ombudsman_withdrawn": _l("Pelapor menarik persetujuannya kepada Ombudsman"),
    "ombudsman_decided": _l("Hasil dari Ombudsman"),
    "reclassified": _l("Jenis atau topik laporan dikoreksi"),
    "supervised": _l("Kadar pengawasan dikoreksi"),
    "extended": _l("Waktu penyelesaian diperpanjang"),
    "escalated": _l("Keterlambatan dilaporkan"),
    "grouped": _l("Digabung dengan laporan tentang kejadian yang sama"),
    "ungrouped": _l("Tidak lagi digabung dengan laporan lain"),
    "linked": _l("Ditautkan dengan laporan di instansi lain"),
    "unlinked": _l("Tautan dengan laporan di instansi lain dilepas"),
    "suggested": _l("Tanggapan instansi lain atas kejadian yang sama"),
    "erased": _l("Identitas dihapus atas permintaan pelapor"),
    "redacted": _l("Yang dibaca umum diubah"),
    "split": _l("Laporan dibagi"),
    "split_off": _l("Dipisahkan dari laporan lain"),
    "photo_shown": _l("Foto diumumkan"),
    "photo_hidden": _l("Foto tidak diumumkan lagi"),
    "expired": _l("Dihapus sebagian karena masa simpannya habis"),
}

ARCHIVE_REASON_LABELS: Final[dict[str, LazyString]] = {
    "unclear": _l("Isi laporan tidak dapat dimengerti"),
    "too_general": _l("Laporan terlalu umum untuk ditindaklanjuti"),
    "not_public_service": _l("Tidak berkaitan dengan pelayanan publik"),
    "not_our_authority": _l("Bukan wewenang instansi ini"),
    "duplicate": _l("Laporan yang sama sudah ditangani"),
    "in_court": _l("Sedang dalam proses hukum"),
    "offensive": _l("Mengandung SARA, ujaran kebencian, atau kata kasar"),
    "spam": _l("Bukan laporan (iklan atau coba-coba)"),
    "not_completed": _l("Keterangan yang diminta tidak diberikan sampai batas waktunya"),
    "withdrawn": _l("Ditarik oleh pelapor"),
}

_REFUSALS: Final[dict[str, LazyString]] = {
    "verify": _l("Laporan ini sudah diverifikasi atau diarsipkan."),
    "assign": _l("Laporan hanya dapat diteruskan setelah diverifikasi dan selama diproses."),
    "answer": _l("Laporan hanya dapat ditanggapi setelah diverifikasi dan selama diproses."),
    "conclude": _l("Laporan hanya dapat ditanggapi setelah diverifikasi dan selama diproses."),
    "reply": _l(
        "Laporan ini sudah berakhir, jadi tidak dapat ditanggapi lagi. Bila masalahnya belum "
        "selesai, sanggah selama masih bisa, atau buat laporan baru."
    ),
    "withdraw": _l("Laporan ini sudah berakhir atau menunggu putusan, jadi tidak dapat ditarik."),
    "contest": _l("Laporan ini belum berakhir, jadi tidak ada yang perlu disanggah."),
    "appeal": _l("Laporan ini belum berakhir, jadi tidak ada yang perlu disanggah."),
    "uphold": _l("Laporan ini tidak menunggu putusan."),
    "overturn": _l("Laporan ini tidak menunggu putusan."),
    "accept": _l("Laporan ini sedang tidak menunggu tanggapan Anda."),
    "expire": _l("Laporan ini sedang tidak menunggu tanggapan pelapor."),
    "end_trial": _l("Uji coba ini sudah selesai."),
    "forward": _l(
        "Laporan yang sudah mendapat tanggapan akhir atau ditutup tidak dapat dikirim ke "
        "instansi lain."
    ),
    "archive": _l(
        "Laporan yang sudah mendapat tanggapan akhir atau ditutup tidak dapat diarsipkan."
    ),
    "hold": _l(
        "Pelapor hanya dapat diminta melengkapi laporan sebelum ada tanggapan akhir, dan satu "
        "permintaan sekali waktu."
    ),
    "resume": _l("Laporan ini sedang tidak menunggu keterangan pelapor."),
    "lapse": _l("Laporan ini sedang tidak menunggu keterangan pelapor."),
    "entrust": _l("Laporan ini sudah berakhir, jadi tidak ditugaskan kepada siapa pun lagi."),
    "extend": _l("Waktu hanya dapat diperpanjang setelah verifikasi dan selama diproses."),
    "reclassify": _l("Jenis dan topik laporan hanya dapat dikoreksi sebelum laporannya berakhir."),
    "reopen": _l("Hanya laporan yang sudah selesai atau diarsipkan yang dapat dibuka kembali."),
}

# Where a state says better than the act why it cannot be.
_WAITING: Final = _l(
    "Laporan ini menunggu keterangan pelapor. Lanjutkan laporannya dahulu, lalu ulangi tindakan "
    "Anda."
)


# By whoever may try it, in a list of what can be done.
ACT_LABELS: Final[dict[str, LazyString]] = {
    "verify": _l("verifikasi laporan"),
    "hold": _l("minta keterangan pelapor"),
    "resume": _l("lanjutkan tanpa keterangan itu"),
    "assign": _l("teruskan ke unit"),
    "answer": _l("tanggapi"),
    "conclude": _l("beri tanggapan akhir"),
    "forward": _l("kirim ke instansi lain"),
    "reclassify": _l("koreksi jenis atau topik"),
    "archive": _l("arsipkan"),
    "reopen": _l("buka kembali"),
    "note": _l("tulis catatan"),
    "reply": _l("tulis tanggapan"),
    "accept": _l("terima hasilnya"),
    "contest": _l("sanggah selama waktunya belum lewat"),
    "withdraw": _l("tarik laporan"),
}


def not_possible(act: str, state: str, instead: Sequence[str] = ()) -> str:
    """Why an act cannot be done now, what state the case is in, and which acts can be done."""
    reason = _REFUSALS.get(act) or _l("Tindakan ini tidak dapat dilakukan sekarang.")
    if state == "on_hold" and act in ("verify", "assign", "answer", "conclude"):
        reason = _WAITING
    if state == "forwarded":
        reason = _l("Laporan ini sekarang dipegang instansi lain.")
    label = STATE_LABELS[state]
    words = str(_("%(reason)s Status sekarang: %(state)s.", reason=reason, state=label))
    if not instead:
        return words
    acts = ", ".join(str(ACT_LABELS[one]) for one in instead)
    return f"{words} " + str(_("Yang dapat dilakukan: %(acts)s.", acts=acts))


def on_its_way() -> str:
    return str(
        _(
            "Laporan ini sedang dikirim ke instansi lain. Tunggu jawabannya, atau tarik kembali "
            "lebih dahulu."
        )
    )


def changed_meanwhile(by: str, kind: str = "") -> str:
    """`by`: who was faster; empty where nobody says. `kind`: of the event that tells of it."""
    who, what = by or _("pihak lain"), EVENT_LABELS.get(kind)
    if what is None:
        message = _(
            "Laporan ini baru saja diubah oleh %(who)s. Muat ulang untuk melihat perubahannya, "
            "lalu ulangi tindakan Anda.",
            who=who,
        )
    else:
        message = _(
            "Laporan ini baru saja diubah oleh %(who)s: %(what)s. Periksa riwayatnya, lalu ulangi "
            "tindakan Anda bila masih perlu.",
            who=who,
            what=what,
        )
    return str(message)
