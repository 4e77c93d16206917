"""What letters say when the end of a case is contested, or it is taken back; as `words` does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask_babel import gettext as _

from sp4n.notices.words import Facts, Spelled, how_to_track


def case_contested(facts: Facts) -> Spelled:
    due = facts.day("due")
    return (
        _("Laporan %(reference)s diproses lagi", reference=facts.reference),
        [
            _(
                "%(sender)s menerima sanggahan Anda dan memproses lagi laporan dengan nomor "
                "%(reference)s.",
                sender=facts.sender,
                reference=facts.reference,
            ),
            _("Batas waktunya dihitung mulai sekarang: %(day)s.", day=due) if due else "",
            how_to_track(),
        ],
        _("Lacak laporan"),
    )


def case_appealed(facts: Facts) -> Spelled:
    return (
        _("Koordinator memutuskan laporan %(reference)s", reference=facts.reference),
        [
            _(
                "Sanggahan Anda atas laporan dengan nomor %(reference)s sudah kami terima. Karena "
                "ini yang kedua, koordinator nasional memutuskan apakah laporan ini selesai.",
                reference=facts.reference,
            ),
            how_to_track(),
        ],
        _("Lacak laporan"),
    )


def staff_contested(facts: Facts) -> Spelled:
    due = facts.day("due")
    return (
        _("Laporan %(reference)s disanggah", reference=facts.reference),
        [
            _(
                "Pelapor menyanggah akhir laporan dengan nomor %(reference)s. Laporan itu "
                "kembali diproses.",
                reference=facts.reference,
            ),
            _("Batas waktu berikutnya: %(day)s.", day=due) if due else "",
        ],
        _("Buka laporan"),
    )


def staff_appealed(facts: Facts) -> Spelled:
    return (
        _("Laporan %(reference)s disanggah lagi", reference=facts.reference),
        [
            _(
                "Pelapor menyanggah lagi akhir laporan dengan nomor %(reference)s. Koordinator "
                "nasional memutuskannya; sampai itu tidak ada yang perlu Anda lakukan.",
                reference=facts.reference,
            )
        ],
        _("Buka laporan"),
    )


def case_upheld(facts: Facts) -> Spelled:
    return (
        _("Putusan koordinator atas laporan %(reference)s", reference=facts.reference),
        [
            _(
                "Koordinator nasional memutuskan bahwa laporan Anda dengan nomor %(reference)s "
                "selesai. Putusan ini tidak dapat disanggah lagi.",
                reference=facts.reference,
            ),
            _("Alasannya dapat Anda baca di halaman lacak."),
            how_to_track(),
        ],
        _("Baca putusan"),
    )


def case_overturned(facts: Facts) -> Spelled:
    due = facts.day("due")
    return (
        _("Putusan koordinator atas laporan %(reference)s", reference=facts.reference),
        [
            _(
                "Koordinator nasional memutuskan bahwa laporan Anda dengan nomor %(reference)s "
                "belum selesai. %(sender)s harus memprosesnya lagi.",
                reference=facts.reference,
                sender=facts.sender,
            ),
            _("Batas waktunya dihitung mulai sekarang: %(day)s.", day=due) if due else "",
            _("Alasannya dapat Anda baca di halaman lacak."),
            how_to_track(),
        ],
        _("Baca putusan"),
    )


def staff_upheld(facts: Facts) -> Spelled:
    return (
        _("Putusan koordinator atas laporan %(reference)s", reference=facts.reference),
        [
            _(
                "Koordinator nasional memutuskan bahwa laporan dengan nomor %(reference)s selesai.",
                reference=facts.reference,
            )
        ],
        _("Buka laporan"),
    )


def staff_overturned(facts: Facts) -> Spelled:
    due = facts.day("due")
    return (
        _("Putusan koordinator atas laporan %(reference)s", reference=facts.reference),
        [
            _(
                "Koordinator nasional memutuskan bahwa laporan dengan nomor %(reference)s belum "
                "selesai dan harus diproses lagi.",
                reference=facts.reference,
            ),
            _("Batas waktu berikutnya: %(day)s.", day=due) if due else "",
        ],
        _("Buka laporan"),
    )


def case_withdrawn(facts: Facts) -> Spelled:
    return (
        _("Laporan %(reference)s sudah ditarik", reference=facts.reference),
        [
            _(
                "Laporan Anda dengan nomor %(reference)s pada %(sender)s sudah ditarik, sesuai "
                "permintaan yang dikirim dengan kode aksesnya. Laporan itu tidak diproses lagi.",
                reference=facts.reference,
                sender=facts.sender,
            ),
            how_to_track(),
        ],
        _("Lacak laporan"),
    )


def case_split(facts: Facts) -> Spelled:
    return (
        _("Laporan %(reference)s dibagi", reference=facts.reference),
        [
            _(
                "Laporan Anda dengan nomor %(reference)s memuat beberapa hal. %(sender)s menangani "
                "masing-masing sebagai laporan sendiri. Anda tidak perlu melapor lagi, dan batas "
                "waktunya tetap dihitung sejak Anda mengirim laporan.",
                reference=facts.reference,
                sender=facts.sender,
            ),
            _("Semua bagiannya ada di halaman lacak, dengan kode akses yang sama."),
            how_to_track(),
        ],
        _("Lacak laporan"),
    )


def staff_withdrawn(facts: Facts) -> Spelled:
    return (
        _("Laporan %(reference)s ditarik pelapor", reference=facts.reference),
        [
            _(
                "Pelapor menarik laporan dengan nomor %(reference)s. Tidak ada lagi yang perlu "
                "Anda lakukan.",
                reference=facts.reference,
            )
        ],
        _("Buka laporan"),
    )


ENDING_WORDS: Final[dict[str, Callable[[Facts], Spelled]]] = {
    "notice.case_contested": case_contested,
    "notice.case_appealed": case_appealed,
    "notice.staff_contested": staff_contested,
    "notice.staff_appealed": staff_appealed,
    "notice.case_upheld": case_upheld,
    "notice.case_overturned": case_overturned,
    "notice.staff_upheld": staff_upheld,
    "notice.staff_overturned": staff_overturned,
    "notice.case_withdrawn": case_withdrawn,
    "notice.case_split": case_split,
    "notice.staff_withdrawn": staff_withdrawn,
}
