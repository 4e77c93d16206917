"""The form of a reply template, on both levels."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from sp4n.web.forms import Form
from sp4n.workbench.replies import LONGEST_BODY, PLACEHOLDERS, template_fault

FINALS = (
    ("", _l("Biarkan petugas memilih")),
    ("no", _l("Belum, laporan masih kami proses")),
    ("yes", _l("Ya, masalahnya sudah kami selesaikan")),
)


def number_or_none(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


class TemplateForm(Form):
    name = StringField(
        _l("Nama templat"),
        description=_l("Hanya dilihat petugas. Misalnya: Lampu jalan, jadwal perbaikan."),
        validators=[
            InputRequired(_l("Isi nama templat.")),
            Length(max=100, message=_l("Nama templat paling panjang 100 huruf.")),
        ],
    )
    body = TextAreaField(
        _l("Isi tanggapan"),
        validators=[
            InputRequired(_l("Tulis isi tanggapan.")),
            Length(max=LONGEST_BODY, message=_l("Terlalu panjang; paling banyak 3.000 huruf.")),
        ],
    )
    final = SelectField(
        _l("Apakah ini tanggapan akhir?"),
        choices=[SelectChoice(*one) for one in FINALS],
        validators=[Optional()],
    )
    topic = SelectField(_l("Untuk topik"), validators=[Optional()])
    active = BooleanField(
        _l("Aktif"),
        description=_l("Templat yang tidak aktif tidak ditawarkan lagi."),
        default=True,
    )

    def offer_topics(self, topics: list[tuple[str, str]]) -> None:
        """Also the one that is set, though nobody can choose it any more."""
        now = self.topic.object_data or ""
        gone = [] if not now or now in dict(topics) else [(now, now)]
        every = [("", _("Semua topik")), *gone, *topics]
        self.topic.choices = [SelectChoice(*one) for one in every]
        named = ", ".join(f"{one} ({one.label})" for one in PLACEHOLDERS)
        self.body.description = _(
            "Yang dapat disebut: %(named)s. Baris yang menyebut sesuatu yang tidak ada pada "
            "laporannya dilewati.",
            named=named,
        )

    def validate_body(self, field: TextAreaField) -> None:
        fault = template_fault(field.data or "")
        if fault:
            raise ValidationError(fault)
