"""Where anybody can check that a case is as it was sealed, with its receipt in hand; and the heads
of the chain, dated, for who keeps copies of them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from sp4n import clock
from sp4n.accounts.throttle import throttle
from sp4n.cases.handover_queries import custodians
from sp4n.cases.models import CaseRecord
from sp4n.cases.queries import custodian
from sp4n.cases.references import parse_reference
from sp4n.cases.words import EVENT_LABELS
from sp4n.db import db
from sp4n.errors import NotFound
from sp4n.portal.blueprints import agency as bp
from sp4n.portal.blueprints import national_site
from sp4n.portal.handed_over import custodian_elsewhere
from sp4n.portal.national_views import unknown_reference
from sp4n.seals.checking import Proof, Step, proof_of
from sp4n.seals.codes import proven_reference
from sp4n.seals.queries import Head, heads_of, newest_heads
from sp4n.tenants.addresses import agency_link
from sp4n.tenants.resolver import agency_by_id
from sp4n.web.everyones import for_everyone
from sp4n.web.forms import Form

SHOWN = timedelta(days=31)
YEARS = range(2020, 2200)
TYPED = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}


class ProofForm(Form):
    reference = StringField(
        _l("Nomor laporan"),
        description=_l("Ada di tanda terima, misalnya KP7\u20114XM\u20119R3T."),
        validators=[
            InputRequired(_l("Isi nomor laporan.")),
            Length(max=40, message=_l("Nomor itu terlalu panjang. Salin dari tanda terima Anda.")),
        ],
        render_kw=TYPED,
    )
    proof_code = StringField(
        _l("Kode bukti"),
        description=_l("12 huruf dan angka di tanda terima. Ini bukan kode akses."),
        validators=[
            InputRequired(_l("Isi kode bukti.")),
            Length(max=40, message=_l("Kode itu terlalu panjang. Salin dari tanda terima.")),
        ],
        render_kw=TYPED,
    )


@bp.route("/periksa", methods=["GET", "POST"])
def check_proof() -> ResponseReturnValue:
    """The code of a receipt comes along where its QR code was scanned; it opens nothing else."""
    typed = {"reference": request.args.get("nomor", ""), "proof_code": request.args.get("bukti")}
    form = ProofForm(data=typed)
    if not form.is_submitted() and not form.proof_code.data:
        return render_template("portal/seals/check.html", form=form)
    if form.is_submitted() and not form.validate():
        return render_template("portal/seals/check.html", form=form), 422
    return answered(form)


def answered(form: ProofForm) -> ResponseReturnValue:
    number, code = form.reference.data or "", form.proof_code.data or ""
    attempt = throttle().attempt(
        "proof", account=parse_reference(number[:40]) or "", address=request.remote_addr
    )
    secret = current_app.extensions["sp4n.settings"].secret_key
    reference = proven_reference(secret, number, code)
    case = case_here(reference) if reference else None
    if reference is None or (case is None and custodian_elsewhere(reference) is None):
        form.reference.errors = [
            _("Nomor laporan atau kode bukti tidak cocok. Periksa tanda terima, lalu coba lagi.")
        ]
        return render_template("portal/seals/check.html", form=form), 422
    attempt.succeeded()
    elsewhere = custodian_elsewhere(reference)
    there = "/periksa?" + urlencode({"nomor": reference, "bukti": code})
    if case is None and elsewhere is not None:
        return redirect(agency_link(elsewhere, there), 303)
    assert case is not None
    proof = proof_of(db.session(), case=case, secret=secret)
    return render_template(
        "portal/seals/result.html",
        reference=reference,
        proof=proof,
        changed=[(label_of(one), one.at) for one in proof.changed],
        elsewhere=elsewhere,
        there=there,
        others=[one for one in custodians(db.session(), reference) if one.name != g.agency.name],
        hour=waits_for_hour(case, proof),
    )


def case_here(reference: str) -> CaseRecord | None:
    return db.session.scalar(sa.select(CaseRecord).where(CaseRecord.reference == reference))


def label_of(step: Step) -> str:
    """What its reporter never sees is not named here, either."""
    if step.private or step.kind not in EVENT_LABELS:
        return _("Langkah internal instansi")
    return str(EVENT_LABELS[step.kind])


def waits_for_hour(case: CaseRecord, proof: Proof) -> bool:
    return proof.verdict == "unsealed" and case.anonymous


@bp.get("/segel")
@for_everyone
def seal_heads() -> ResponseReturnValue:
    heads, asked = heads_shown(), month()
    return render_template("portal/seals/heads.html", heads=last_of_each_day(heads), asked=asked)


@bp.get("/segel.json")
@for_everyone
def seal_heads_json() -> Response:
    heads = [written(one) for one in heads_shown()]
    return as_json({"agency": g.agency.slug, "heads": heads})


def heads_shown() -> list[Head]:
    """Of the month that is asked for, else of the last days."""
    asked = month()
    since = asked or clock.now() - SHOWN
    found = heads_of(db.session(), agency_id=g.agency.id, since=since)
    if asked is None:
        return list(found)
    end = (asked + timedelta(days=32)).replace(day=1)
    return [one for one in found if one.at < end]


def month() -> datetime | None:
    try:
        first = datetime.strptime(request.args.get("bulan", ""), "%Y-%m")  # noqa: DTZ007
    except ValueError:
        return None
    return first.replace(tzinfo=g.agency.zone) if first.year in YEARS else None


def last_of_each_day(heads: list[Head]) -> list[Head]:
    """They come newest first."""
    days: dict[Any, Head] = {}
    for one in heads:
        days.setdefault(one.at.astimezone(g.agency.zone).date(), one)
    return list(days.values())


def written(head: Head) -> dict[str, Any]:
    return {"number": head.number, "at": head.at.isoformat(), "head": head.head}


def as_json(content: dict[str, Any]) -> Response:
    return Response(json.dumps(content, indent=1) + "\n", mimetype="application/json")


@national_site.get("/periksa")
def find_proof() -> ResponseReturnValue:
    """A reference is no secret: it tells which agency has the case, and the code is asked there."""
    reference = request.args.get("nomor", "").replace("\x00", "").strip()[:40]
    if not reference:
        return render_template("portal/seals/find.html", reference="", errors={})
    agency_id = custodian(db.session(), reference=reference)
    agency = agency_by_id(agency_id) if agency_id else None
    if agency is None:
        errors = unknown_reference()
        page = render_template("portal/seals/find.html", reference=reference, errors=errors)
        return page, NotFound.status
    return redirect(agency_link(agency, "/periksa?" + urlencode({"nomor": reference})))


@national_site.get("/segel")
@for_everyone
def all_heads() -> ResponseReturnValue:
    address = url_for("portal_national.all_heads_json")
    return render_template("portal/seals/national.html", address=address)


@national_site.get("/segel.json")
@for_everyone
def all_heads_json() -> Response:
    """One address to keep copies of: the newest head of every agency's chain."""
    heads = [{"agency": one.slug, **written(one)} for one in newest_heads(db.session())]
    return as_json({"heads": heads})
