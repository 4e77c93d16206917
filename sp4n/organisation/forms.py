"""The form of a unit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from sp4n.organisation.operations import UnitAnswers
from sp4n.organisation.queries import UnitNode
from sp4n.organisation.words import KIND_LABELS
from sp4n.web.forms import Form

PHONE = r"([0-9+][0-9 ()+./-]{3,29}|\([0-9]{2,5}\)[0-9 ./-]{3,25})$"


def number_or_none(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


class UnitForm(Form):
    name = StringField(
        _l("Nama unit"),
        description=_l("Misalnya Dinas Kesehatan, atau Puskesmas Kuta I."),
        validators=[
            InputRequired(_l("Isi nama unit.")),
            Length(max=150, message=_l("Nama unit paling panjang 150 huruf.")),
        ],
    )
    short_name = StringField(
        _l("Nama singkat"),
        validators=[
            Optional(),
            Length(max=40, message=_l("Nama singkat paling panjang 40 huruf.")),
        ],
    )
    kind = SelectField(_l("Jenis"), validators=[Optional()])
    parent_id = SelectField(_l("Di bawah unit"), coerce=number_or_none, validators=[Optional()])
    phone = StringField(
        _l("Telepon unit"),
        description=_l("Tampil kepada pelapor yang laporannya ada di unit ini."),
        validators=[
            Optional(),
            Regexp(PHONE, message=_l("Tulis nomor telepon dengan angka, seperti (0361) 555123.")),
        ],
    )
    service_hours = StringField(
        _l("Jam layanan unit"),
        description=_l("Misalnya: Senin sampai Jumat, 08.00 sampai 15.00 WITA."),
        validators=[
            Optional(),
            Length(max=120, message=_l("Jam layanan paling panjang 120 huruf.")),
        ],
    )
    active = BooleanField(
        _l("Aktif"), description=_l("Unit yang tidak aktif tidak ditawarkan lagi."), default=True
    )

    def offer(self, parents: Iterable[UnitNode]) -> None:
        named = [(node.id, f"{'– ' * node.depth}{node.name}") for node in parents]
        self.kind.choices = [("", _("Belum ditentukan")), *KIND_LABELS.items()]
        self.parent_id.choices = [("", _("Tidak ada, unit teratas")), *named]

    def answers(self) -> UnitAnswers:
        return UnitAnswers(
            name=self.name.data,
            short_name=self.short_name.data or "",
            parent_id=self.parent_id.data,
            active=self.active.data,
            kind=self.kind.data or "",
            phone=self.phone.data or "",
            service_hours=self.service_hours.data or "",
        )
