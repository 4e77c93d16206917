"""The shape of what staff type when a case waits for its reporter, or is taken up again."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from sp4n.cases.states import Act
from sp4n.desk.forms import LONGEST, TOO_LONG, CaseForm, choices, number_or_none
from sp4n.desk.hiding import Hiding


class HoldForm(CaseForm):
    act = Act.HOLD
    body = TextAreaField(
        _l("Apa yang perlu dilengkapi pelapor?"),
        id="hold-body",
        description=_l("Hanya dibaca pelapor dan petugas. Jangan minta nomor KTP atau kata sandi."),
        validators=[
            InputRequired(_l("Tulis apa yang perlu dilengkapi pelapor.")),
            Length(max=LONGEST, message=TOO_LONG),
        ],
    )


class ResumeForm(CaseForm):
    act = Act.RESUME
    body = TextAreaField(
        _l("Penjelasan untuk pelapor"),
        id="resume-body",
        description=_l("Misalnya: keterangannya sudah kami dapat dari petugas lapangan."),
        validators=[Length(max=LONGEST, message=TOO_LONG)],
    )


class EntrustForm(CaseForm):
    act = Act.ENTRUST
    account_id = SelectField(_l("Petugas"), coerce=number_or_none)

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        self.account_id.choices = choices(_l("Tanpa nama petugas: unitnya"), people)


class ApproveForm(Hiding, CaseForm):
    act = Act.ANSWER


class MacroForm(Hiding, CaseForm):
    act = Act.ANSWER
    template = IntegerField(widget=HiddenInput(), validators=[Optional()])


class ReturnForm(CaseForm):
    act = Act.ANSWER
    note = TextAreaField(
        _l("Apa yang perlu diperbaiki?"),
        id="return-note",
        description=_l("Hanya dibaca petugas."),
        validators=[
            InputRequired(_l("Tulis apa yang perlu diperbaiki.")),
            Length(max=LONGEST, message=TOO_LONG),
        ],
    )


class ReopenForm(Hiding, CaseForm):
    act = Act.REOPEN
    reason = TextAreaField(
        _l("Mengapa dibuka kembali?"),
        id="reopen-reason",
        description=_l("Dibaca pelapor, dan umum bila laporan ini diumumkan."),
        validators=[
            InputRequired(_l("Tulis mengapa laporan dibuka kembali.")),
            Length(max=LONGEST, message=TOO_LONG),
        ],
    )


class ExtendForm(CaseForm):
    act = Act.EXTEND
    reason = TextAreaField(
        _l("Mengapa perlu waktu lebih lama?"),
        id="extend-reason",
        description=_l("Dibaca pemohon, dan umum bila permohonan ini diumumkan."),
        validators=[
            InputRequired(_l("Tulis mengapa perlu waktu lebih lama.")),
            Length(max=LONGEST, message=TOO_LONG),
        ],
    )
