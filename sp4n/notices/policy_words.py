"""What letters about rewards and sanctions say: joined to `words`. Neither whom they are about nor
what is proposed stands in them: mail is read by many machines on its way."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from sp4n.notices.words import WORDS, Facts, Spelled


def policy_proposed(facts: Facts) -> Spelled:
    number = int(str(facts.letter.facts.get("number", 1)))
    until = facts.day("until")
    return (
        ngettext(
            "Satu usulan penghargaan atau sanksi",
            "%(num)s usulan penghargaan atau sanksi",
            number,
        ),
        [
            ngettext(
                "Menurut kebijakan %(sender)s ada satu usulan yang perlu Anda lihat.",
                "Menurut kebijakan %(sender)s ada %(num)s usulan yang perlu Anda lihat.",
                number,
                sender=facts.sender,
            ),
            _("Setiap usulan menunjukkan aturannya, angkanya, dan laporan di balik angka itu."),
            _("Unit yang bersangkutan dapat mengajukan keberatan sampai %(day)s.", day=until)
            if until
            else "",
        ],
        _("Lihat usulan"),
    )


def policy_decided(facts: Facts) -> Spelled:
    return (
        _("Usulan penghargaan atau sanksi sudah diputus"),
        [
            _("Satu usulan menurut kebijakan %(sender)s sudah diputus.", sender=facts.sender),
            _("Keputusan dan alasannya tertulis di halaman usulan itu."),
        ],
        _("Lihat keputusan"),
    )


WORDS["notice.policy_proposed"] = policy_proposed
WORDS["notice.policy_decided"] = policy_decided
