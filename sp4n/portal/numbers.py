"""The part of a case's page where a reporter makes sure that a mobile number is theirs."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from sp4n.cases.models import CaseRecord
from sp4n.cases.own_number import MOST_ASKED, number_asked
from sp4n.db import db
from sp4n.notices.sms import sms_is_on
from sp4n.web.forms import Form


class NumberCodeForm(Form):
    code = StringField(
        _l("Kode dari SMS"),
        validators=[
            InputRequired(_l("Tulis enam angka dari SMS kami.")),
            Length(max=20, message=_l("Tulis enam angka dari SMS kami.")),
        ],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


def number_part(case: CaseRecord, form: Form | None) -> dict[str, Any]:
    """The database is asked only where SMS is on."""
    row = number_asked(db.session(), case) if sms_is_on() else None
    return {
        "number": row,
        "number_again": row is not None and row.asked < MOST_ASKED,
        "number_form": form if isinstance(form, NumberCodeForm) else NumberCodeForm(formdata=None),
    }
