"""The shape of what coordinators type."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from sp4n.tenants.register.entry import Entry, Period
from sp4n.tenants.words import KIND_LABELS
from sp4n.web.forms import Form


class EntryForm(Form):
    reason = TextAreaField(
        _l("Mengapa Anda perlu membuka laporan instansi ini?"),
        description=_l("Instansi membaca alasan ini di jejak auditnya."),
        validators=[InputRequired(_l("Tulis alasan Anda."))],
    )


class FirstAdminForm(Form):
    name = StringField(
        _l("Nama lengkap"),
        validators=[
            InputRequired(_l("Isi nama lengkap.")),
            Length(max=150, message=_l("Nama paling panjang 150 huruf.")),
        ],
    )
    email = StringField(
        _l("Email kedinasan"),
        validators=[
            InputRequired(_l("Isi alamat email.")),
            Length(max=254, message=_l("Alamat email paling panjang 254 huruf.")),
        ],
    )


class SuspendForm(Form):
    reason = TextAreaField(
        _l("Alasan penangguhan"),
        description=_l(
            "Tercatat di jejak nasional; warga hanya membaca bahwa instansi ditangguhkan."
        ),
        validators=[InputRequired(_l("Tulis alasan penangguhan."))],
    )


class AgencyForm(Form):
    """The shape of an agency; whether it is true, `register.operations` says."""

    kind = SelectField(_l("Jenis"), choices=[SelectChoice(*one) for one in KIND_LABELS.items()])
    slug = StringField(
        _l("Alamat singkat"),
        description=_l(
            "Bagian pertama alamatnya, misalnya badungkab. "
            "Kelak hanya admin instansi yang dapat menggantinya."
        ),
        validators=[InputRequired(_l("Isi alamat singkat."))],
    )
    name = StringField(_l("Nama"), validators=[InputRequired(_l("Isi nama instansi."))])
    short_name = StringField(
        _l("Nama singkat"), validators=[InputRequired(_l("Isi nama singkat."))]
    )
    region_code = StringField(
        _l("Kode wilayah"),
        description=_l("Kode Kemendagri, misalnya 51.03. Kosongkan untuk instansi pusat."),
        validators=[Optional()],
    )
    time_zone = SelectField(
        _l("Zona waktu"),
        choices=[
            SelectChoice("Asia/Jakarta", _l("WIB")),
            SelectChoice("Asia/Makassar", _l("WITA")),
            SelectChoice("Asia/Jayapura", _l("WIT")),
        ],
    )
    colour = StringField(
        _l("Warna"),
        description=_l("Misalnya #0b6b5c. Bila kosong, sistem memilihkan warnanya."),
        validators=[Optional()],
    )
    connected_from = DateField(_l("Terhubung sejak"), validators=[Optional()])
    connected_to = DateField(_l("Terhubung sampai"), validators=[Optional()])
    successors = StringField(
        _l("Digantikan oleh"),
        description=_l("Alamat singkat penggantinya, dipisah spasi."),
        validators=[Optional()],
    )
    contact_email = StringField(
        _l("Email"),
        description=_l("Warga membaca kontak ini di bagian bawah setiap halaman instansi."),
        validators=[Optional()],
    )
    contact_phone = StringField(_l("Telepon"), validators=[Optional()])
    address = StringField(_l("Alamat"), validators=[Optional()])

    def entry(self, slug: str | None = None) -> Entry:
        """`slug`: of the agency that is edited; its address is for good."""
        return Entry(
            kind=self.kind.data,
            slug=slug or self.slug.data,
            name=self.name.data,
            short_name=self.short_name.data,
            connected=Period(self.connected_from.data, self.connected_to.data),
            successors=tuple((self.successors.data or "").split()),
            region_code=self.region_code.data or None,
            time_zone=self.time_zone.data,
            colour=self.colour.data or None,
            contact_email=self.contact_email.data,
            contact_phone=self.contact_phone.data,
            address=self.address.data,
        )


class DecisionForm(Form):
    seen = HiddenField()  # personal data in the reasons that was pointed out, a line each
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    verdict = RadioField(
        _l("Putusan Anda"),
        choices=[
            SelectChoice("overturn", _l("Belum selesai: instansi harus memprosesnya lagi")),
            SelectChoice("uphold", _l("Selesai: tidak dapat disanggah lagi")),
        ],
        validators=[InputRequired(_l("Pilih putusan Anda."))],
    )
    reasons = TextAreaField(
        _l("Alasan putusan"),
        description=_l(
            "Dibaca pelapor dan instansi, dan umum bila laporan ini diumumkan. Jangan sebut nama."
        ),
        validators=[
            InputRequired(_l("Tulis alasan putusan Anda.")),
            Length(max=5000, message=_l("Terlalu panjang; paling banyak 5.000 huruf.")),
        ],
    )
