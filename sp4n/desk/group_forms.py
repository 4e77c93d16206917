"""The shape of what staff type about cases of the same event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from sp4n.desk.bulk_forms import BulkForm
from sp4n.desk.forms import LONGEST, TOO_LONG
from sp4n.web.forms import Form
from sp4n.workbench.bulk import Order
from sp4n.workbench.replies import PLACEHOLDERS, template_fault

MOST_AT_ONCE = 50


class GroupForm(Form):
    """`pick`: what was ticked of the cases that are alike."""

    pick = SelectMultipleField(validate_choice=False)
    reference = StringField(
        _l("Nomor laporan lain"),
        description=_l("Bila laporannya tidak ada di daftar ini."),
        validators=[Optional(), Length(max=64, message=_l("Itu bukan nomor laporan."))],
    )

    @property
    def references(self) -> list[str]:
        typed = [self.reference.data] if self.reference.data else []
        return [*(self.pick.data or [])[:MOST_AT_ONCE], *typed]


class AnswerGroup(BulkForm):
    """One answer, to every reporter of the group."""

    act = "answer"
    body = TextAreaField(
        _l("Tanggapan untuk semua pelapor"),
        validators=[
            InputRequired(_l("Tulis tanggapan untuk pelapor.")),
            Length(max=LONGEST, message=TOO_LONG),
        ],
    )
    final = RadioField(
        _l("Apakah ini tanggapan akhir?"),
        choices=[
            SelectChoice("no", _l("Belum, laporan masih kami proses")),
            SelectChoice("yes", _l("Ya, masalahnya sudah kami selesaikan")),
        ],
        validators=[InputRequired(_l("Pilih apakah ini tanggapan akhir."))],
    )
    attachments = MultipleFileField(
        _l("Foto atau dokumen hasil"),
        description=_l("Setiap pelapor menerimanya. Bila ada yang keliru, pilih lagi semuanya."),
        validators=[Optional()],
    )
    files_key = HiddenField()
    link = StringField(_l("Alamat halaman bukti"), validators=[Optional()])
    none_because = StringField(
        _l("Mengapa tidak ada bukti?"),
        description=_l("Bila tidak ada alamatnya."),
        validators=[Optional()],
    )

    def offer(self) -> None:
        self.body.description = _(
            "Setiap pelapor menerimanya pada laporannya sendiri. Dapat menyebut: %(names)s.",
            names=", ".join(map(str, PLACEHOLDERS)),
        )

    refusals: Sequence[str] = ()

    def validate_attachments(self, _field: Any) -> None:
        if self.refusals:
            raise ValidationError(self.refusals[0])

    def validate_body(self, field: Any) -> None:
        fault = template_fault(field.data or "")
        if fault:
            raise ValidationError(fault)

    def order(self) -> Order:
        return Order(
            self.act,
            words=self.body.data or "",
            final=self.final.data == "yes",
            link=self.link.data or "",
            none_because=self.none_because.data or "",
            files=self.files_key.data or "",
        )
