"""Forms of sign-in and of people."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from sp4n.accounts.colleagues import Colleagues
from sp4n.accounts.operations import LONGEST_NAME
from sp4n.accounts.passwords import LONGEST
from sp4n.accounts.words import ROLE_LABELS, role_label
from sp4n.organisation.forms import number_or_none
from sp4n.web.forms import Form, boxes

ADDRESS_NEEDED = InputRequired(_l("Isi alamat email."))
PASSWORD_NEEDED = InputRequired(_l("Isi kata sandi."))
ADDRESS_LENGTH = Length(max=254, message=_l("Alamat email paling panjang 254 huruf."))
NAME_LENGTH = Length(max=LONGEST_NAME, message=_l("Nama paling panjang 120 huruf."))
# Of what is only compared: longer than any password, and nothing that Argon2 should chew on.
COMPARED_LENGTH = Length(max=LONGEST * 4, message=_l("Kata sandi ini terlalu panjang."))


class SignInForm(Form):
    """`next`: where the person was going; `kept`: what they had sent when they were signed out."""

    email = EmailField(_l("Email"), validators=[ADDRESS_NEEDED, ADDRESS_LENGTH])
    password = PasswordField(_l("Kata sandi"), validators=[PASSWORD_NEEDED, COMPARED_LENGTH])
    next = HiddenField()
    kept = HiddenField()


class ForgottenForm(Form):
    email = EmailField(_l("Email"), validators=[ADDRESS_NEEDED, ADDRESS_LENGTH])


def new_password() -> PasswordField:
    """Made anew for each form: errors are listed in the order in which fields are made."""
    return PasswordField(
        _l("Kata sandi baru"),
        validators=[InputRequired(_l("Isi kata sandi baru.")), COMPARED_LENGTH],
    )


def current_password() -> PasswordField:
    return PasswordField(
        _l("Kata sandi sekarang"),
        validators=[InputRequired(_l("Isi kata sandi Anda sekarang.")), COMPARED_LENGTH],
    )


def role_choice() -> RadioField:
    return RadioField(_l("Peran"), validators=[InputRequired(_l("Pilih salah satu peran."))])


class NewPasswordForm(Form):
    password = new_password()


class ChangePasswordForm(Form):
    current = current_password()
    password = new_password()


class CurrentPasswordForm(Form):
    current = current_password()


class CodeForm(Form):
    """Six digits or a recovery code; `kept`: what had been sent when the sign-in had ended."""

    code = StringField(
        _l("Kode"),
        validators=[
            InputRequired(_l("Isi kode.")),
            Length(max=40, message=_l("Kode ini terlalu panjang.")),
        ],
    )
    kept = HiddenField()


class PasskeyForm(Form):
    """What the device answered, in JSON; nothing yet where it is only asked for. `next` and `kept`
    as of `SignInForm`."""

    credential = HiddenField()
    next = HiddenField()
    kept = HiddenField()


class AddPasskeyForm(Form):
    name = StringField(
        _l("Nama kunci sandi"),
        validators=[InputRequired(_l("Beri nama, paling panjang 60 huruf."))],
    )
    current = current_password()


class RoleForm(Form):
    """Its choices are the roles of one kind of people."""

    role = role_choice()

    def __init__(self, roles: tuple[str, ...], **values: Any) -> None:
        super().__init__(**values)
        self.role.choices = [(role, ROLE_LABELS[role]) for role in roles]


class UnitsForm(Form):
    unit_ids = boxes(_l("Unit yang ditangani"), coerce=int)

    def __init__(self, units: list[tuple[int, str]], **values: Any) -> None:
        super().__init__(**values)
        self.unit_ids.choices = units


class InviteForm(RoleForm):
    name = StringField(
        _l("Nama lengkap"), validators=[InputRequired(_l("Isi nama lengkap.")), NAME_LENGTH]
    )
    email = EmailField(_l("Email kedinasan"), validators=[ADDRESS_NEEDED, ADDRESS_LENGTH])
    role = role_choice()


class ColleagueForm(Form):
    """One colleague of a list, or by address where the list is not all of them."""

    chooses: ClassVar[str]
    email = StringField(
        _l("Atau email rekan yang tidak ada di daftar"),
        description=_l("Diutamakan bila diisi."),
        validators=[Optional()],
    )

    def offer(self, colleagues: Colleagues, nobody: str) -> None:
        self.find, field = colleagues.find, self[self.chooses]
        people = [(one.id, f"{one.name}, {role_label(one.role)}") for one in colleagues.offered]
        field.choices = [("", nobody), *people]
        field.validate_choice = self.find is None  # whom it is, the operation asks
        if self.find is None:
            del self.email

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        typed = (self.email.data or "").strip() if self.find else ""
        found = self.find(typed) if self.find and typed else None
        if typed:
            field = self[self.chooses]
            field.data, field.raw_data = found, [str(found or "")]
        right = bool(super().validate(*args, **kwargs))
        if typed and found is None:
            self[self.chooses].errors = []
            self.email.errors = [_("Tidak ada rekan aktif dengan email ini.")]
            return False
        return right


class LeavingForm(ColleagueForm):
    """Who takes over from a person that leaves; `with_role` only from an admin."""

    chooses = "successor_id"
    successor_id = SelectField(
        _l("Diserahkan kepada"), coerce=number_or_none, validators=[Optional()]
    )
    with_role = BooleanField(_l("Jadikan rekan itu admin instansi"))

    def __init__(self, colleagues: Colleagues, **values: Any) -> None:
        super().__init__(**values)
        self.offer(colleagues, _("Tidak ada: pemberitahuan untuk unitnya dikirim ke admin"))


class AbsenceForm(ColleagueForm):
    """Days away, both included, and who stands in."""

    chooses = "deputy_id"
    starts_on = DateField(_l("Hari pertama"), validators=[InputRequired(_l("Isi hari pertama."))])
    ends_on = DateField(_l("Hari terakhir"), validators=[InputRequired(_l("Isi hari terakhir."))])
    deputy_id = SelectField(
        _l("Digantikan oleh"),
        coerce=number_or_none,
        validators=[InputRequired(_l("Pilih rekan yang menggantikan."))],
    )

    def __init__(self, colleagues: Colleagues, **values: Any) -> None:
        super().__init__(**values)
        self.offer(colleagues, _("Pilih rekan"))


class GuestListForm(Form):
    """A file, or its lines: those stay on the page, to be mended there."""

    file = FileField(_l("Berkas CSV"), validators=[Optional()])
    text = TextAreaField(_l("Atau tempel isinya di sini"), validators=[Optional()])


class InviteManyForm(Form):
    """What was looked at, sent as it was; `expected`: how many were ready to be invited."""

    text = HiddenField()
    expected = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
