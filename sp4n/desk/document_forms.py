"""The shape of what is typed about a document of the agency."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FileField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from sp4n.desk.forms import choices, number_or_none
from sp4n.documents.kinds import KIND_LABELS, PUBLICITY_LABELS
from sp4n.documents.operations import DocumentAnswers
from sp4n.web.forms import Form

DATES = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]
SHORT = Length(max=300, message=_l("Terlalu panjang; paling banyak 300 huruf."))


class VersionForm(Form):
    version = HiddenField()

    @property
    def seen(self) -> int | None:
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class DocumentForm(VersionForm):
    kind = SelectField(_l("Jenis dokumen"), validators=[InputRequired(_l("Pilih jenis dokumen."))])
    title = StringField(
        _l("Judul"),
        description=_l("Seperti tertulis setelah kata “tentang”."),
        validators=[InputRequired(_l("Tulis judul dokumen.")), SHORT],
    )
    number = StringField(_l("Nomor"), validators=[Optional(), SHORT])
    dated = DateField(_l("Ditetapkan tanggal"), format=DATES, validators=[Optional()])
    signatory = StringField(
        _l("Penanda tangan"),
        description=_l("Nama jabatannya, misalnya Gubernur Bali."),
        validators=[Optional(), SHORT],
    )
    valid_from = DateField(_l("Berlaku sejak"), format=DATES, validators=[Optional()])
    valid_to = DateField(
        _l("Berlaku sampai"),
        format=DATES,
        description=_l("Hari terakhir. Kosongkan bila tanpa batas waktu."),
        validators=[Optional()],
    )
    unit_id = SelectField(_l("Unit"), coerce=number_or_none, validators=[Optional()])
    replaces_id = SelectField(_l("Menggantikan"), coerce=number_or_none, validators=[Optional()])
    publicity = RadioField(
        _l("Apa yang boleh dilihat umum di halaman Dokumen?"),
        validators=[InputRequired(_l("Pilih apa yang diumumkan."))],
    )
    file = FileField(
        _l("Berkas PDF yang sudah ditandatangani"),
        description=_l("PDF, paling besar 10 MB. Diperiksa dan dibersihkan sebelum disimpan."),
        validators=[Optional()],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [SelectChoice(*pair) for pair in KIND_LABELS.items()]
        self.publicity.choices = [SelectChoice(*pair) for pair in PUBLICITY_LABELS.items()]

    def offer(self, units: Iterable[tuple[int, str]], former: Iterable[tuple[int, str]]) -> None:
        self.unit_id.choices = choices(_l("Seluruh instansi"), units)
        self.replaces_id.choices = choices(_l("Tidak menggantikan dokumen lain"), former)

    def answers(self) -> DocumentAnswers:
        return DocumentAnswers(
            kind=self.kind.data,
            title=self.title.data or "",
            number=self.number.data or "",
            dated=self.dated.data,
            signatory=self.signatory.data or "",
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
            replaces_id=self.replaces_id.data,
            unit_id=self.unit_id.data,
            publicity=self.publicity.data,
        )


class WithdrawForm(VersionForm):
    on = DateField(
        _l("Tidak berlaku lagi sejak"),
        format=DATES,
        validators=[InputRequired(_l("Isi sejak kapan tidak berlaku lagi."))],
    )
