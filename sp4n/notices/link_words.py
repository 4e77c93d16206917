"""What letters about the same event at another agency say, by kind: joined to `words`."""

from __future__ import annotations

from flask_babel import gettext as _

from sp4n.notices.words import WORDS, Facts, Spelled


def staff_linked(facts: Facts) -> Spelled:
    return (
        _("Laporan %(reference)s ditautkan instansi lain", reference=facts.reference),
        [
            _(
                "Instansi lain menautkan laporannya dengan laporan %(reference)s: mungkin "
                "kejadiannya sama.",
                reference=facts.reference,
            ),
            _("Bila tidak sama, lepaskan tautannya di halaman laporan itu."),
        ],
        _("Buka laporan"),
    )


def staff_suggested(facts: Facts) -> Spelled:
    return (
        _("Instansi lain menjawab kejadian yang sama: %(reference)s", reference=facts.reference),
        [
            _(
                "Instansi yang laporannya ditautkan dengan laporan %(reference)s sudah memberi "
                "tanggapan kepada umum. Anda dapat memakainya sebagai draf.",
                reference=facts.reference,
            ),
            _("Tidak ada yang dikirim kepada pelapor Anda sampai Anda sendiri menanggapi."),
        ],
        _("Buka laporan"),
    )


WORDS.update({"notice.staff_linked": staff_linked, "notice.staff_suggested": staff_suggested})
