"""The questions that a report is asked, one group a page: their shape, and limits said in words."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import g
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from sp4n import clock
from sp4n.calendars.dates import long_date
from sp4n.cases.words import CLASSIFICATION_LABELS
from sp4n.db import db
from sp4n.settings.intake import Topic, read_intake, topics
from sp4n.web.forms import Form
from sp4n.web.language import current_language

YEARS_BACK = 10
# The browser sends the first; the others are what people type where it shows no calendar.
DATES = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
PHONE = re.compile(r"\+?[0-9]{8,15}", re.ASCII)
BETWEEN_DIGITS = re.compile(r"[\s().\-/]")


def one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


class LengthBetween:
    """Says which answer it is, how many letters there are, and how many there may be."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high
        self.field_flags = {"maxlength": high}

    def __call__(self, form: Form, field: Field) -> None:
        length = len(field.data or "")
        if length < self.low:
            raise ValidationError(self._too_short(field, length))
        if length > self.high:
            raise ValidationError(self._too_long(field, length))

    def _too_short(self, field: Field, length: int) -> str:
        return _(
            "%(label)s terlalu pendek: tulis paling sedikit %(low)s huruf, sekarang baru %(n)s.",
            label=field.label.text,
            low=format_decimal(self.low),
            n=format_decimal(length),
        )

    def _too_long(self, field: Field, length: int) -> str:
        return _(
            "%(label)s terlalu panjang: paling banyak %(high)s huruf, sekarang %(n)s.",
            label=field.label.text,
            high=format_decimal(self.high),
            n=format_decimal(length),
        )


class ClassificationForm(Form):
    classification = RadioField(
        _l("Apa yang ingin Anda sampaikan?"),
        invalid_choice_message=_l("Pilih salah satu jenis laporan."),
        validators=[InputRequired(_l("Pilih jenis laporan."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closed = read_intake(g.agency.intake).closed
        self.classification.choices = [
            SelectChoice(*pair) for pair in CLASSIFICATION_LABELS.items() if pair[0] not in closed
        ]


class ContentForm(Form):
    title = StringField(
        _l("Judul laporan"),
        filters=[one_line],
        validators=[InputRequired(_l("Tulis judul laporan.")), LengthBetween(10, 150)],
    )
    description = TextAreaField(
        _l("Isi laporan"),
        validators=[InputRequired(_l("Tulis isi laporan.")), LengthBetween(20, 5000)],
    )


class PlaceForm(Form):
    occurred_on = DateField(
        _l("Tanggal kejadian"),
        format=DATES,
        invalid_value_message=_l(
            "Tanggal itu tidak ada di kalender. Tulis tanggal, bulan, dan tahun, "
            "misalnya 20/11/2026."
        ),
        validators=[Optional()],
    )
    location = StringField(
        _l("Lokasi kejadian"), filters=[one_line], validators=[Optional(), LengthBetween(0, 300)]
    )
    category = SelectField(
        _l("Topik"),
        invalid_choice_message=_l("Topik itu tidak ada di daftar. Pilih salah satu topik."),
        validators=[Optional()],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category.choices = topic_choices()

    def validate_occurred_on(self, field: DateField) -> None:
        today = clock.today(g.agency.zone)
        if field.data is None:  # that it is no date has been said
            return
        if field.data > today:
            raise ValidationError(
                _("Tanggal itu belum tiba. Hari ini %(today)s.", today=_in_words(today))
            )
        if field.data < earliest(today):
            raise ValidationError(
                _("Tanggal itu lebih dari %(n)s tahun yang lalu. Periksa tahunnya.", n=YEARS_BACK)
            )


class FilesForm(Form):
    attachments = MultipleFileField(_l("Foto atau dokumen"), validators=[Optional()])


class IdentityForm(Form):
    anonymous = BooleanField(_l("Sembunyikan identitas saya (anonim)"))
    confidential = BooleanField(_l("Jangan tampilkan laporan ini kepada umum (rahasia)"))
    reporter_name = StringField(
        _l("Nama"),
        filters=[one_line],
        validators=[Optional(), LengthBetween(0, 150)],
    )
    reporter_email = EmailField(
        _l("Alamat email"),
        filters=[one_line],
        validators=[Optional(), LengthBetween(0, 254)],
    )
    reporter_phone = TelField(
        _l("Nomor telepon"), filters=[one_line], validators=[Optional(), LengthBetween(0, 30)]
    )

    def validate_reporter_email(self, field: EmailField) -> None:
        try:
            # Addresses of test networks pass: whether mail arrives is only known by sending it.
            validate_email(
                field.data, check_deliverability=False, allow_smtputf8=False, test_environment=True
            )
        except EmailNotValidError:
            raise ValidationError(
                _("Alamat email itu belum lengkap. Tulis seperti nama@contoh.id.")
            ) from None

    def validate_reporter_phone(self, field: TelField) -> None:
        if not PHONE.fullmatch(BETWEEN_DIGITS.sub("", field.data)):
            raise ValidationError(
                _("Nomor telepon itu belum benar. Tulis seperti 0812 3456 7890 atau +62 812 …")
            )


def earliest(today: date) -> date:
    """The first day that a report may be about; 28 February stands in for a 29th."""
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return today.replace(year=today.year - YEARS_BACK, day=day)


def topic_choices() -> list[SelectChoice]:
    """Every topic with its sub-topics under it; the topic itself can be chosen, too."""
    language = current_language()
    every = topics(db.session(), read_intake(g.agency.intake))
    names = {one.category.id: one.category.label(language) for one in every}
    return [
        SelectChoice(value="", label=_("Saya tidak tahu")),
        *(
            SelectChoice(
                value=one.token,
                label=_choice_label(one, language),
                optgroup=names[one.category.parent_id or one.category.id],
            )
            for one in every
        ),
    ]


def _choice_label(topic: Topic, language: str) -> str:
    if topic.own:
        below = "\u2003" if topic.category.parent_id else ""
        return f"{below}{topic.label(language)}"
    if topic.category.parent_id:
        return topic.label(language)
    return _("%(topic)s (umum)", topic=topic.label(language))


def _in_words(day: date) -> str:
    return long_date(day, current_language())
