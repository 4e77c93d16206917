"""What letters about cases that have climbed say: joined to `words`."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from sp4n.notices.words import WORDS, Facts, Spelled


def staff_escalated(facts: Facts) -> Spelled:
    number = int(str(facts.letter.facts.get("cases", 1)))
    return (
        ngettext(
            "Satu laporan melewati batas waktunya",
            "%(num)s laporan melewati batas waktunya",
            number,
        ),
        [
            ngettext(
                "Satu laporan di %(sender)s terlambat dan kini dinaikkan kepada Anda.",
                "%(num)s laporan di %(sender)s terlambat dan kini dinaikkan kepada Anda.",
                number,
                sender=facts.sender,
            ),
            _("Laporan yang tetap terlambat dinaikkan lagi, sampai ke koordinator nasional."),
            _("Email ini merangkum satu hari; Anda tidak menerima satu email untuk tiap laporan."),
        ],
        _("Buka daftar laporan"),
    )


WORDS["notice.staff_escalated"] = staff_escalated
