"""Decrees of the agency: drafted, printed, their team, and the roles that follow from them."""

from __future__ import annotations

from datetime import date

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.accounts.words import role_label
from sp4n.db import db
from sp4n.decrees import operations, roles
from sp4n.decrees.models import DecreeMember
from sp4n.decrees.positions import POSITION_LABELS, UNNAMED
from sp4n.decrees.printing import PrintedDecree, PrintedMember, decree_docx, decree_pdf
from sp4n.decrees.queries import (
    appointing,
    decree_of,
    member_by_id,
    members_of,
    open_accounts,
    responsible_on,
)
from sp4n.decrees.wording import CONSIDERING, GROUNDS_HEAD, RULED, Wording, first_wording, lines
from sp4n.desk.blueprint import bp
from sp4n.desk.decree_carrying import carry_form
from sp4n.desk.decree_forms import ApplyForm, MemberForm, WordingForm
from sp4n.desk.documents import words
from sp4n.documents.models import Document
from sp4n.documents.queries import document_by_id
from sp4n.documents.standing import HOLDING, standing
from sp4n.files.serving import HEADERS, pdf_response
from sp4n.organisation.queries import unit_names
from sp4n.web.forms import Form

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/sk/<int:document_id>")
@requires(Permission.DOCUMENT_VIEW)
def decree(document_id: int) -> ResponseReturnValue:
    session, found = db.session(), appointing(db.session(), document_id)
    accounts = dict(open_accounts(session))
    return render_template(
        "desk/decrees/decree.html",
        document=found,
        wording=wording_of(session, found),
        members=members_of(session, document_id),
        units=unit_names(session),
        accounts=accounts,
        positions=POSITION_LABELS,
        lines=lines,
        heads=(CONSIDERING, GROUNDS_HEAD, RULED),
        act=Form(),
        carry=carry_form(found),
        holds=standing(found, clock.today(g.agency.zone)) in HOLDING,
        **words(),
    )


def wording_of(session: Session, document: Document) -> Wording:
    """What was written, else what is proposed."""
    row = decree_of(session, document.id)
    if row is not None and row.rulings:
        return Wording(row.considering, row.grounds, row.rulings, row.copies, row.place)
    former = document_by_id(session, document.replaces_id) if document.replaces_id else None
    replaced = f"{former.title} Nomor {former.number}" if former else ""
    return first_wording(g.agency.name, document.title, "", replaced)


@bp.route("/sk/<int:document_id>/naskah", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_EDIT)
def decree_wording(document_id: int) -> ResponseReturnValue:
    found = appointing(db.session(), document_id)
    form = WordingForm(obj=wording_of(db.session(), found))
    if form.validate_on_submit():
        with form.answering():
            operations.write_decree(
                db.session(), document=found, wording=form.wording(), actor=current_actor()
            )
        if not form.errors:
            flash(_("Naskah tersimpan."), "ok")
            return redirect(url_for(".decree", document_id=document_id), 303)
    found = appointing(db.session(), document_id)
    page = render_template("desk/decrees/wording.html", form=form, document=found)
    return page, form.status if form.errors else 200


@bp.route("/sk/<int:document_id>/anggota", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_EDIT)
def new_member(document_id: int) -> ResponseReturnValue:
    return member_page(document_id, None)


@bp.route("/sk/<int:document_id>/anggota/<int:member_id>", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_EDIT)
def change_member(document_id: int, member_id: int) -> ResponseReturnValue:
    appointing(db.session(), document_id)
    return member_page(document_id, member_by_id(db.session(), document_id, member_id))


def member_page(document_id: int, member: DecreeMember | None) -> ResponseReturnValue:
    session = db.session()
    found, number = appointing(session, document_id), member.id if member else None
    form = MemberForm(obj=member)
    units = sorted(unit_names(session).items(), key=lambda pair: pair[1].casefold())
    form.offer(units, open_accounts(session))
    if form.validate_on_submit():
        with form.answering():
            if number is None and not operations.member_named_before(
                session, found, form.answers()
            ):
                operations.add_member(
                    session, document=found, answers=form.answers(), actor=current_actor()
                )
            elif number is not None:
                operations.change_member(
                    session,
                    document=found,
                    member_id=number,
                    answers=form.answers(),
                    actor=current_actor(),
                )
        if not form.errors:
            flash(_("Anggota tim tersimpan."), "ok")
            return redirect(url_for(".decree", document_id=document_id), 303)
    found = appointing(db.session(), document_id)
    page = render_template("desk/decrees/member.html", form=form, document=found, member=number)
    return page, form.status if form.errors else 200


