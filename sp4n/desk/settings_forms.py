"""The shape of settings as they are typed: one form a group, made from the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    ColorField,
    DateTimeLocalField,
    Field,
    FileField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import HiddenInput

from sp4n.configuration.catalogue import Group, Setting
from sp4n.configuration.queries import Value
from sp4n.desk.draft_pages import DraftForm
from sp4n.web.forms import Form, boxes


class GroupForm(DraftForm):
    """Its fields are the group's settings that can be changed; the catalogue checks them."""

    @property
    def keys(self) -> list[str]:
        ours = {"edits", "csrf_token"}
        return [one.name for one in self if one.name not in ours and one.type != "FileField"]

    def answers(self, *, back_to_default: str = "") -> dict[str, str]:
        typed = {key: text_of(self[key]) for key in self.keys}
        return {**typed, back_to_default: ""} if back_to_default in typed else typed

    def show(self, now: Sequence[Value]) -> None:
        """What is typed stays."""
        self.show_edits()
        if not self.is_submitted():
            for value in now:
                if value.setting.key in self:
                    boxes = (value.text or value.setting.ticked).split(",")
                    several = value.setting.choices and not value.setting.one_choice
                    shown = boxes if several else value.text
                    self[value.setting.key].process_data(shown)

    def corrected(self, kept: Mapping[str, str]) -> str:
        """The colour that was kept in the place of the one that was chosen, else ""."""
        chosen = (self["colour"].data or "") if "colour" in self else ""
        return kept.get("colour", "") if chosen and kept.get("colour", chosen) != chosen else ""


class PublishForm(Form):
    edits = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    reason = StringField(
        _l("Alasan perubahan"),
        description=_l("Dibaca rekan Anda di riwayat. Misalnya: nomor telepon baru."),
    )
    when = RadioField(
        _l("Kapan berlaku?"),
        choices=[
            SelectChoice("now", _l("Sekarang")),
            SelectChoice("later", _l("Pada waktu yang saya pilih")),
        ],
        default="now",
    )
    publish_at = DateTimeLocalField(
        _l("Waktu terbit"),
        validators=[Optional()],
        description=_l("Menurut jam instansi Anda. Isi hanya bila Anda memilih waktunya."),
    )

    def validate_publish_at(self, field: Field) -> None:
        if self.when.data == "later" and field.data is None and not field.errors:
            field.errors = [*field.errors, _("Isi tanggal dan jamnya.")]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        return super().validate(*args, **kwargs) and not self.publish_at.errors

    def moment(self, zone: ZoneInfo) -> datetime | None:
        """In the agency's own time; None for at once."""
        if self.when.data != "later" or self.publish_at.data is None:
            return None
        return self.publish_at.data.replace(tzinfo=zone)

    def done(self) -> str:
        if self.when.data == "later":
            return _("Dijadwalkan. Draf terbit sendiri pada waktunya.")
        return _("Terbit. Warga sudah melihat perubahannya.")


class RestoreForm(Form):
    reason = StringField(_l("Alasan memulihkan"))


def text_of(field: Field) -> str:
    """What was typed, or ticked, as it is kept."""
    data = field.data or ""
    return data if isinstance(data, str) else ",".join(data)


def form_for(group: Group, *, without: Iterable[str] = ()) -> GroupForm:
    """`without`: what is locked."""
    form = _form_class(group)()
    for key in without:
        if key in form:
            del form[key]
    return form


def file_of(key: str) -> str:
    """The name of the field that takes the file of a picture; `key` itself carries its name."""
    return f"{key}_berkas"


@cache
def _form_class(group: Group) -> type[GroupForm]:
    fields = {one.key: _field(one) for one in group.settings if not one.locked}
    for one in group.settings:
        if one.sort:
            fields[file_of(one.key)] = FileField(one.label, description=one.hint)
    return type(f"{group.key.title()}Form", (GroupForm,), fields)


def _field(setting: Setting) -> Any:
    if setting.key == "colour":
        return ColorField(setting.label, description=setting.hint)
    if setting.one_choice:
        return RadioField(
            setting.label,
            description=setting.hint,
            choices=[SelectChoice(*one) for one in setting.choices],
            default="",
        )
    if setting.sort:
        return StringField(setting.label, widget=HiddenInput())
    if setting.choices:
        choices = [SelectChoice(*one) for one in setting.choices]
        return boxes(setting.label, description=setting.hint, choices=choices)
    kind = TextAreaField if setting.lines > 1 else StringField
    return kind(setting.label, description=setting.hint)
