"""A report with several complaints in it is split, at the desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.cases import operations
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations import Part
from sp4n.cases.operations.splitting import MOST_PARTS
from sp4n.cases.part_queries import relatives
from sp4n.cases.queries import case_events
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.forms import LONGEST, TOO_LONG, choices, number_or_none
from sp4n.desk.views import loaded
from sp4n.files.models import Attachment
from sp4n.files.queries import attachments_of_case
from sp4n.organisation.queries import in_use, unit_tree
from sp4n.web.forms import Form, boxes

NUMBERS = range(1, MOST_PARTS)


class _Split(Form):
    """What of it is left empty is no part. Each part has the fields `title_1`, `unit_1` …"""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def offer(self, units: Iterable[tuple[int, str]], files: Sequence[Attachment]) -> None:
        units = list(units)
        for number in NUMBERS:
            self[f"unit_{number}"].choices = choices(_l("Belum diteruskan"), units)
            self[f"files_{number}"].choices = [(str(one.id), one.file_name) for one in files]

    def part(self, number: int) -> dict[str, Any]:
        names = ("title", "description", "unit", "files")
        return {name: self[f"{name}_{number}"].data for name in names}

    @property
    def parts(self) -> list[Part]:
        """Numbered anew where one in the middle was left empty."""
        found = [self.part(number) for number in NUMBERS]
        return [
            Part(
                one["title"] or "",
                one["description"] or "",
                one["unit"],
                [int(each) for each in one["files"] or ()],
            )
            for one in found
            if one["title"] or one["description"]
        ]


def _fields(number: int) -> dict[str, Any]:
    return {
        f"title_{number}": StringField(
            _l("Judul"),
            validators=[Optional(), Length(max=150, message=_l("Judul paling panjang 150 huruf."))],
        ),
        f"description_{number}": TextAreaField(
            _l("Isi"),
            description=_l("Salin bagian laporan yang tentang hal ini; pelapor membacanya."),
            validators=[Optional(), Length(max=LONGEST, message=TOO_LONG)],
        ),
        f"unit_{number}": SelectField(
            _l("Teruskan ke unit"), coerce=number_or_none, validators=[Optional()]
        ),
        f"files_{number}": boxes(_l("Lampiran yang ikut"), validators=[Optional()]),
    }


SplitForm: type[_Split] = type(
    "SplitForm",
    (_Split,),
    {name: one for number in NUMBERS for name, one in _fields(number).items()},
)


@bp.route("/laporan/<reference>/bagi", methods=["GET", "POST"])
@requires(Permission.CASE_VERIFY)
def split(reference: str) -> ResponseReturnValue:
    case = loaded(reference)
    form = SplitForm(data={"version": case.version})
    offered(case, form)
    if form.validate_on_submit():
        with form.answering():
            made = operations.split_case(
                db.session(),
                case=case,
                actor=current_actor(),
                parts=form.parts,
                version=form.version.data,
            )
        if not form.errors and not form.form_errors:
            numbers = ", ".join(one.reference for one in made)
            flash(_("Laporan sudah dibagi. Bagian baru: %(numbers)s.", numbers=numbers), "done")
            return redirect(url_for(".case", reference=reference), 303)
    case = loaded(reference)  # anew: a refusal has rolled back
    page = render_template(
        "desk/split.html",
        case=case,
        form=form,
        numbers=NUMBERS,
        relatives=relatives(db.session(), case),
    )
    return page, form.status if form.errors or form.form_errors else 200


def offered(case: CaseRecord, form: _Split) -> None:
    """The units, and those of its files that its reporter can see."""
    session = db.session()
    units = [(node.id, "\u2003" * node.depth + node.name) for node in in_use(unit_tree(session))]
    told = {event.id for event in case_events(session, case=case, public_only=True)}
    files = [one for one in attachments_of_case(session, case.id) if one.event_id in told]
    form.offer(units, files)
