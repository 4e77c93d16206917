"""The shape of what is typed about policies: text, rules, publishing, and what comes of them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from sp4n.documents.models import Document
from sp4n.policies.operations import LADDER_MONTHS, OBJECTION_DAYS, WAIT_DAYS, as_threshold
from sp4n.policies.operations import PolicyText as Text
from sp4n.policies.periods import PeriodKind
from sp4n.policies.rules import Comparison, Element, Measure, Rule, Subject
from sp4n.policies.steps import LADDER, REWARD, SANCTION, steps_of
from sp4n.policies.words import (
    COMPARISON_LABELS,
    EFFECT_LABELS,
    ELEMENT_LABELS,
    MEASURE_LABELS,
    PERIOD_LABELS,
    SUBJECT_LABELS,
    step_label,
)
from sp4n.web.forms import Form

LONGEST_BODY = 40_000
NUMBER = _l("Tulis bilangan bulat.")


def whole(label: Any, bounds: tuple[int, int, int], description: Any = "") -> IntegerField:
    return IntegerField(
        label,
        default=bounds[2],
        description=description,
        validators=[InputRequired(NUMBER)],
        render_kw={"inputmode": "numeric"},
    )


class EditsForm(Form):
    """`edits`: of the draft when the form was made."""

    edits = HiddenField()

    @property
    def seen(self) -> int:
        typed = self.edits.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


class TextForm(EditsForm):
    title = StringField(
        _l("Judul"),
        validators=[
            InputRequired(_l("Tulis judul kebijakan.")),
            Length(max=200, message=_l("Paling banyak 200 huruf.")),
        ],
    )
    body = TextAreaField(
        _l("Isi kebijakan"),
        description=_l("Dasar, tujuan, dan tata caranya. Aturannya ditulis terpisah."),
        validators=[
            InputRequired(_l("Tulis isi kebijakan.")),
            Length(max=LONGEST_BODY, message=_l("Isinya terlalu panjang.")),
        ],
    )
    wait_days = whole(
        _l("Hari tunggu sesudah periode berakhir"),
        WAIT_DAYS,
        _l("Baru sesudah itu dihitung, supaya sanggahan atas penutupan di akhir periode ikut."),
    )
    objection_days = whole(_l("Hari kerja untuk mengajukan keberatan"), OBJECTION_DAYS)
    ladder_months = whole(
        _l("Bulan selama sanksi sebelumnya diperhitungkan"),
        LADDER_MONTHS,
        _l("Untuk aturan yang memakai anak tangga sanksi berikutnya."),
    )

    def text(self) -> Text:
        return Text(
            title=self.title.data or "",
            body=self.body.data or "",
            wait_days=number_of(self.wait_days),
            objection_days=number_of(self.objection_days),
            ladder_months=number_of(self.ladder_months),
        )


def number_of(field: IntegerField) -> int:
    """What is no number is refused as out of range."""
    return -1 if field.data is None else int(field.data)


def labelled(labels: Any) -> list[SelectChoice]:
    return [SelectChoice(str(key), label) for key, label in labels.items()]


class RuleForm(EditsForm):
    subject = RadioField(
        _l("Untuk siapa?"),
        choices=labelled(SUBJECT_LABELS),
        validators=[InputRequired(_l("Pilih untuk siapa aturan ini."))],
    )
    period = SelectField(_l("Dihitung selama"), choices=labelled(PERIOD_LABELS))
    measure = SelectField(_l("Apa yang diukur?"), choices=labelled(MEASURE_LABELS))
    comparison = SelectField(_l("Berlaku bila nilainya"), choices=labelled(COMPARISON_LABELS))
    threshold = StringField(
        _l("Ambang"),
        description=_l("Persen, jam, nilai 1 sampai 5, atau jumlah laporan, menurut ukurannya."),
        validators=[InputRequired(_l("Tulis ambangnya."))],
        render_kw={"inputmode": "decimal"},
    )
    minimum = IntegerField(
        _l("Paling sedikit berapa laporan?"),
        default=10,
        description=_l(
            "Di bawah jumlah ini tidak ada penilaian: beberapa laporan saja tidak adil."
        ),
        validators=[InputRequired(NUMBER)],
        render_kw={"inputmode": "numeric"},
    )
    effect = RadioField(
        _l("Apa akibatnya?"),
        choices=labelled(EFFECT_LABELS),
        validators=[InputRequired(_l("Pilih penghargaan atau sanksi."))],
    )
    step = SelectField(_l("Langkah"))
    element = SelectField(
        _l("Unsur"),
        description=_l("Penilaian nasional meminta ketiganya: disiplin, kinerja, pengguna."),
        choices=labelled(ELEMENT_LABELS),
    )

    def offer(self) -> None:
        rungs = [(LADDER, step_label(LADDER))]
        self.step.choices = [
            SelectChoice(key, label, optgroup=str(EFFECT_LABELS[effect]))
            for effect, more in ((REWARD, []), (SANCTION, rungs))
            for key, label in [*((one.key, one.label) for one in steps_of(effect)), *more]
        ]

    def validate_threshold(self, field: Any) -> None:
        try:
            found = as_threshold(field.data or "")
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite() or len(field.data) > 20:
            raise ValidationError(_("Tulis angka, misalnya 90 atau 96,5."))

    def rule(self, number: int) -> Rule:
        return Rule(
            number=number,
            subject=Subject(self.subject.data),
            period=PeriodKind(self.period.data),
            measure=Measure(self.measure.data),
            comparison=Comparison(self.comparison.data),
            threshold=as_threshold(self.threshold.data or ""),
            minimum=number_of(self.minimum),
            effect=self.effect.data,
            step=self.step.data,
            element=Element(self.element.data),
        )


class PublishForm(EditsForm):
    starts_on = DateField(
        _l("Berlaku sejak"),
        description=_l(
            "Periode yang mulai pada hari itu atau sesudahnya dinilai menurut versi ini."
        ),
        validators=[InputRequired(_l("Pilih tanggalnya."))],
    )


class SignedForm(Form):
    document_id = SelectField(
        _l("Dokumen bertanda tangan"), coerce=lambda text: int(text) if text else None
    )

    def offer(self, some: Sequence[Document]) -> None:
        named = [(one.id, " ".join(filter(None, (one.number, one.title)))) for one in some]
        self.document_id.choices = [("", _l("Belum ada")), *named]


class ObjectionForm(Form):
    objection = TextAreaField(
        _l("Keberatan"),
        description=_l("Apa yang menurut Anda tidak tepat pada angka atau laporannya?"),
        validators=[InputRequired(_l("Tulis alasan keberatan."))],
    )


class GrantForm(Form):
    step = SelectField(_l("Langkah"))
    reason = TextAreaField(
        _l("Alasan, atau jawaban atas keberatan"), id="grant-reason", validators=[Optional()]
    )
    letter_number = StringField(
        _l("Nomor surat"),
        validators=[Optional(), Length(max=100, message=_l("Paling banyak 100 huruf."))],
    )
    signatory = StringField(
        _l("Nama penanda tangan"),
        validators=[
            InputRequired(_l("Tulis nama penanda tangan.")),
            Length(max=200, message=_l("Paling banyak 200 huruf.")),
        ],
    )
    signatory_title = StringField(
        _l("Jabatan penanda tangan"),
        validators=[
            InputRequired(_l("Tulis jabatan penanda tangan.")),
            Length(max=200, message=_l("Paling banyak 200 huruf.")),
        ],
    )


class WaiveForm(Form):
    reason = TextAreaField(
        _l("Mengapa tidak diberikan?"),
        validators=[InputRequired(_l("Tulis mengapa tidak diberikan."))],
    )