@bp.post("/sk/<int:document_id>/anggota/<int:member_id>/hapus")
@requires(Permission.DOCUMENT_EDIT)
def remove_member(document_id: int, member_id: int) -> ResponseReturnValue:
    found, form = appointing(db.session(), document_id), Form()
    if form.validate_on_submit():
        with form.answering():
            operations.remove_member(
                db.session(), document=found, member_id=member_id, actor=current_actor()
            )
    for message in form.form_errors:
        flash(message, "late")
    return redirect(url_for(".decree", document_id=document_id), 303)


@bp.get("/sk/<int:document_id>/naskah.pdf")
@requires(Permission.DOCUMENT_VIEW)
def decree_print(document_id: int) -> ResponseReturnValue:
    found = appointing(db.session(), document_id)
    return pdf_response(decree_pdf(printed(db.session(), found)), f"keputusan-{document_id}.pdf")


@bp.get("/sk/<int:document_id>/naskah-word")
@requires(Permission.DOCUMENT_VIEW)
def decree_word(document_id: int) -> ResponseReturnValue:
    found = appointing(db.session(), document_id)
    response = Response(decree_docx(printed(db.session(), found)), mimetype=DOCX)
    name = f"keputusan-{document_id}.docx"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers.update(HEADERS)
    return response


def printed(session: Session, document: Document) -> PrintedDecree:
    said, units = wording_of(session, document), unit_names(session)
    return PrintedDecree(
        agency=g.agency.name,
        signatory=document.signatory,
        number=document.number,
        title=document.title,
        considering=lines(said.considering),
        grounds=lines(said.grounds),
        rulings=lines(said.rulings),
        copies=lines(said.copies),
        place=said.place,
        dated=document.dated,
        members=[
            PrintedMember(
                one.position, one.name, one.post, units.get(one.unit_id or 0, ""), one.tasks
            )
            for one in members_of(session, document.id)
        ],
    )


@bp.route("/sk/<int:document_id>/peran", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_EDIT)
def decree_roles(document_id: int) -> ResponseReturnValue:
    session, today = db.session(), clock.today(g.agency.zone)
    found = appointing(session, document_id)
    form = offered(session, found)
    if form.validate_on_submit():
        with form.answering():
            number = roles.apply_roles(
                session,
                document=found,
                keys=form.changes.data or (),
                actor=current_actor(),
                today=today,
            )
        if not form.errors:
            flash(_("%(n)s perubahan peran diterapkan.", n=number), "ok")
            return redirect(url_for(".decree", document_id=document_id), 303)
    if form.changes.errors and not form.changes.choices:  # all of it was agreed to meanwhile
        form.changes.errors = ()
        form.form_errors.append(roles.changed_meanwhile())
    found = appointing(db.session(), document_id)
    page = render_template(
        "desk/decrees/roles.html",
        form=form,
        document=found,
        holds=standing(found, today) in HOLDING,
        left=roles.members_who_left(db.session(), document_id),
        bare=roles.units_without_liaison(db.session()),
    )
    return page, form.status if form.errors else 200


def offered(session: Session, document: Document) -> ApplyForm:
    """What is given is ticked at first; what is taken from somebody an admin ticks themselves."""
    units = unit_names(session)
    changes = roles.proposed(session, document)
    form = ApplyForm(changes=[one.key for one in changes if one.to_role != UNNAMED])
    form.changes.choices = [(one.key, change_words(one, units)) for one in changes]
    return form


def change_words(one: roles.Change, units: dict[int, str]) -> str:
    before, after = role_label(one.role), role_label(one.to_role)
    named = ", ".join(sorted(units.get(unit, "") for unit in one.to_units))
    if one.role == one.to_role:
        said = named or _("tanpa unit")
        return _("%(name)s: unitnya menjadi %(units)s", name=one.name, units=said)
    if named:
        after = f"{after} ({named})"
    return _("%(name)s: %(before)s menjadi %(after)s", name=one.name, before=before, after=after)


@bp.get("/penanggung-jawab")
@requires(Permission.DOCUMENT_VIEW)
def responsible() -> ResponseReturnValue:
    """Who had to answer on a day, by the decrees that held then."""
    day = day_asked() or clock.today(g.agency.zone)
    return render_template(
        "desk/decrees/responsible.html",
        day=day,
        found=responsible_on(db.session(), day),
        units=unit_names(db.session()),
        positions=POSITION_LABELS,
        **words(),
    )


def day_asked() -> date | None:
    try:
        return date.fromisoformat(request.args.get("tanggal", ""))
    except ValueError:
        return None
