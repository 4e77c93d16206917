"""Cases between agencies, at the desk: sent on, taken back, and answered."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.cases import operations
from sp4n.cases.extra_answers import answer_lines
from sp4n.cases.handover_models import Handover
from sp4n.cases.handover_queries import Offer, offer, offers
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations.handover import receiver_fault
from sp4n.cases.passing_on import events_of, payload_of
from sp4n.cases.timeline import Entry, entries
from sp4n.cases.words import CLASSIFICATION_LABELS
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.desk.handover_forms import RefuseForm, SendForm
from sp4n.desk.views import loaded
from sp4n.tenants.register.queries import AgencyPage, agencies_matching
from sp4n.tenants.resolver import AgencyFacts, agency_by_slug
from sp4n.tenants.words import kind_label
from sp4n.web.language import current_language

ON_A_PAGE = 12


def searched() -> tuple[str, AgencyPage | None]:
    text = request.args.get("q", "").replace("\x00", "").strip()[:100]
    return text, agencies_matching(db.session(), text, limit=ON_A_PAGE) if text else None


def chosen() -> AgencyFacts | None:
    slug = request.args.get("ke", "").replace("\x00", "")[:100]
    return agency_by_slug(slug) if slug else None


@bp.route("/laporan/<reference>/instansi-lain", methods=["GET", "POST"])
@requires(Permission.CASE_FORWARD)
def send_on(reference: str) -> ResponseReturnValue:
    """First to whom, then why; what goes along is shown before it goes."""
    case, to = loaded(reference), chosen()
    fault = receiver_fault(db.session(), case, to) if to else ""
    form = SendForm(data={"version": case.version})
    if to is None or fault:
        return choose(case, fault)
    if form.validate_on_submit():
        with form.answering():
            operations.send_case(
                db.session(),
                case=case,
                actor=current_actor(),
                to=to,
                reason=form.reason.data,
                version=form.version.data,
            )
        if not form.errors and not form.form_errors:
            flash(_("Laporan sudah dikirim ke %(who)s.", who=to.short_name), "done")
            return redirect(url_for(".case", reference=reference), 303)
    return shown_before_sending(reference, to, form)


def choose(case: CaseRecord, fault: str) -> ResponseReturnValue:
    text, found = searched()
    page = render_template(
        "desk/handover/choose.html",
        case=case,
        text=text,
        found=found,
        fault=fault,
        kind_label=kind_label,
    )
    return page, 422 if fault else 200


def shown_before_sending(reference: str, to: AgencyFacts, form: SendForm) -> ResponseReturnValue:
    case = loaded(reference)  # anew: a refusal has rolled back
    payload = payload_of(db.session(), case)
    page = render_template(
        "desk/handover/send.html",
        case=case,
        to=to,
        form=form,
        payload=payload,
        events=history(payload),
        classification=CLASSIFICATION_LABELS[case.classification],
    )
    return page, form.status if form.errors or form.form_errors else 200


def history(payload: dict[str, object]) -> list[Entry]:
    """As the other agency will read it, or reads it; newest first."""
    return entries(
        events_of(payload, case_id=0),
        zone=g.agency.zone,
        language=current_language(),
        agency_name=g.agency.short_name,
        unit_names={},
    )[::-1]


@bp.post("/laporan/<reference>/instansi-lain/tarik")
@requires(Permission.CASE_FORWARD)
def recall(reference: str) -> ResponseReturnValue:
    operations.recall_case(db.session(), case=loaded(reference), actor=current_actor())
    flash(_("Kiriman sudah ditarik kembali."), "done")
    return redirect(url_for(".case", reference=reference), 303)


@bp.get("/kiriman")
@requires(Permission.CASE_FORWARD)
def offered() -> ResponseReturnValue:
    return render_template(
        "desk/handover/offers.html",
        offers=offers(db.session()),
        classifications=CLASSIFICATION_LABELS,
    )


@bp.get("/kiriman/<int:handover_id>")
@requires(Permission.CASE_FORWARD)
def offer_page(handover_id: int) -> ResponseReturnValue:
    return rendered(offer(db.session(), handover_id), RefuseForm(formdata=None))


def rendered(found: Offer, form: RefuseForm) -> ResponseReturnValue:
    payload = found.handover.payload
    page = render_template(
        "desk/handover/offer.html",
        offer=found,
        handover=found.handover,
        payload=payload,
        form=form,
        events=history(payload),
        classification=CLASSIFICATION_LABELS[payload["classification"]],
        extra=answer_lines(payload["extra_answers"], current_language()),
        filed_at=filed_at(found.handover),
    )
    return page, form.status if form.errors or form.form_errors else 200


def filed_at(handover: Handover) -> object:
    return events_of(handover.payload, case_id=0)[0].at


@bp.post("/kiriman/<int:handover_id>/terima")
@requires(Permission.CASE_FORWARD)
def take(handover_id: int) -> ResponseReturnValue:
    found = offer(db.session(), handover_id)
    case = operations.accept_case(
        db.session(), handover=found.handover, agency=g.agency, actor=current_actor()
    )
    flash(_("Laporan ini sekarang milik instansi Anda. Verifikasi seperti laporan baru."), "done")
    return redirect(url_for(".case", reference=case.reference), 303)


@bp.post("/kiriman/<int:handover_id>/tolak")
@requires(Permission.CASE_FORWARD)
def turn_down(handover_id: int) -> ResponseReturnValue:
    found, form = offer(db.session(), handover_id), RefuseForm()
    if form.validate():
        with form.answering():
            operations.refuse_case(
                db.session(),
                handover=found.handover,
                actor=current_actor(),
                reason=form.reason.data,
            )
    if form.errors or form.form_errors:
        return rendered(offer(db.session(), handover_id), form)
    flash(_("Kiriman sudah ditolak. Instansi pengirim dan pelapor membaca alasannya."), "ok")
    return redirect(url_for(".offered"), 303)
