"""What is asked of the trail, in the address; and what is searched for then."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import DateField, Field, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from sp4n.accounts.queries import account_ids_named
from sp4n.audit.actors import Actor
from sp4n.audit.queries import Search, Words, national_people_named
from sp4n.audit.words import ACTOR_LABELS, acts_by_room, acts_labelled
from sp4n.cases.queries import case_id_of
from sp4n.cases.references import parse_reference
from sp4n.organisation.queries import unit_ids_named
from sp4n.web.forms import Form

LONGEST = 100
MOST_NAMED = 100  # people or units that one name may stand for


class TrailForm(Form):
    """Of a GET: it changes nothing, and its address can be passed on."""

    class Meta(Form.Meta):
        csrf = False

    kata = StringField(_l("Kata"))
    orang = StringField(_l("Nama atau email petugas"))
    pelaku = SelectField(_l("Pelaku"))
    tindakan = SelectField(_l("Tindakan"))
    laporan = StringField(_l("Nomor laporan"))
    dari = DateField(_l("Dari tanggal"), validators=[Optional()])
    sampai = DateField(_l("Sampai tanggal"), validators=[Optional()])

    def __init__(self, formdata: Any = None) -> None:
        super().__init__(request.args if formdata is None else formdata)
        self.pelaku.choices = [("", _("Siapa saja")), *ACTOR_LABELS.items()]
        self.tindakan.choices = {"": [("", _("Semua tindakan"))], **acts_by_room()}
        for field in (self.pelaku, self.tindakan):
            if field.data is None:
                field.data = ""
        for field in (self.kata, self.orang, self.laporan):
            field.data = (field.data or "")[:LONGEST]

    def validate_laporan(self, field: Field) -> None:
        if field.data and parse_reference(field.data) is None:
            raise ValidationError(_("Nomor ini tidak lengkap. Tulis seperti KP7-4XM-9R3T."))

    def validate_sampai(self, field: Field) -> None:
        if field.data and self.dari.data and field.data < self.dari.data:
            raise ValidationError(_("Tanggal akhir lebih awal dari tanggal mulai."))

    @property
    def place(self) -> dict[str, str]:
        """The same search in an address."""
        said = {field.name: field.data for field in self if field.data}
        return {
            name: value.isoformat() if isinstance(value, date) else str(value)
            for name, value in said.items()
        }

    def search(self, session: Session, *, actor: Actor, zone: ZoneInfo) -> Search:
        """What the form asks for, in ids: of people, of a case that `actor` may see."""
        reference, end = self.laporan.data, self.sampai.data
        return Search(
            actor_kind=self.pelaku.data,
            people=people_named(session, self.orang.data) if self.orang.data else None,
            act=self.tindakan.data,
            object_kind="case" if reference else "",
            object_id=case_id_of(session, reference=reference, actor=actor) if reference else None,
            start=begins(self.dari.data, zone) if self.dari.data else None,
            end=begins(end + timedelta(days=1), zone) if end and end < date.max else None,
            words=words_of(session, self.kata.data) if self.kata.data else None,
        )


def begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def people_named(session: Session, name: str) -> dict[str, list[int]]:
    return {
        "staff": list(account_ids_named(session, name=name, limit=MOST_NAMED)),
        "coordinator": list(national_people_named(session, name=name, limit=MOST_NAMED)),
    }


def words_of(session: Session, text: str) -> Words:
    objects = {
        "unit": unit_ids_named(session, name=text, limit=MOST_NAMED),
        "account": account_ids_named(session, name=text, limit=MOST_NAMED),
    }
    return Words(text, acts_labelled(text), objects)
