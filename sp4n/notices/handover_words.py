"""What letters about cases between agencies say, by kind: joined to `words`."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from sp4n.notices.words import WORDS, Facts, Spelled


def case_offered(facts: Facts) -> Spelled:
    until = facts.day("answer_by")
    return (
        _("Laporan %(reference)s dikirim ke instansi lain", reference=facts.reference),
        [
            _(
                "%(sender)s berpendapat bahwa laporan Anda dengan nomor %(reference)s menjadi "
                "wewenang %(other)s.",
                sender=facts.sender,
                reference=facts.reference,
                other=_other(facts),
            ),
            _("%(other)s menjawab paling lambat %(day)s.", other=_other(facts), day=until)
            if until
            else _("Siapa yang menanganinya ada di tangan koordinator nasional."),
            _("Anda tidak perlu melapor lagi. Nomor laporan dan kode aksesnya tetap sama."),
            _(
                "Nama dan kontak Anda tidak ikut dikirim. Bila Anda mengizinkannya, katakan di "
                "halaman lacak."
            ),
        ],
        _("Baca alasannya"),
    )


def case_forwarded(facts: Facts) -> Spelled:
    return (
        _("Laporan %(reference)s sekarang di instansi lain", reference=facts.reference),
        [
            _(
                "%(other)s sudah menerima laporan Anda dengan nomor %(reference)s dan menanganinya "
                "dari sekarang.",
                other=_other(facts),
                reference=facts.reference,
            ),
            _("Lacak di halaman instansi itu, dengan nomor laporan dan kode akses yang sama."),
            _(
                "Instansi itu hanya dapat mengirim kabar kepada Anda bila Anda mengizinkan kontak "
                "Anda diteruskan. Anda dapat mengizinkannya di halaman lacak."
            ),
        ],
        _("Lacak laporan"),
    )


def case_kept(facts: Facts) -> Spelled:
    return (
        _(
            "Laporan %(reference)s tetap di %(sender)s",
            reference=facts.reference,
            sender=facts.sender,
        ),
        [
            _(
                "Laporan Anda dengan nomor %(reference)s tidak jadi dipindahkan ke %(other)s. "
                "%(sender)s tetap menanganinya.",
                reference=facts.reference,
                other=_other(facts),
                sender=facts.sender,
            ),
            _("Anda dapat membaca alasannya di halaman lacak."),
        ],
        _("Lacak laporan"),
    )


def staff_offered(facts: Facts) -> Spelled:
    if facts.letter.facts.get("decided"):
        return (
            _("Laporan %(reference)s diserahkan kepada Anda", reference=facts.reference),
            [
                _(
                    "Koordinator nasional menyerahkan laporan %(reference)s dari %(other)s kepada "
                    "%(sender)s.",
                    reference=facts.reference,
                    other=_other(facts),
                    sender=facts.sender,
                )
            ],
            _("Buka laporan"),
        )
    return (
        _(
            "Kiriman dari %(other)s: laporan %(reference)s",
            other=_other(facts),
            reference=facts.reference,
        ),
        [
            _(
                "%(other)s meminta %(sender)s menerima laporan %(reference)s.",
                other=_other(facts),
                sender=facts.sender,
                reference=facts.reference,
            ),
            _(
                "Jawab paling lambat %(day)s. Sesudah itu laporan tetap di instansi pengirim.",
                day=facts.day("answer_by"),
            ),
        ],
        _("Lihat kiriman"),
    )


def staff_kept(facts: Facts) -> Spelled:
    return (
        _("Laporan %(reference)s tetap pada Anda", reference=facts.reference),
        [
            _(
                "Laporan %(reference)s tidak berpindah ke %(other)s. Batas waktunya tetap berjalan "
                "di %(sender)s.",
                reference=facts.reference,
                other=_other(facts),
                sender=facts.sender,
            )
        ],
        _("Baca alasannya"),
    )


def _other(facts: Facts) -> str:
    return str(facts.letter.facts.get("other", ""))


HERE: dict[str, Callable[[Facts], Spelled]] = {
    "notice.case_offered": case_offered,
    "notice.case_forwarded": case_forwarded,
    "notice.case_kept": case_kept,
    "notice.staff_offered": staff_offered,
    "notice.staff_kept": staff_kept,
}
WORDS.update(HERE)
