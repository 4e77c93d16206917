"""The shape of what staff decide about what everyone reads of a case."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from sp4n.cases.publicity_words import CHOSEN, REASON_LABELS
from sp4n.desk.forms import FaceForm, choices
from sp4n.web.forms import Form


class PublicityForm(FaceForm):
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    published = RadioField(
        _l("Apakah laporan ini diumumkan?"),
        choices=[
            SelectChoice("yes", _l("Ya, di halaman Laporan warga")),
            SelectChoice("no", _l("Tidak, hanya pelapor dan petugas yang membacanya")),
        ],
        validators=[InputRequired(_l("Pilih apakah laporan ini diumumkan."))],
    )
    reason = SelectField(
        _l("Alasan"),
        choices=choices(_l("Pilih alasan"), [(one, REASON_LABELS[one]) for one in CHOSEN]),
        description=_l("Dibaca pelapor di riwayat laporannya; yang disamarkan tidak disebut."),
        validators=[Optional()],
    )
    note = StringField(
        _l("Catatan"),
        description=_l("Hanya dibaca petugas."),
        validators=[Optional(), Length(max=150, message=_l("Paling panjang 150 huruf."))],
    )


class TakeBackForm(Form):
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
