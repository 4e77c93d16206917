"""Reporters' rights in their data, from the page where they follow their case: what is held, taking
it along, correcting it, erasing who they are. Each asks for the access code once more."""

from __future__ import annotations

import json
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, StringField
from wtforms.validators import Email, InputRequired, Length, Optional

from sp4n.accounts.throttle import throttle
from sp4n.cases.access import matches
from sp4n.cases.models import CaseRecord
from sp4n.cases.own_address import LOOK
from sp4n.cases.words import EVENT_LABELS
from sp4n.db import db
from sp4n.files.models import Attachment
from sp4n.files.serving import HEADERS
from sp4n.portal.blueprints import agency as bp
from sp4n.portal.tracking import kept_case
from sp4n.privacy.operations import ask_erasure, correct_identity
from sp4n.privacy.rights import Held, held_of, own_identity, taken_along
from sp4n.privacy.rules import RIGHT_TO_ERASURE, WAITS, waits_for
from sp4n.web.forms import Form
from sp4n.web.language import current_language

TAKE = "bawa"  # the name of the button


class CodeForm(Form):
    access_code = StringField(
        _l("Kode akses"),
        description=_l("Sekali lagi, supaya kami tahu bahwa ini Anda."),
        validators=[
            InputRequired(_l("Isi kode akses.")),
            Length(max=60, message=_l("Kode itu terlalu panjang. Salin dari tanda terima Anda.")),
        ],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"},
    )


class CorrectForm(CodeForm):
    name = StringField(
        _l("Nama yang benar"),
        description=_l("Kosongkan yang tidak berubah."),
        validators=[Optional(), Length(max=150, message=_l("Terlalu panjang."))],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        _l("Alamat email yang benar"),
        validators=[
            Optional(),
            Length(max=254, message=_l("Terlalu panjang.")),
            Email(message=_l("Alamat email itu belum benar, misalnya nama@contoh.id.")),
        ],
        render_kw={"autocomplete": "email"},
    )
    phone = StringField(
        _l("Nomor telepon yang benar"),
        validators=[Optional(), Length(max=30, message=_l("Terlalu panjang."))],
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )


def shown_code(form: CodeForm, case: CaseRecord) -> bool:
    """Whether the form is right and its code the case's own; guessing is slowed as at tracking."""
    if not form.validate():
        return False
    attempt = throttle().attempt("track", account=case.reference, address=request.remote_addr)
    secret = current_app.extensions["sp4n.settings"].secret_key
    if not matches(secret, form.access_code.data, case.access_code_hash):
        form.access_code.errors = [_("Kode akses itu tidak cocok dengan laporan ini.")]
        return False
    attempt.succeeded()
    return True


@bp.route("/lacak/<reference>/data", methods=["GET", "POST"])
def own_data(reference: str) -> ResponseReturnValue:
    """With the code: name and contact, too, or all of it as a file."""
    case, form = kept_case(reference), CodeForm()
    held, who = held_of(db.session(), case=case), None
    status = 200
    if form.is_submitted():
        if shown_code(form, case):
            who = own_identity(
                db.session(), sealer=current_app.extensions["sp4n.sealer"], case=case
            )
            if TAKE in request.form:
                content = taken_along(case, held, who, current_language())
                return as_zip(case, held, json.dumps(content, indent=2, ensure_ascii=False))
        else:
            status = 422
    page = render_template(
        "portal/rights/data.html",
        case=case,
        form=form,
        held=held,
        who=who,
        looks=[(look_words(one.actor_kind, one.purpose), one.at) for one in held.looks],
        wrote=[(EVENT_LABELS.get(one.kind, ""), one.at, one.body) for one in held.wrote],
        waits=waiting_words(held),
        rule=RIGHT_TO_ERASURE,
    )
    return page, status


def look_words(actor_kind: str, purpose: str) -> str:
    if actor_kind == "reporter":
        return _("Anda sendiri")
    if purpose == LOOK:
        return _("Sistem, supaya Anda dapat membuka laporan ini lewat email")
    if actor_kind == "system":
        return _("Sistem, untuk mengirim kabar kepada Anda")
    if purpose == "pdf":
        return _("Petugas, untuk mencetak laporan")
    return _("Petugas yang menangani laporan")


def waiting_words(held: Held) -> str:
    if held.request is None or held.request.done_at is not None:
        return ""
    rule = WAITS.get(held.request.waits_for)
    return f"{rule.words} ({rule.citation})" if rule else ""


def as_zip(case: CaseRecord, held: Held, content: str) -> Response:
    made = BytesIO()
    names: set[str] = set()
    storage = current_app.extensions["sp4n.storage"]
    with ZipFile(made, "w", ZIP_DEFLATED) as packed:
        packed.writestr("data.json", content)
        for one in held.files:
            with storage.open(one.storage_key) as stored:
                packed.writestr(name_in(names, one), stored.read())
    answer = Response(made.getvalue(), mimetype="application/zip")
    answer.headers.update(HEADERS)
    name = f"data-{case.reference}.zip"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def name_in(names: set[str], file: Attachment) -> str:
    plain = file.file_name.replace("/", "_").replace("\\", "_")
    name = f"berkas/{plain}" if f"berkas/{plain}" not in names else f"berkas/{file.id}-{plain}"
    names.add(name)
    return name


@bp.route("/lacak/<reference>/data/perbaiki", methods=["GET", "POST"])
def correct_data(reference: str) -> ResponseReturnValue:
    case, form = kept_case(reference), CorrectForm()
    status = 200
    if form.is_submitted():
        status = 422
        if shown_code(form, case):
            changes = {name: form[name].data or "" for name in ("name", "email", "phone")}
            sealer = current_app.extensions["sp4n.sealer"]
            with form.answering():
                correct_identity(db.session(), sealer=sealer, case=case, changes=changes)
            if not form.errors and not form.form_errors:
                flash(_("Nama dan kontak Anda sudah diperbaiki."), "ok")
                return redirect(url_for(".own_data", reference=case.reference), 303)
            status = form.status
    return render_template("portal/rights/correct.html", case=case, form=form), status


@bp.route("/lacak/<reference>/data/hapus", methods=["GET", "POST"])
def erase_data(reference: str) -> ResponseReturnValue:
    """Asked about on a page of its own, as it cannot be undone."""
    case, form = kept_case(reference), CodeForm()
    status = 200
    if form.is_submitted():
        status = 422
        if shown_code(form, case):
            gone = False
            with form.answering():
                gone = ask_erasure(db.session(), case=case)
            if not form.errors and not form.form_errors:
                if gone:
                    flash(_("Nama dan kontak Anda sudah dihapus."), "ok")
                else:
                    flash(_("Permintaan Anda tercatat. Alasannya menunggu ada di bawah."), "info")
                return redirect(url_for(".own_data", reference=case.reference), 303)
            status = form.status
    why = WAITS.get(waits_for(case))
    page = render_template(
        "portal/rights/erase.html", case=case, form=form, why=why, agency=g.agency
    )
    return page, status
