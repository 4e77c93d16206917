"""The shape of what staff type about a case. Each form carries the version it was shown with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from sp4n.cases.states import ARCHIVE_REASONS, Act
from sp4n.cases.words import ARCHIVE_REASON_LABELS
from sp4n.desk.hiding import Hiding
from sp4n.web.forms import Form

LONGEST = 5000
TOO_LONG = _l("Terlalu panjang; paling banyak 5.000 huruf.")


def number_or_none(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


def topic_or_none(value: Any) -> str | None:
    """As `settings.intake.Topic.value` has it."""
    return None if value in (None, "", "None") else str(value)


def topic_numbers(value: str | None) -> tuple[int | None, int | None]:
    """The national one's id, and the number of the agency's own below it."""
    national, _colon, own = (value or "").partition(":")
    return number_or_none(national), number_or_none(own)


def choices(none: LazyString, some: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    return [SelectChoice("", none), *(SelectChoice(value, label) for value, label in some)]


class CaseForm(Form):
    """`act`: what it asks for; a state that does not allow it has no such form."""

    act: ClassVar[Act]
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])


class FaceForm(Hiding):
    """What everyone is to read of a case."""

    public_title = StringField(
        _l("Judul yang diumumkan"),
        validators=[Length(max=150, message=_l("Judul paling panjang 150 huruf."))],
    )
    public_body = TextAreaField(
        _l("Isi yang diumumkan"),
        description=_l("Hapus nama, alamat rumah, nomor telepon, dan apa pun yang menunjuk orang."),
        validators=[Length(max=LONGEST, message=TOO_LONG)],
    )
    public_location = StringField(
        _l("Lokasi yang diumumkan"),
        validators=[Length(max=200, message=_l("Lokasi paling panjang 200 huruf."))],
    )

    @property
    def texts(self) -> list[str]:
        """What is to be published."""
        fields = (self.public_title, self.public_body, self.public_location)
        return [one.data or "" for one in fields]


class VerifyForm(FaceForm, CaseForm):
    act = Act.VERIFY
    category_id = SelectField(_l("Topik"), coerce=topic_or_none, validators=[Optional()])
    supervision = BooleanField(
        _l("Berkadar pengawasan"),
        description=_l(
            "Dugaan penyalahgunaan wewenang atau pelanggaran disiplin pegawai. Hanya dibaca admin"
            " dan pejabat penghubung unit yang memegangnya, dan tidak pernah diumumkan: teruskan"
            " ke unit pemeriksa, misalnya Inspektorat."
        ),
    )
    unit_id = SelectField(_l("Teruskan ke unit"), coerce=number_or_none, validators=[Optional()])
    publish = BooleanField(_l("Umumkan laporan ini di halaman Laporan warga"))

    def offer(
        self,
        units: Iterable[tuple[int, str]],
        topics: Iterable[tuple[str, str]],
        at_unit: int | None = None,
        inspectors: str = "",
    ) -> None:
        """`at_unit`: where the case has been since it came in; it can go on, but not back.
        `inspectors`: the unit that gets what is of supervisory weight."""
        units = list(units)
        none = () if at_unit in dict(units) else (SelectChoice("", _l("Belum diteruskan")),)
        self.unit_id.choices = [*none, *(SelectChoice(*one) for one in units)]
        self.category_id.choices = choices(_l("Tanpa topik"), topics)
        if inspectors:
            self.supervision.description = _l(
                "Dugaan penyalahgunaan wewenang atau pelanggaran disiplin pegawai. Diteruskan ke"
                " %(unit)s, kecuali Anda memilih unit lain. Hanya dibaca admin dan pejabat"
                " penghubung unit itu, dan tidak pernah diumumkan.",
                unit=inspectors,
            )

    @property
    def topic(self) -> tuple[int | None, int | None]:
        return topic_numbers(self.category_id.data)


class AssignForm(CaseForm):
    act = Act.ASSIGN
    unit_id = SelectField(
        _l("Unit"),
        id="assign-unit",
        coerce=number_or_none,
        validators=[InputRequired(_l("Pilih unit."))],
    )
    note = TextAreaField(
        _l("Pesan untuk unit"),
        id="assign-note",
        description=_l("Hanya dibaca petugas."),
        validators=[Length(max=LONGEST, message=TOO_LONG)],
    )

    def offer(self, units: Iterable[tuple[int, str]]) -> None:
        self.unit_id.choices = choices(_l("Pilih unit"), units)


class AnswerForm(Hiding, CaseForm):
    act = Act.ANSWER
    body = TextAreaField(
        _l("Tanggapan untuk pelapor"),
        id="answer-body",
        validators=[
            InputRequired(_l("Tulis tanggapan untuk pelapor.")),
            Length(max=LONGEST, message=TOO_LONG),
        ],
    )
    final = RadioField(
        _l("Apakah ini tanggapan akhir?"),
        choices=[
            SelectChoice("no", _l("Belum, laporan masih kami proses")),
            SelectChoice("yes", _l("Ya, masalahnya sudah kami selesaikan")),
        ],
        validators=[InputRequired(_l("Pilih apakah ini tanggapan akhir."))],
    )
    attachments = MultipleFileField(
        _l("Foto atau dokumen hasil"),
        id="answer-files",
        description=_l("Dibaca pelapor. Bila ada yang keliru, pilih lagi semua berkasnya."),
        validators=[Optional()],
    )
    link = StringField(_l("Alamat halaman bukti"), id="answer-link", validators=[Optional()])
    none_because = StringField(
        _l("Mengapa tidak ada bukti?"),
        id="answer-none",
        description=_l("Bila tidak ada berkas dan tidak ada alamat."),
        validators=[Optional()],
    )


class NoteForm(CaseForm):
    act = Act.NOTE
    body = TextAreaField(
        _l("Catatan internal"),
        id="note-body",
        description=_l("Tidak pernah terlihat pelapor atau umum."),
        validators=[
            InputRequired(_l("Tulis catatan.")),
            Length(max=LONGEST, message=TOO_LONG),
        ],
    )


class ArchiveForm(CaseForm):
    act = Act.ARCHIVE
    reason = SelectField(
        _l("Alasan"),
        choices=choices(
            _l("Pilih alasan"), [(one, ARCHIVE_REASON_LABELS[one]) for one in ARCHIVE_REASONS]
        ),
        validators=[InputRequired(_l("Pilih alasan pengarsipan."))],
    )
    message = TextAreaField(
        _l("Penjelasan untuk pelapor"),
        description=_l("Pelapor membaca ini. Jelaskan mengapa, dan ke mana ia dapat melapor."),
        validators=[
            InputRequired(_l("Tulis penjelasan untuk pelapor.")),
            Length(max=LONGEST, message=TOO_LONG),
        ],
    )


def written(form: CaseForm) -> list[str]:
    """What a person has put into words in a form."""
    typed = (field for field in form if isinstance(field, StringField))
    return [field.data for field in typed if field.data and not isinstance(field, HiddenField)]
