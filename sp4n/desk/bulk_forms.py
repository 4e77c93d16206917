"""The shape of what is typed about many cases at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from sp4n.cases.masking import LONGEST_PASSAGE
from sp4n.cases.models import CaseRecord
from sp4n.cases.personal_data import Finding
from sp4n.cases.words import ARCHIVE_REASON_LABELS
from sp4n.desk.forms import LONGEST, TOO_LONG, choices, number_or_none
from sp4n.web.forms import Form, boxes
from sp4n.workbench.bulk import MOST_CASES, Order
from sp4n.workbench.forms import FINALS
from sp4n.workbench.replies import PLACEHOLDERS, Template, template_fault

MOST_HIDDEN = 200  # passages, in all answers together


class BulkForm(Form):
    """Sent twice: what it would do is shown first, and `agreed` says that it was seen.

    `cases`: reference and version of each, as they were looked at. `hide`: what of the answers is
    masked for everyone, asked together with what it would do.
    """

    act: ClassVar[str]
    waiting: Sequence[str] = ()  # names of files that go along
    to_keep: Callable[[], object] | None = None  # what has come with it, once it is right
    cases = HiddenField()
    agreed = HiddenField()
    hide = boxes(_l("Samarkan bagi umum"), validate_choice=False, validators=[Optional()])

    def order(self) -> Order:
        raise NotImplementedError

    def picked(self) -> dict[str, int]:
        """Reference -> version; what is none is left out."""
        pairs = (one.partition(":") for one in (self.cases.data or "").split()[:MOST_CASES])
        return {
            reference: int(version)
            for reference, _colon, version in pairs
            if version.isascii() and version.isdigit() and len(version) < 10
        }

    def point_out(self, found: Sequence[Finding]) -> None:
        self.hide.choices = [(one.text, f"{one.label}: {one.text}") for one in found]
        self.hide.data = [one.text for one in found]

    @property
    def hidden(self) -> list[str]:
        return [one for one in self.hide.data or () if len(one) <= LONGEST_PASSAGE][:MOST_HIDDEN]

    def pick(self, cases: Iterable[CaseRecord]) -> None:
        self.cases.data = " ".join(f"{one.reference}:{one.version}" for one in cases)

    @property
    def carried(self) -> list[tuple[str, Any]]:
        """Its other fields, to be sent along."""
        held = ("csrf_token", "cases", "agreed", "hide", "attachments")
        return [(one.name, one.data) for one in self if one.name not in held]


class AssignMany(BulkForm):
    act = "assign"
    unit_id = SelectField(
        _l("Unit"), coerce=number_or_none, validators=[InputRequired(_l("Pilih unit."))]
    )

    def offer(self, units: Iterable[tuple[int, str]]) -> None:
        self.unit_id.choices = choices(_l("Pilih unit"), units)

    def order(self) -> Order:
        return Order(self.act, unit_id=self.unit_id.data)


class AnswerMany(BulkForm):
    act = "answer"
    template = SelectField(
        _l("Templat tanggapan"), validators=[InputRequired(_l("Pilih templat dari daftar."))]
    )
    final = RadioField(
        _l("Apakah ini tanggapan akhir?"),
        choices=choices(_l("Menurut templatnya"), FINALS[1:]),
        default="",
    )

    def offer(self, templates: Sequence[Template]) -> None:
        self.templates = {one.key: one for one in templates}
        named = [(one.key, one.name) for one in templates]
        self.template.choices = choices(_l("Pilih templat"), named)

    def validate_final(self, field: RadioField) -> None:
        chosen = self.templates.get(self.template.data or "")
        if chosen and not (field.data or chosen.final):
            raise ValidationError(_("Templat ini tidak menentukannya. Pilih ya atau belum."))

    def order(self) -> Order:
        chosen = self.templates[self.template.data]
        final = (self.final.data or chosen.final) == "yes"
        return Order(self.act, words=chosen.body, final=final)


class ArchiveMany(BulkForm):
    act = "archive"
    reason = SelectField(
        _l("Alasan"),
        choices=choices(_l("Pilih alasan"), ARCHIVE_REASON_LABELS.items()),
        validators=[InputRequired(_l("Pilih alasan pengarsipan."))],
    )
    message = TextAreaField(
        _l("Penjelasan untuk pelapor"),
        validators=[
            InputRequired(_l("Tulis penjelasan untuk pelapor.")),
            Length(max=LONGEST, message=TOO_LONG),
        ],
    )

    def offer(self) -> None:
        self.message.description = _(
            "Setiap pelapor membaca ini. Dapat menyebut: %(names)s.",
            names=", ".join(map(str, PLACEHOLDERS)),
        )

    def validate_message(self, field: TextAreaField) -> None:
        fault = template_fault(field.data or "")
        if fault:
            raise ValidationError(fault)

    def order(self) -> Order:
        return Order(self.act, reason=self.reason.data, words=self.message.data or "")


def seal_of(order: Order) -> str:
    """Another order needs another look."""
    return hashlib.sha256(json.dumps(order.written(), sort_keys=True).encode()).hexdigest()[:16]
