"""Cases that their reporters hand to the Ombudsman: of all agencies what waits for whom; inside one
agency the package, the number that the Ombudsman gave it, and what came of it. No interface of
theirs is public: a coordinator brings the package."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa
from flask import Response, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.permissions import Permission, may
from sp4n.audit.operations import record
from sp4n.cases.ombudsman import HANDOFF_LABELS, handoff_by_id
from sp4n.cases.ombudsman_models import OmbudsmanHandoff
from sp4n.cases.ombudsman_package import files_of, package_of
from sp4n.cases.operations import note_receipt, note_result
from sp4n.db import db
from sp4n.errors import NotAllowed
from sp4n.files.packing import packed
from sp4n.files.serving import pdf_response, zip_response
from sp4n.national.blueprints import console, inside
from sp4n.tenants.models import Agency
from sp4n.web.forms import Form
from sp4n.web.language import current_language

MOST: Final = 200
OVER: Final = ("decided", "withdrawn")


class HandoffLine(NamedTuple):
    """Nothing of the case but its number."""

    id: int
    reference: str
    slug: str
    agency: str
    state: str
    asked_at: datetime
    receipt_number: str

    @property
    def words(self) -> str:
        return str(HANDOFF_LABELS[self.state])


class ReceiptForm(Form):
    number = StringField(
        _l("Nomor registrasi Ombudsman"),
        description=_l("Dibaca pelapor dan instansi."),
        validators=[InputRequired(_l("Tulis nomor registrasi Ombudsman."))],
    )


class ResultForm(Form):
    result = TextAreaField(
        _l("Hasil dari Ombudsman"),
        description=_l("Dibaca pelapor dan instansi. Jangan sebut nama."),
        validators=[
            InputRequired(_l("Tulis hasil dari Ombudsman.")),
            Length(max=5000, message=_l("Terlalu panjang; paling banyak 5.000 huruf.")),
        ],
    )


@console.get("/ombudsman")
@requires(Permission.CASE_DECIDE)
def handoffs() -> ResponseReturnValue:
    return render_template(
        "national/ombudsman.html",
        found=handoff_lines(db.session(), most=MOST),
        most=MOST,
        as_of=clock.now(),
        zone=clock.CAPITAL,
    )


def handoff_lines(session: Session, *, most: int) -> Sequence[HandoffLine]:
    """In the national scope: what is not over yet first, the oldest of it first."""
    row = OmbudsmanHandoff
    wanted = (
        sa.select(
            row.id,
            row.reference,
            Agency.slug,
            Agency.name,
            row.state,
            row.asked_at,
            row.receipt_number,
        )
        .join(Agency, Agency.id == row.agency_id)
        .order_by(row.state.in_(OVER), row.asked_at, row.agency_id, row.id)
    )
    return [HandoffLine(*line) for line in session.execute(wanted.limit(most))]


@inside.route("/ombudsman/<int:handoff_id>", methods=["GET", "POST"])
def handoff(slug: str, handoff_id: int) -> ResponseReturnValue:
    """One form, by where the hand-off stands."""
    check_may_decide()
    row = handoff_by_id(db.session(), handoff_id=handoff_id)
    form = {"prepared": ReceiptForm, "received": ResultForm}.get(row.state, Form)()
    if form.validate_on_submit():
        with form.answering():
            noted(form, handoff_id)
        if not form.errors and not form.form_errors:
            flash(_("Tercatat. Pelapor dan instansi diberi tahu."), "ok")
            return redirect(url_for(".handoff", slug=slug, handoff_id=handoff_id), 303)
    page = render_template(
        "national/inside/ombudsman.html",
        one=g.entered,
        entry=g.entry,
        row=handoff_by_id(db.session(), handoff_id=handoff_id),
        words=HANDOFF_LABELS[row.state],
        form=form,
    )
    return page, form.status if form.errors or form.form_errors else 200


def noted(form: Form, handoff_id: int) -> None:
    about = {"handoff_id": handoff_id, "actor": g.operator.actor}
    if isinstance(form, ReceiptForm):
        note_receipt(db.session(), number=form.number.data, **about)
    elif isinstance(form, ResultForm):
        note_result(db.session(), result=form.result.data, **about)


@inside.post("/ombudsman/<int:handoff_id>/paket")
def handoff_package(slug: str, handoff_id: int) -> Response:
    """Its reporter has agreed that it is passed on: of a confidential case, too. Fetching it is an
    act: a POST, and recorded."""
    check_may_decide()
    row = handoff_by_id(db.session(), handoff_id=handoff_id)
    data = package_of(db.session(), row, agency=g.entered, language=current_language())
    record(
        db.session(),
        actor=g.operator.actor,
        act="case.ombudsman_fetched",
        object_kind="case",
        object_id=row.case_id,
        data={"handoff": row.id},
    )
    name, files = f"ombudsman-{row.reference}", files_of(db.session(), row)
    if not files:
        return pdf_response(data, f"{name}.pdf")
    storage = current_app.extensions["sp4n.storage"]
    whole, size = packed((f"{name}.pdf", data), files, storage=storage)
    return zip_response(whole, size, f"{name}.zip")


def check_may_decide() -> None:
    if not may(g.operator.actor.role, Permission.CASE_DECIDE):
        raise NotAllowed
