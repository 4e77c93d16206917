"""What letters about action plans say: joined to `words`."""

from __future__ import annotations

from flask_babel import gettext as _

from sp4n.notices.words import WORDS, Facts, Spelled


def plan_reminder(facts: Facts) -> Spelled:
    due = facts.day("due")
    return (
        _("Rencana aksi %(sender)s belum dikirim", sender=facts.sender),
        [
            _(
                "%(sender)s belum mengajukan rencana aksi menurut %(road_map)s.",
                sender=facts.sender,
                road_map=str(facts.letter.facts.get("road_map", "")),
            ),
            _("Batas waktunya %(day)s.", day=due) if due else _("Ajukan secepatnya."),
            _("Anda dapat mengunggah lembar kerja yang sudah ada; kolomnya tidak harus sama."),
        ],
        _("Buka rencana aksi"),
    )


def plan_decided(facts: Facts) -> Spelled:
    period = str(facts.letter.facts.get("period", ""))
    if facts.letter.facts.get("accepted"):
        return (
            _("Rencana aksi %(period)s diterima koordinator", period=period),
            [_("Tinggal disahkan pimpinan. Catat nomor dan tanggal pengesahannya.")],
            _("Buka rencana aksi"),
        )
    return (
        _("Rencana aksi %(period)s perlu diperbaiki", period=period),
        [_("Catatan koordinator ada di baris yang dimaksud. Perbaiki, lalu ajukan lagi.")],
        _("Buka rencana aksi"),
    )


WORDS["notice.plan_reminder"] = plan_reminder
WORDS["notice.plan_decided"] = plan_decided
