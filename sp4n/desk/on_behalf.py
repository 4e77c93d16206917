"""A citizen's report that came by letter, at the counter, by telephone or on social media, filed by
the officer who took it; and its receipt, to print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    URLField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length, Optional

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.cases.answers import LONGEST, FilingAnswers
from sp4n.cases.channels import CHANNEL_LABELS, CHANNELS
from sp4n.cases.drafts import new_form_key
from sp4n.cases.extra_answers import categories_of
from sp4n.cases.extra_form import (
    ExtraForm,
    anchor_of,
    elsewhere,
    field_of,
    form_for,
    page_of,
    several_of,
    shown_in,
    typed_in,
)
from sp4n.cases.operations import FiledCase, file_on_behalf
from sp4n.cases.operations.on_behalf import without_must
from sp4n.cases.queries import case_id_of
from sp4n.cases.words import CLASSIFICATION_LABELS
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.forms import choices, number_or_none, topic_or_none
from sp4n.seals.codes import proof_code
from sp4n.settings.extra_questions import asked_of, read_questions
from sp4n.settings.intake import read_intake, topics
from sp4n.web.forms import Form
from sp4n.web.language import current_language

DATES = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]


def at_most(field: str) -> Length:
    return Length(max=LONGEST[field], message=_l("Terlalu panjang. Persingkat isian ini."))


class TakenForm(Form):
    """The fields of a report have the names that they have at the portal."""

    form_key = HiddenField()
    channel = RadioField(
        _l("Dari mana laporan ini datang?"),
        choices=[SelectChoice(one, CHANNEL_LABELS[one]) for one in CHANNELS],
        validators=[InputRequired(_l("Pilih dari mana laporan ini datang."))],
    )
    link = URLField(
        _l("Alamat unggahan"),
        description=_l("Hanya untuk media sosial. Mulai dengan https://."),
        validators=[Optional()],
    )
    received_on = DateField(
        _l("Diterima tanggal"),
        format=DATES,
        description=_l("Batas waktu dihitung dari hari ini, bukan dari hari Anda mencatatnya."),
        validators=[InputRequired(_l("Isi tanggal laporan diterima."))],
    )
    classification = RadioField(
        _l("Jenis laporan"), validators=[InputRequired(_l("Pilih jenis laporan."))]
    )
    title = StringField(
        _l("Judul"), validators=[InputRequired(_l("Tulis judul laporan.")), at_most("title")]
    )
    description = TextAreaField(
        _l("Isi laporan"),
        description=_l("Tulis seperti yang disampaikan pelapor."),
        validators=[InputRequired(_l("Tulis isi laporan.")), at_most("description")],
    )
    category = SelectField(_l("Topik"), coerce=topic_or_none, validators=[Optional()])
    location = StringField(_l("Lokasi kejadian"), validators=[Optional(), at_most("location")])
    reporter_name = StringField(
        _l("Nama pelapor"), validators=[Optional(), at_most("reporter_name")]
    )
    reporter_email = EmailField(
        _l("Email pelapor"),
        description=_l("Bila ada, pelapor menerima kabar di sini."),
        validators=[
            Optional(),
            Email(_l("Alamat email ini belum benar.")),
            at_most("reporter_email"),
        ],
    )
    reporter_phone = TelField(
        _l("Telepon pelapor"), validators=[Optional(), at_most("reporter_phone")]
    )
    anonymous = BooleanField(
        _l("Pelapor minta anonim"),
        description=_l("Identitasnya disegel dan tidak dapat dibuka siapa pun, juga Anda."),
    )
    confidential = BooleanField(
        _l("Rahasia"), description=_l("Laporan tidak diumumkan, dan hanya dibaca lingkaran kecil.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        intake, language = read_intake(g.agency.intake), current_language()
        self.classification.choices = [
            SelectChoice(*pair)
            for pair in CLASSIFICATION_LABELS.items()
            if pair[0] not in intake.closed
        ]
        offered = [(one.value, one.label(language)) for one in topics(db.session(), intake)]
        self.category.choices = choices(_l("Tanpa topik"), offered)

    @property
    def topic(self) -> tuple[int | None, int | None]:
        national, _colon, own = (self.category.data or "").partition(":")
        return number_or_none(national), number_or_none(own)

    def answers(self, extra: Mapping[str, str]) -> FilingAnswers:
        """`extra`: what was answered of the agency's own questions."""
        category_id, own_topic = self.topic
        return FilingAnswers(
            classification=self.classification.data,
            title=self.title.data or "",
            description=self.description.data or "",
            location=self.location.data or "",
            category_id=category_id,
            own_topic=own_topic,
            extra=tuple(sorted(extra.items())),
            anonymous=self.anonymous.data,
            confidential=self.confidential.data,
            reporter_name=self.reporter_name.data or "",
            reporter_email=self.reporter_email.data or "",
            reporter_phone=self.reporter_phone.data or "",
        )


@bp.route("/laporan-baru", methods=["GET", "POST"])
@requires(Permission.CASE_ANSWER)
def take_in() -> ResponseReturnValue:
    form = TakenForm()
    extra = asked_with(form)
    if form.is_submitted() and all([form.validate(), extra.validate()]) and extra.all_shown:
        with form.answering():
            return receipt(form, taken_in(form, extra))
    if not form.form_key.data:
        form.form_key.data = new_form_key()
        form.received_on.data = form.received_on.data or clock.today(g.agency.zone)
    wrong = form.errors or extra.errors
    page = render_template(
        "desk/on_behalf/form.html",
        form=form,
        asked=page_of(extra),
        elsewhere=elsewhere(extra, g.agency),
        more=form.is_submitted() and not wrong,
        errors=errors_of(form, extra) if extra.errors else None,
    )
    return page, form.status if wrong else 200


def asked_with(form: TakenForm) -> ExtraForm:
    """What the agency asks about the topic that is chosen: seen before it is filed without."""
    every = read_questions(without_must(g.agency).questions)
    of_topic = asked_of(every, categories_of(db.session(), form.topic[0])) if every else ()
    typed = typed_in(request.form, several_of(of_topic))
    return form_for(of_topic, typed, shown_in(request.form, of_topic), csrf=False)


def errors_of(form: TakenForm, extra: ExtraForm) -> dict[str, str]:
    named = {key: anchor_of(one) for one in extra.questions for key in [field_of(one.key)]}
    own = {field.id: field.errors[0] for field in form if field.errors}
    return own | {named[field.name]: field.errors[0] for field in extra if field.errors}


def taken_in(form: TakenForm, extra: ExtraForm) -> FiledCase:
    return file_on_behalf(
        db.session(),
        sealer=current_app.extensions["sp4n.sealer"],
        secret=current_app.extensions["sp4n.settings"].secret_key,
        form_key=form.form_key.data or "",
        answers=form.answers(extra.found.texts),
        agency=g.agency,
        language="id",
        channel=form.channel.data,
        link=form.link.data or "",
        received_on=form.received_on.data,
        actor=current_actor(),
    )


def receipt(form: TakenForm, filed: FiledCase) -> ResponseReturnValue:
    """The answer to the form itself: the access code is shown here, and never again."""
    seen = case_id_of(db.session(), reference=filed.reference, actor=current_actor())
    return render_template(
        "desk/on_behalf/receipt.html",
        filed=filed,
        title=form.title.data,
        proof=proof_code(current_app.extensions["sp4n.settings"].secret_key, filed.reference),
        mailed=bool(form.reporter_email.data),
        may_open=seen is not None,
        zone=g.agency.zone,
    )
