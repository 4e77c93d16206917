"""What letters say of a case that waits for its reporter, or is taken up again; as `words` does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask_babel import gettext as _

from sp4n.notices.words import Facts, Spelled, how_to_contest, how_to_track


def case_asked(facts: Facts) -> Spelled:
    due = facts.day("reply_due")
    return (
        _("Lengkapi laporan %(reference)s", reference=facts.reference),
        [
            _(
                "%(sender)s memerlukan keterangan Anda untuk menangani laporan dengan nomor "
                "%(reference)s.",
                sender=facts.sender,
                reference=facts.reference,
            ),
            _("Apa yang diminta tidak kami kirim melalui email. Baca dan jawab di halaman lacak."),
            _(
                "Jawab paling lambat %(day)s. Tanpa jawaban sampai hari itu, laporan ini kami "
                "arsipkan.",
                day=due,
            )
            if due
            else "",
            how_to_track(),
        ],
        _("Baca dan jawab"),
    )


def case_lapsed(facts: Facts) -> Spelled:
    return (
        _("Laporan %(reference)s diarsipkan", reference=facts.reference),
        [
            _(
                "%(sender)s meminta keterangan untuk laporan Anda dengan nomor %(reference)s, "
                "dan sampai batas waktunya belum ada jawaban. Karena itu laporan ini diarsipkan.",
                sender=facts.sender,
                reference=facts.reference,
            ),
            how_to_contest(facts)
            or _("Bila masalahnya masih ada, Anda dapat membuat laporan baru."),
            how_to_track(),
        ],
        _("Lacak laporan"),
    )


def case_reopened(facts: Facts) -> Spelled:
    due = facts.day("due")
    return (
        _("Laporan %(reference)s dibuka kembali", reference=facts.reference),
        [
            _(
                "%(sender)s membuka kembali laporan Anda dengan nomor %(reference)s dan "
                "menanganinya lagi.",
                sender=facts.sender,
                reference=facts.reference,
            ),
            _("Batas waktu berikutnya: %(day)s.", day=due) if due else "",
            how_to_track(),
        ],
        _("Baca alasannya"),
    )


def case_extended(facts: Facts) -> Spelled:
    due = facts.day("complete_due")
    return (
        _("Waktu untuk permohonan %(reference)s diperpanjang", reference=facts.reference),
        [
            _(
                "%(sender)s memerlukan waktu lebih lama untuk permohonan informasi publik Anda "
                "dengan nomor %(reference)s.",
                sender=facts.sender,
                reference=facts.reference,
            ),
            _("Jawabannya Anda terima paling lambat %(day)s.", day=due) if due else "",
            how_to_track(),
        ],
        _("Baca alasannya"),
    )


def case_reclassified(facts: Facts) -> Spelled:
    due = facts.day("due")
    return (
        _("Jenis atau topik laporan %(reference)s dikoreksi", reference=facts.reference),
        [
            _(
                "%(sender)s mengoreksi jenis atau topik laporan Anda dengan nomor %(reference)s. "
                "Anda tidak perlu melapor lagi.",
                sender=facts.sender,
                reference=facts.reference,
            ),
            _("Batas waktu berikutnya: %(day)s.", day=due) if due else "",
            how_to_track(),
        ],
        _("Baca alasannya"),
    )


def case_ombudsman(facts: Facts) -> Spelled:
    return (
        _("Kabar dari Ombudsman atas laporan %(reference)s", reference=facts.reference),
        [
            _(
                "Ada kabar baru dari Ombudsman RI atas laporan Anda dengan nomor %(reference)s.",
                reference=facts.reference,
            ),
            how_to_track(),
        ],
        _("Baca kabarnya"),
    )


def case_ombudsman_offered(facts: Facts) -> Spelled:
    return (
        _("Laporan %(reference)s dapat diserahkan kepada Ombudsman", reference=facts.reference),
        [
            _(
                "Laporan Anda dengan nomor %(reference)s belum selesai di %(sender)s, padahal "
                "sudah lama. Bila Anda setuju, laporan ini diserahkan kepada Ombudsman RI, yang "
                "mengawasi pelayanan publik.",
                reference=facts.reference,
                sender=facts.sender,
            ),
            _("Tanpa persetujuan Anda tidak ada yang diserahkan. Tidak perlu melapor lagi."),
            how_to_track(),
        ],
        _("Baca dan putuskan"),
    )


def staff_ombudsman(facts: Facts) -> Spelled:
    return (
        _("Laporan %(reference)s dan Ombudsman", reference=facts.reference),
        [
            _(
                "Laporan dengan nomor %(reference)s diserahkan pelapornya kepada Ombudsman RI, "
                "atau ada kabar dari sana. Laporan itu tetap harus Anda selesaikan.",
                reference=facts.reference,
            )
        ],
        _("Buka laporan"),
    )


def staff_reopened(facts: Facts) -> Spelled:
    due = facts.day("due")
    return (
        _("Laporan %(reference)s dibuka kembali", reference=facts.reference),
        [
            _(
                "Laporan dengan nomor %(reference)s dibuka kembali dan harus ditangani lagi.",
                reference=facts.reference,
            ),
            _("Batas waktu berikutnya: %(day)s.", day=due) if due else "",
        ],
        _("Buka laporan"),
    )


def staff_entrusted(facts: Facts) -> Spelled:
    due = facts.day("due")
    return (
        _("Laporan %(reference)s ditugaskan kepada Anda", reference=facts.reference),
        [
            _(
                "Laporan dengan nomor %(reference)s ditugaskan kepada Anda.",
                reference=facts.reference,
            ),
            _("Batas waktu berikutnya: %(day)s.", day=due) if due else "",
        ],
        _("Buka laporan"),
    )


def staff_draft(facts: Facts) -> Spelled:
    due = facts.day("due")
    return (
        _("Tanggapan atas laporan %(reference)s menunggu persetujuan", reference=facts.reference),
        [
            _(
                "Ada draf tanggapan atas laporan dengan nomor %(reference)s. Tanggapan itu baru "
                "dikirim setelah disetujui.",
                reference=facts.reference,
            ),
            _("Batas waktu berikutnya: %(day)s.", day=due) if due else "",
        ],
        _("Baca drafnya"),
    )


def staff_draft_returned(facts: Facts) -> Spelled:
    due = facts.day("due")
    return (
        _("Draf tanggapan atas laporan %(reference)s dikembalikan", reference=facts.reference),
        [
            _(
                "Draf tanggapan Anda atas laporan dengan nomor %(reference)s dikembalikan dengan "
                "catatan. Perbaiki, lalu kirim lagi.",
                reference=facts.reference,
            ),
            _("Batas waktu berikutnya: %(day)s.", day=due) if due else "",
        ],
        _("Baca catatannya"),
    )


CASE_WORDS: Final[dict[str, Callable[[Facts], Spelled]]] = {
    "notice.case_asked": case_asked,
    "notice.case_lapsed": case_lapsed,
    "notice.case_reopened": case_reopened,
    "notice.case_extended": case_extended,
    "notice.case_reclassified": case_reclassified,
    "notice.case_ombudsman": case_ombudsman,
    "notice.case_ombudsman_offered": case_ombudsman_offered,
    "notice.staff_ombudsman": staff_ombudsman,
    "notice.staff_reopened": staff_reopened,
    "notice.staff_entrusted": staff_entrusted,
    "notice.staff_draft": staff_draft,
    "notice.staff_draft_returned": staff_draft_returned,
}
