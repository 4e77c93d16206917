"""The shape of what staff type about a case between agencies; the reporter reads all of it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from sp4n.desk.forms import TOO_LONG
from sp4n.web.forms import Form

LONGEST_REASON = 5000


class SendForm(Form):
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    reason = TextAreaField(
        _l("Mengapa laporan ini wewenang instansi itu?"),
        description=_l("Dibaca pelapor dan instansi itu. Jangan tulis nama atau data pribadi."),
        validators=[
            InputRequired(_l("Tulis alasannya.")),
            Length(max=LONGEST_REASON, message=TOO_LONG),
        ],
    )


class RefuseForm(Form):
    reason = TextAreaField(
        _l("Mengapa Anda tidak menerimanya?"),
        description=_l("Dibaca pelapor dan instansi pengirim. Sebutkan instansi yang tepat."),
        validators=[
            InputRequired(_l("Tulis alasannya.")),
            Length(max=LONGEST_REASON, message=TOO_LONG),
        ],
    )
