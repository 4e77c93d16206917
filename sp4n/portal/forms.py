"""The shape of what a reporter types to follow a case."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    MultipleFileField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from sp4n.cases.rating_words import QUESTIONS, SHORT
from sp4n.figures.ratings import BEST, DIMENSIONS
from sp4n.web.forms import Form

LONGEST_REPLY = 5000


class TrackForm(Form):
    reference = StringField(
        _l("Nomor laporan"),
        description=_l("Ada di tanda terima Anda, misalnya KP7\u20114XM\u20119R3T."),
        validators=[
            InputRequired(_l("Isi nomor laporan.")),
            Length(max=40, message=_l("Nomor itu terlalu panjang. Salin dari tanda terima Anda.")),
        ],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"},
    )
    access_code = StringField(
        _l("Kode akses"),
        description=_l("16 huruf dan angka yang Anda terima saat mengirim laporan."),
        validators=[
            InputRequired(_l("Isi kode akses.")),
            Length(max=60, message=_l("Kode itu terlalu panjang. Salin dari tanda terima Anda.")),
        ],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"},
    )


class EnclosingForm(Form):
    """What is written, and files that come along with it."""

    attachments = MultipleFileField(_l("Foto atau dokumen"), validators=[Optional()])


class ReplyForm(EnclosingForm):
    body = TextAreaField(
        _l("Tanggapan Anda"),
        description=_l(
            "Tulis apa yang belum selesai, atau tambahkan keterangan. Jangan tulis nomor KTP."
        ),
        validators=[
            InputRequired(_l("Tulis tanggapan Anda.")),
            Length(
                max=LONGEST_REPLY,
                message=_l("Tanggapan terlalu panjang; paling banyak 5.000 huruf."),
            ),
        ],
    )


class ContestForm(EnclosingForm):
    objection = TextAreaField(
        _l("Mengapa menurut Anda belum selesai?"),
        description=_l("Tulis apa yang masih terjadi. Jangan tulis nomor KTP."),
        validators=[
            InputRequired(_l("Tulis mengapa menurut Anda belum selesai.")),
            Length(
                max=LONGEST_REPLY,
                message=_l("Sanggahan terlalu panjang; paling banyak 5.000 huruf."),
            ),
        ],
    )


def scale(dimension: str) -> RadioField:
    choices = [SelectChoice(str(one), str(one)) for one in range(1, BEST + 1)]
    return RadioField(
        QUESTIONS[dimension],
        choices=choices,
        validators=[InputRequired(_l("%(what)s: pilih nilai 1 sampai 5.", what=SHORT[dimension]))],
    )


class RatingForm(Form):
    access = scale("access")
    response = scale("response")
    transparency = scale("transparency")
    result = scale("result")
    comment = TextAreaField(
        _l("Ada yang ingin Anda sampaikan?"),
        description=_l("Hanya dibaca petugas, tidak diumumkan."),
        validators=[
            Optional(),
            Length(
                max=LONGEST_REPLY,
                message=_l("Terlalu panjang; paling banyak 5.000 huruf."),
            ),
        ],
    )

    @property
    def scores(self) -> dict[str, int]:
        return {one: int(self[one].data) for one in DIMENSIONS}


class OmbudsmanForm(Form):
    consent = BooleanField(
        _l("Saya setuju laporan ini diserahkan kepada Ombudsman RI"),
        description=_l(
            "Isi laporan, lampiran, riwayat yang dapat Anda baca, dan batas waktu yang terlewat; "
            "juga bila laporan ini rahasia. Nama dan kontak Anda tidak ikut. Selama Ombudsman "
            "belum menerimanya, persetujuan ini dapat Anda tarik."
        ),
    )


class FollowForm(Form):
    email = EmailField(
        _l("Alamat email Anda"),
        description=_l("Hanya untuk mengabari Anda tentang laporan ini."),
        validators=[InputRequired(_l("Isi alamat email Anda."))],
        render_kw={"autocomplete": "email"},
    )

    def validate_email(self, field: EmailField) -> None:
        try:
            # As of a reporter: whether mail arrives is only known by sending it.
            found = validate_email(
                field.data, check_deliverability=False, allow_smtputf8=False, test_environment=True
            )
        except EmailNotValidError:
            raise ValidationError(
                _("Alamat email itu belum lengkap. Tulis seperti nama@contoh.id.")
            ) from None
        field.data = found.normalized
