"""The shape of what is typed about a decree and its team."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from sp4n.decrees.operations import MemberAnswers
from sp4n.decrees.positions import POSITION_LABELS
from sp4n.decrees.wording import Wording
from sp4n.desk.document_forms import SHORT
from sp4n.desk.forms import choices, number_or_none
from sp4n.web.forms import Form, boxes

LONG = Length(max=10_000, message=_l("Terlalu panjang; paling banyak 10.000 huruf."))


class WordingForm(Form):
    considering = TextAreaField(
        _l("Menimbang"),
        description=_l("Satu baris untuk setiap huruf a, b, c."),
        validators=[InputRequired(_l("Tulis pertimbangannya.")), LONG],
    )
    grounds = TextAreaField(
        _l("Mengingat (dasar hukum)"),
        description=_l(
            "Satu baris untuk setiap peraturan. Daftar ini hanya usulan: periksa dengan bagian"
            " hukum instansi Anda."
        ),
        validators=[InputRequired(_l("Tulis dasar hukumnya.")), LONG],
    )
    rulings = TextAreaField(
        _l("Menetapkan (KESATU, KEDUA, dan seterusnya)"),
        description=_l("Satu baris untuk setiap diktum."),
        validators=[InputRequired(_l("Tulis apa yang ditetapkan.")), LONG],
    )
    place = StringField(_l("Ditetapkan di"), validators=[Optional(), SHORT])
    copies = TextAreaField(
        _l("Tembusan"),
        description=_l("Satu baris untuk setiap penerima."),
        validators=[Optional(), LONG],
    )

    def wording(self) -> Wording:
        return Wording(
            considering=self.considering.data or "",
            grounds=self.grounds.data or "",
            rulings=self.rulings.data or "",
            copies=self.copies.data or "",
            place=self.place.data or "",
        )


class MemberForm(Form):
    position = SelectField(
        _l("Kedudukan dalam tim"), validators=[InputRequired(_l("Pilih kedudukan dalam tim."))]
    )
    name = StringField(_l("Nama"), validators=[InputRequired(_l("Tulis nama anggota.")), SHORT])
    post = StringField(_l("Jabatan dinas"), validators=[Optional(), SHORT])
    unit_id = SelectField(_l("Unit"), coerce=number_or_none, validators=[Optional()])
    tasks = TextAreaField(_l("Tugas"), validators=[Optional(), LONG])
    account_id = SelectField(
        _l("Akun petugas"),
        description=_l("Agar perannya di sini dapat mengikuti keputusan ini."),
        coerce=number_or_none,
        validators=[Optional()],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.position.choices = [SelectChoice(*pair) for pair in POSITION_LABELS.items()]

    def offer(self, units: Iterable[tuple[int, str]], accounts: Iterable[tuple[int, str]]) -> None:
        self.unit_id.choices = choices(_l("Tanpa unit"), units)
        self.account_id.choices = choices(_l("Tanpa akun"), accounts)

    def answers(self) -> MemberAnswers:
        return MemberAnswers(
            position=self.position.data,
            name=self.name.data or "",
            post=self.post.data or "",
            unit_id=self.unit_id.data,
            tasks=self.tasks.data or "",
            account_id=self.account_id.data,
        )


class ApplyForm(Form):
    changes: SelectMultipleField = boxes(_l("Peran yang diubah"))
