"""The shape of what staff type when a case waits for its reporter, or is taken up again."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from sp4n.cases.states import Act
from sp4n.cases.words import CLASSIFICATION_LABELS
from sp4n.desk.forms import (
    LONGEST,
    TOO_LONG,
    CaseForm,
    choices,
    number_or_none,
    topic_numbers,
    topic_or_none,
)
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


class ReclassifyForm(CaseForm):
    act = Act.RECLASSIFY
    classification = SelectField(
        _l("Jenis laporan"), choices=[SelectChoice(*one) for one in CLASSIFICATION_LABELS.items()]
    )
    category_id = SelectField(_l("Topik"), coerce=topic_or_none, validators=[Optional()])
    supervision = BooleanField(
        _l("Berkadar pengawasan"),
        description=_l(
            "Hanya untuk pengaduan. Laporan menjadi rahasia, tidak diumumkan lagi, dan diteruskan"
            " ke unit pengawas bila sudah ditandai di daftar unit."
        ),
    )
    reason = TextAreaField(
        _l("Mengapa dikoreksi?"),
        description=_l(
            "Dibaca pelapor, kecuali bila yang dikoreksi kadar pengawasannya: itu hanya dibaca"
            " petugas. Jangan sebut nama orang yang diadukan."
        ),
        validators=[
            InputRequired(_l("Tulis mengapa dikoreksi.")),
            Length(max=LONGEST, message=TOO_LONG),
        ],
    )

    def offer(self, topics: Iterable[tuple[str, str]]) -> None:
        self.category_id.choices = choices(_l("Tanpa topik"), topics)

    @property
    def topic(self) -> tuple[int | None, int | None]:
        return topic_numbers(self.category_id.data)


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
