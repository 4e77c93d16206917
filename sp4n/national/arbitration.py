"""Cases that have gone from agency to agency too often: a coordinator decides who has them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.permissions import Permission, may
from sp4n.cases.handover_models import Handover
from sp4n.cases.handover_queries import custodians, undecided
from sp4n.cases.masking import masked
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations import decide_case
from sp4n.cases.veiled import veiled
from sp4n.cases.visibility import visible_to
from sp4n.db import db
from sp4n.errors import NotAllowed, NotFound
from sp4n.national.blueprints import console, inside
from sp4n.tenants.register.queries import agencies_matching
from sp4n.tenants.resolver import AgencyFacts, agency_by_id, agency_by_slug
from sp4n.web.forms import Form

STAYS = "-"
ON_A_PAGE = 12


class DecisionForm(Form):
    to = RadioField(
        _l("Siapa yang menangani laporan ini?"),
        validators=[InputRequired(_l("Pilih instansi."))],
    )
    words = TextAreaField(
        _l("Alasan putusan"),
        description=_l("Dibaca pelapor dan kedua instansi."),
        validators=[
            InputRequired(_l("Tulis alasan putusan.")),
            Length(max=5000, message=_l("Terlalu panjang; paling banyak 5.000 huruf.")),
        ],
    )

    def offer(self, here: AgencyFacts, others: list[AgencyFacts]) -> None:
        stays = SelectChoice(STAYS, _("Tetap di %(who)s", who=here.name))
        self.to.choices = [*(SelectChoice(one.slug, one.name) for one in others), stays]


@console.get("/putusan")
@requires(Permission.CASE_DECIDE)
def waiting() -> ResponseReturnValue:
    rows = undecided(db.session())
    return render_template(
        "national/arbitration.html", rows=rows, as_of=clock.now(), zone=clock.CAPITAL
    )


@inside.route("/putusan/<int:handover_id>", methods=["GET", "POST"])
def decide_custody(slug: str, handover_id: int) -> ResponseReturnValue:
    if not may(g.operator.actor.role, Permission.CASE_DECIDE):
        raise NotAllowed
    handover = waiting_here(handover_id)
    form = DecisionForm()
    form.offer(g.entered, could_have_it(handover))
    if form.validate_on_submit():
        to = agency_by_slug(form.to.data) if form.to.data != STAYS else None
        with form.answering():
            decide_case(
                db.session(),
                handover=handover,
                actor=g.operator.actor,
                to=to,
                words=form.words.data,
            )
        if not form.errors and not form.form_errors:
            flash(_("Putusan sudah dicatat. Pelapor dan kedua instansi diberi tahu."), "ok")
            return redirect(url_for("national.waiting"), 303)
    page = render_template("national/inside/decide.html", form=form, **facts(handover_id))
    return page, form.status if form.errors or form.form_errors else 200


def waiting_here(handover_id: int) -> Handover:
    mine = sa.select(Handover).where(
        Handover.id == handover_id,
        Handover.agency_id == g.entered.id,
        Handover.state == "arbitration",
    )
    found = db.session().scalars(mine).one_or_none()
    if found is None:
        raise NotFound
    return found


def could_have_it(handover: Handover) -> list[AgencyFacts]:
    """Who was proposed, and who was searched for and chosen; but not who has it."""
    slug = request.args.get("ke", "").replace("\x00", "")[:100]
    found = (agency_by_id(handover.to_agency_id), agency_by_slug(slug) if slug else None)
    some = {one.id: one for one in found if one is not None and one.id != g.entered.id}
    return list(some.values())


def facts(handover_id: int) -> dict[str, Any]:
    """What one has to know; of a confidential case not what it says."""
    session, handover = db.session(), waiting_here(handover_id)
    seen = sa.select(CaseRecord).where(
        CaseRecord.id == handover.case_id, visible_to(g.operator.actor)
    )
    case = session.scalars(seen).one_or_none()
    text = request.args.get("q", "").replace("\x00", "").strip()[:100]
    return {
        "one": g.entered,
        "entry": g.entry,
        "handover": handover,
        "case": veiled(case) if case else None,
        "reason": masked(handover.reason, case.hidden) if case else handover.reason,
        "proposed": agency_by_id(handover.to_agency_id),
        "chain": custodians(session, handover.reference),
        "text": text,
        "found": agencies_matching(session, text, limit=ON_A_PAGE) if text else None,
    }
