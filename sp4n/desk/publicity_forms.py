"""The shape of what staff decide about what everyone reads of a case."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from sp4n.cases.publicity_words import CHOSEN, REASON_LABELS
from sp4n.desk.forms import LONGEST, TOO_LONG, choices
from sp4n.desk.hiding import Hiding
from sp4n.web.forms import Form


class PublicityForm(Hiding):
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    published = RadioField(
        _l("Apakah laporan ini diumumkan?"),
        choices=[
            SelectChoice("yes", _l("Ya, di halaman Laporan warga")),
            SelectChoice("no", _l("Tidak, hanya pelapor dan petugas yang membacanya")),
        ],
        validators=[InputRequired(_l("Pilih apakah laporan ini diumumkan."))],
    )
    public_title = StringField(
        _l("Judul yang diumumkan"),
        validators=[Length(max=150, message=_l("Judul paling panjang 150 huruf."))],
    )
    public_body = TextAreaField(
        _l("Isi yang diumumkan"),
        description=_l("Hapus nama, alamat rumah, nomor telepon, dan apa pun yang menunjuk orang."),
        validators=[Length(max=LONGEST, message=TOO_LONG)],
    )
    public_location = StringField(
        _l("Lokasi yang diumumkan"),
        validators=[Length(max=200, message=_l("Lokasi paling panjang 200 huruf."))],
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

    @property
    def texts(self) -> list[str]:
        fields = (self.public_title, self.public_body, self.public_location)
        return [one.data or "" for one in fields]


class TakeBackForm(Form):
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
