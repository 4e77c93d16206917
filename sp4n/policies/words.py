"""Rules, figures and steps in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from babel.numbers import format_decimal
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sp4n.policies.periods import PeriodKind
from sp4n.policies.rules import SHARES, Comparison, Element, Measure, Rule, Subject
from sp4n.policies.steps import LADDER, REWARD, SANCTION, STEPS

SUBJECT_LABELS: Final[dict[str, LazyString]] = {
    Subject.UNIT: _l("Unit kerja"),
    Subject.PERSON: _l("Petugas"),
}
PERIOD_LABELS: Final[dict[str, LazyString]] = {
    PeriodKind.MONTH: _l("Sebulan"),
    PeriodKind.QUARTER: _l("Satu triwulan"),
    PeriodKind.YEAR: _l("Setahun"),
}
MEASURE_LABELS: Final[dict[str, LazyString]] = {
    Measure.FIRST_IN_TIME: _l("Tanggapan pertama tepat waktu"),
    Measure.COMPLETED_IN_TIME: _l("Penyelesaian tepat waktu"),
    Measure.MEDIAN_ANSWER: _l("Median waktu sampai tanggapan pertama"),
    Measure.OVERDUE: _l("Laporan terlambat pada akhir periode"),
    Measure.RATING: _l("Rata-rata penilaian pelapor"),
    Measure.CONTESTED: _l("Penutupan yang disanggah"),
    Measure.ANSWERED: _l("Laporan yang ditanggapi"),
    Measure.CASES: _l("Jumlah laporan yang masuk"),
}
# What is counted, whose it is, and when; as `measuring` has it.
MEANINGS: Final[dict[str, LazyString]] = {
    Measure.FIRST_IN_TIME: _l(
        "Dari laporan yang batas tanggapan pertamanya terpenuhi atau lewat dalam periode: berapa "
        "yang tepat waktu. Dihitung pada pemegang laporan saat itu."
    ),
    Measure.COMPLETED_IN_TIME: _l(
        "Dari laporan yang batas penyelesaiannya terpenuhi atau lewat dalam periode: berapa yang "
        "tanggapan akhirnya tepat waktu. Dihitung pada pemegang laporan saat itu."
    ),
    Measure.MEDIAN_ANSWER: _l(
        "Jam sejak laporan sampai di pemegangnya hingga tanggapan pertama, untuk tanggapan pertama "
        "dalam periode; nilai tengahnya."
    ),
    Measure.OVERDUE: _l(
        "Laporan yang pada akhir periode sudah lewat batasnya dan belum dikerjakan. Dihitung dari "
        "laporan yang masuk dalam periode dan yang terlambat."
    ),
    Measure.RATING: _l(
        "Rata-rata empat nilai (1 sampai 5) dari penilaian yang diberikan dalam periode. Dihitung "
        "pada pemegang laporan saat laporan berakhir."
    ),
    Measure.CONTESTED: _l(
        "Dari laporan yang ditutup atau diarsipkan dalam periode: berapa yang disanggah "
        "pelapornya. Dihitung pada pemegang laporan saat ditutup."
    ),
    Measure.ANSWERED: _l(
        "Dari laporan yang batas tanggapan pertamanya terpenuhi atau lewat dalam periode: berapa "
        "yang sudah ditanggapi pada akhir periode, juga yang terlambat."
    ),
    Measure.CASES: _l("Laporan yang sampai di pemegangnya dalam periode."),
}
COMPARISON_LABELS: Final[dict[str, LazyString]] = {
    Comparison.AT_LEAST: _l("paling sedikit"),
    Comparison.AT_MOST: _l("paling banyak"),
    Comparison.MORE: _l("lebih dari"),
    Comparison.LESS: _l("kurang dari"),
}
EFFECT_LABELS: Final[dict[str, LazyString]] = {
    REWARD: _l("Penghargaan"),
    SANCTION: _l("Sanksi"),
}
ELEMENT_LABELS: Final[dict[str, LazyString]] = {
    Element.DISCIPLINE: _l("Disiplin"),
    Element.PERFORMANCE: _l("Kinerja"),
    Element.USERS: _l("Penilaian pengguna layanan"),
}
STATE_LABELS: Final[dict[str, LazyString]] = {
    "proposed": _l("Menunggu keputusan"),
    "objected": _l("Ada keberatan"),
    "granted": _l("Diberikan"),
    "waived": _l("Tidak diberikan"),
}
STATE_SENTIMENTS: Final = {
    "proposed": "soon",
    "objected": "late",
    "granted": "ok",
    "waived": "neutral",
}
RUBRIC: Final = "LKE Zona Integritas, Kementerian PANRB"  # a name: not to be translated
# Of that national rubric, as `queries.standing` gives them.
GRADES: Final[dict[str, LazyString]] = {
    "A": _l("Ada, memuat ketiga unsur, dan diterapkan secara rutin"),
    "B": _l("Ada dan memuat ketiga unsur, belum diterapkan secara rutin"),
    "C": _l("Ada, belum memuat ketiga unsur"),
    "D": _l("Belum ada kebijakan yang berlaku"),
}


def step_label(step: str) -> str:
    if step == LADDER:
        return _("Satu tingkat di atas sanksi terakhir")
    return str(STEPS[step].label) if step in STEPS else step


def amount(measure: str, value: Any, language: str) -> str:
    """`96,5 %`, `12 jam`, `4,2 dari 5`, `3 laporan`."""
    number = format_decimal(round(Decimal(str(value)), 2).normalize() + 0, locale=language)
    if measure in SHARES:
        return _("%(number)s %%", number=number)
    if measure == Measure.MEDIAN_ANSWER:
        return _("%(number)s jam", number=number)
    if measure == Measure.RATING:
        return _("%(number)s dari 5", number=number)
    return _("%(number)s laporan", number=number)


def condition(rule: Rule, language: str) -> str:
    """`Tanggapan pertama tepat waktu paling sedikit 90 %`."""
    return _(
        "%(measure)s %(comparison)s %(amount)s",
        measure=MEASURE_LABELS[rule.measure],
        comparison=COMPARISON_LABELS[rule.comparison],
        amount=amount(rule.measure, rule.threshold, language),
    )


def sentence(rule: Rule, language: str) -> str:
    """The whole rule, as it is published."""
    return _(
        "%(subject)s, %(period)s: %(condition)s, dari paling sedikit %(minimum)s laporan. "
        "%(effect)s: %(step)s.",
        subject=SUBJECT_LABELS[rule.subject],
        period=str(PERIOD_LABELS[rule.period]).lower(),
        condition=condition(rule, language),
        minimum=rule.minimum,
        effect=EFFECT_LABELS[rule.effect],
        step=step_label(rule.step),
    )
