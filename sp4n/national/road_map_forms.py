"""The shape of what is typed about a road map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, FileField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from sp4n.settings.models import RoadMap
from sp4n.settings.road_map_drafts import objectives_of, sections_of
from sp4n.web.forms import Form

SHORT = Length(max=500, message=_l("Terlalu panjang; paling banyak 500 huruf."))
LONG = Length(max=50_000, message=_l("Terlalu panjang."))
YEAR = NumberRange(1990, 2100, _l("Tulis tahun dengan empat angka, seperti 2026."))


class RoadMapForm(Form):
    name = StringField(_l("Nama"), validators=[InputRequired(_l("Tulis namanya.")), SHORT])
    version = StringField(
        _l("Versi"),
        description=_l("Misalnya 2025, atau 2025 perubahan pertama."),
        validators=[InputRequired(_l("Tulis versinya.")), SHORT],
    )
    key = StringField(
        _l("Kunci"),
        description=_l("Nama tetapnya dalam berkas dan data, seperti permenpanrb-46-2020."),
        validators=[InputRequired(_l("Tulis kuncinya.")), SHORT],
    )
    period_from = IntegerField(_l("Tahun awal"), validators=[InputRequired(YEAR.message), YEAR])
    period_to = IntegerField(_l("Tahun akhir"), validators=[InputRequired(YEAR.message), YEAR])
    citation = StringField(
        _l("Peraturan yang menetapkannya"),
        validators=[InputRequired(_l("Tulis peraturan yang menetapkannya.")), SHORT],
    )
    source = TextAreaField(
        _l("Sumber"),
        description=_l("Dari mana isinya diketahui, dan apa yang belum dapat dibaca."),
        validators=[Optional(), LONG],
    )
    verified = BooleanField(_l("Isinya sudah dicocokkan dengan peraturannya"))
    due_on = DateField(_l("Rencana aksi dikirim paling lambat"), validators=[Optional()])
    objectives = TextAreaField(
        _l("Sasaran"),
        description=_l("Satu baris setiap sasaran: kode | nama | target. Target boleh kosong."),
        validators=[InputRequired(_l("Tulis sedikitnya satu sasaran.")), LONG],
    )
    sections = TextAreaField(
        _l("Bagian pedoman"),
        description=_l("Satu baris setiap bagian: kunci | kelompok | nama."),
        validators=[InputRequired(_l("Tulis sedikitnya satu bagian.")), LONG],
    )

    def validate_period_to(self, field: Any) -> None:
        if self.period_from.data and field.data and field.data < self.period_from.data:
            raise ValidationError(_("Tahun akhir mendahului tahun awal."))

    def validate_objectives(self, field: Any) -> None:
        check_lines(field, objectives_of, "code")

    def validate_sections(self, field: Any) -> None:
        check_lines(field, sections_of, "key")

    def entry(self) -> dict[str, Any]:
        """As the file has it."""
        names = ("key", "version", "name", "citation", "source")
        return {
            **{name: self[name].data or "" for name in names},
            "verified": bool(self.verified.data),
            "period_from": self.period_from.data,
            "period_to": self.period_to.data,
            "due_on": self.due_on.data.isoformat() if self.due_on.data else None,
            "objectives": objectives_of(typed_lines(self.objectives.data)),
            "sections": sections_of(typed_lines(self.sections.data)),
        }


class ImportForm(Form):
    file = FileField(_l("Berkas JSON"))


class PublishForm(Form):
    citation = StringField(
        _l("Peraturan yang menetapkannya"),
        validators=[InputRequired(_l("Tulis peraturan yang menetapkannya.")), SHORT],
    )
    in_force_from = DateField(
        _l("Berlaku mulai"), validators=[InputRequired(_l("Isi sejak kapan berlaku."))]
    )


def check_lines(
    field: Any, read: Callable[[Sequence[str]], list[dict[str, str]]], unique: str
) -> None:
    try:
        found = read(typed_lines(field.data))
    except ValueError as wrong:
        words = _(
            "Baris %(n)s tidak lengkap. Pisahkan isinya dengan garis tegak |.", n=wrong.args[0]
        )
        raise ValidationError(words) from None
    known = [one[unique] for one in found]
    twice = next((one for one in known if known.count(one) > 1), None)
    if twice:
        raise ValidationError(_("%(code)s disebut dua kali.", code=twice))


def typed_lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def as_typed(row: RoadMap) -> dict[str, Any]:
    """What the form shows of one."""
    names = "name version key period_from period_to citation source verified due_on"
    return {
        **{name: getattr(row, name) for name in names.split()},
        "objectives": "\n".join(
            " | ".join(filter(None, (one["code"], one["name"], one.get("targets", ""))))
            for one in row.objectives
        ),
        "sections": "\n".join(
            " | ".join((one["key"], one["group"], one["name"])) for one in row.sections
        ),
    }
