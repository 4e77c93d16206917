"""The shape of what is typed about action plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from sp4n.action_plans.lines import Line
from sp4n.action_plans.states import ABOVE, LEVEL_LABELS, Level
from sp4n.action_plans.template import quarters_words
from sp4n.desk.forms import number_or_none
from sp4n.settings.road_maps import RoadMapFacts
from sp4n.spreadsheets.values import Unclear, quarters_of, rupiah_of
from sp4n.web.forms import Form

MOST_YEARS = 10
PLAIN = (
    "code",
    "level",
    "parent_code",
    "name",
    "section",
    "objective",
    "indicator",
    "unit_of_measure",
    "baseline",
    "responsible",
    "supporting",
    "budget_source",
    "evidence",
)


class StartPlanForm(Form):
    road_map_id = SelectField(_l("Road map"), coerce=number_or_none)
    period_from = IntegerField(
        _l("Tahun awal"), validators=[InputRequired(_l("Tulis tahun awal, seperti 2026."))]
    )
    period_to = IntegerField(
        _l("Tahun akhir"), validators=[InputRequired(_l("Tulis tahun akhir, seperti 2029."))]
    )

    def offer(self, road_maps: Iterable[RoadMapFacts]) -> None:
        self.road_map_id.choices = [SelectChoice(one.id, one.name) for one in road_maps]


class RevisionForm(Form):
    """An act that has nothing to type, on a plan as it was looked at."""

    revision = HiddenField()

    @property
    def seen(self) -> int | None:
        return number_or_none(self.revision.data)


class LineForm(RevisionForm):
    level = SelectField(_l("Tingkat"), choices=[SelectChoice(*one) for one in LEVEL_LABELS.items()])
    parent_code = SelectField(_l("Di bawah"), validate_choice=False)
    code = StringField(_l("Kode"), description=_l("Tidak boleh sama dengan baris lain: 1, 1.1."))
    name = TextAreaField(_l("Uraian"))
    section = SelectField(_l("Bagian pedoman"))
    objective = SelectField(_l("Sasaran road map"))
    indicator = TextAreaField(_l("Indikator"), validators=[Optional()])
    unit_of_measure = StringField(_l("Satuan"), validators=[Optional()])
    baseline = StringField(_l("Baseline"), validators=[Optional()])
    responsible = StringField(_l("Penanggung jawab"), validators=[Optional()])
    supporting = StringField(_l("Unit pendukung"), validators=[Optional()])
    budget = StringField(
        _l("Anggaran"), description=_l("Dalam rupiah, misalnya 1250000."), validators=[Optional()]
    )
    budget_source = StringField(_l("Sumber dana"), validators=[Optional()])
    quarters = StringField(
        _l("Waktu"), description=_l("Misalnya TW I-II."), validators=[Optional()]
    )
    evidence = TextAreaField(_l("Bukti yang diharapkan"), validators=[Optional()])

    def validate_budget(self, field: StringField) -> None:
        try:
            self.rupiah = rupiah_of(field.data or "")
        except Unclear as unclear:
            raise ValidationError(unclear.words) from None

    def validate_quarters(self, field: StringField) -> None:
        try:
            self.digits = "".join(map(str, quarters_of(field.data or "")))
        except Unclear as unclear:
            raise ValidationError(unclear.words) from None

    def line(self, years: Sequence[int], credit: str) -> Line:
        plain = {name: " ".join((self[name].data or "").split()) for name in PLAIN}
        if not ABOVE.get(Level(plain["level"])):
            plain["parent_code"] = ""
        targets = {str(year): self[f"target_{year}"].data or "" for year in years}
        return Line(
            **plain,
            targets={year: text for year, text in targets.items() if text},
            budget=getattr(self, "rupiah", None),
            quarters=getattr(self, "digits", ""),
            credit=credit,
        )


def line_form(
    road_map: RoadMapFacts,
    years: Sequence[int],
    above: Iterable[Line],
    line: Line | None,
    **more: Any,
) -> LineForm:
    """With a field for the target of each year; filled from `line` where nothing was sent."""
    fields = {f"target_{year}": _target(year) for year in years}
    kind = type("LineForm", (LineForm,), fields)
    form: LineForm = kind(data={**(said(line, years) if line else {}), **more})
    as_above = SelectChoice("", _("Menurut induknya"))
    form.section.choices = [as_above]
    form.section.choices += [SelectChoice(one.key, one.name) for one in road_map.sections]
    form.objective.choices = [as_above]
    form.objective.choices += [
        SelectChoice(one.code, f"{one.code}: {one.name}") for one in road_map.objectives
    ]
    form.parent_code.choices = [SelectChoice("", _("Tidak ada"))]
    form.parent_code.choices += [
        SelectChoice(one.code, f"{one.code} {one.name[:80]}")
        for one in above
        if one.level != Level.ACTIVITY
    ]
    return form


def _target(year: int) -> StringField:
    label = _l("Target %(year)s", year=year)
    return StringField(label, validators=[Optional()])


def said(line: Line, years: Sequence[int]) -> dict[str, Any]:
    """A line as its form has it."""
    targets = {f"target_{year}": line.targets.get(str(year), "") for year in years}
    budget = "" if line.budget is None else str(line.budget)
    plain = {name: getattr(line, name) for name in PLAIN}
    return {**plain, **targets, "budget": budget, "quarters": quarters_words(line.quarters)}
