"""/kelola/pengaturan: an agency's own settings, drafted, looked at, published and taken back."""

from __future__ import annotations

from typing import Any

from flask import flash, g, make_response, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sp4n.accounts.admin_base import Walled
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.cases.recounting import last_recount, shift_lines
from sp4n.configuration import operations
from sp4n.configuration.catalogue import GROUPS, Group, group_named
from sp4n.configuration.gone import confidential_gone, gone_from
from sp4n.configuration.impact import impact
from sp4n.configuration.models import ConfigurationVersion
from sp4n.configuration.queries import (
    Value,
    changes,
    defaults,
    draft,
    history,
    own_values,
    published,
    values_of,
    version_before,
    version_numbered,
)
from sp4n.db import db
from sp4n.desk.colours import ratio, swatches
from sp4n.desk.preview import LEAVE, PREVIEW
from sp4n.desk.settings_changes import ChangeLine, worded
from sp4n.desk.settings_forms import GroupForm, PublishForm, RestoreForm, file_of, form_for, text_of
from sp4n.desk.settings_pictures import ask_for_files_again, take_pictures
from sp4n.errors import NotFound
from sp4n.notices.reply_addresses import ask_proof, proof_of
from sp4n.settings.answer_rules import locks
from sp4n.tenants.register.palette import WHITE
from sp4n.web.forms import Form
from sp4n.web.headers import WITH_OWN_FRAMES

FIRST, ON_A_PAGE = 10, 50  # cases that a change touches
TO_DEFAULT = "bawaan"  # a button at a setting: back to its default


class Settings(Walled):
    """`index_view` is the name that breadcrumbs and the index look for."""

    permission = Permission.SETTINGS_EDIT
    about = _l("Tampilan, kontak, dan surat: ubah sebagai draf, lihat dahulu, lalu terbitkan.")

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        return self.render(
            "desk/configuration/index.html",
            groups=[(group, values(group, newest())) for group in GROUPS],
            draft=draft(db.session()),
            changed=drafted_changes(),
            recount=last_recount(db.session()),
            published=published(db.session()),
            zone=g.agency.zone,
        )

    @expose("/<group>", methods=("GET", "POST"))
    def group(self, group: str) -> ResponseReturnValue:
        found = group_named(group)
        if found is None or found.page:
            raise NotFound
        form = form_for(found, without=locks(db.session()))
        to_default = request.form.get(TO_DEFAULT, "")
        if form.validate_on_submit() and take_pictures(found, form, but=to_default):
            with form.answering():
                version = operations.change_draft(
                    db.session(),
                    answers=form.answers(back_to_default=to_default),
                    edits=form.edits.data or 0,
                    actor=current_actor(),
                )
            if not form.errors:
                flash(saved(form, version), "ok")
                stays = to_default or form.corrected(version.values)
                way = self.get_url(".group", group=group) if stays else self.get_url(".index_view")
                return redirect(way, 303)
        return self._group_page(found, form)

    @expose("/terbitkan", methods=("GET", "POST"))
    def publish(self) -> ResponseReturnValue:
        version = draft(db.session())
        if version is None or version.state == "scheduled":
            return redirect(self.get_url(".index_view"), 303)
        form = PublishForm(edits=version.edits)
        if form.validate_on_submit():
            with form.answering():
                operations.publish_draft(
                    db.session(),
                    edits=form.edits.data or 0,
                    reason=form.reason.data,
                    at=form.moment(g.agency.zone),
                    actor=current_actor(),
                )
            if not form.errors:
                session.pop(PREVIEW, None)
                flash(form.done(), "ok")
                return redirect(self.get_url(".index_view"), 303)
        page = self.render(
            "desk/configuration/publish.html",
            form=form,
            changed=drafted_changes(),
            draft=version,
            **impact_page(version, 1, FIRST),
        )
        return page, form.status if form.is_submitted() else 200

    @expose("/dampak")
    def impact(self) -> ResponseReturnValue:
        """Of the draft on the cases that are open, all of them."""
        version, page = draft(db.session()), page_number(request.args.get("halaman"))
        if version is None:
            return redirect(self.get_url(".index_view"), 303)
        found = impact_page(version, page, ON_A_PAGE)
        if found["impact"] is None:
            return redirect(self.get_url(".publish"), 303)
        return self.render("desk/configuration/impact.html", **found)

    @expose("/alamat-balasan", methods=("POST",))
    def ask_reply(self) -> ResponseReturnValue:
        """The letter to the reply address that holds, once more."""
        form = Form()
        with form.answering():
            if g.agency.reply_to:
                ask_proof(db.session(), address=g.agency.reply_to)
                flash(_("Surat dikirim ke alamat balasan."), "ok")
        for message in form.form_errors:
            flash(message, "late")
        return redirect(self.get_url(".group", group="surat"), 303)

    @expose("/buang", methods=("GET", "POST"))
    def discard(self) -> ResponseReturnValue:
        form = Form()
        if form.validate_on_submit():
            with form.answering():
                operations.discard_draft(db.session(), actor=current_actor())
            if not form.errors:
                session.pop(PREVIEW, None)
                flash(_("Draf dibuang. Pengaturan yang berlaku tidak berubah."), "ok")
                return redirect(self.get_url(".index_view"), 303)
        page = self.render("desk/configuration/discard.html", form=form, changed=drafted_changes())
        return page, form.status if form.errors else 200

    @expose("/batal-jadwal", methods=("POST",))
    def unschedule(self) -> ResponseReturnValue:
        form = Form()
        with form.answering():
            operations.unschedule(db.session(), actor=current_actor())
        for message in form.form_errors:
            flash(message, "late")
        return redirect(self.get_url(".index_view"), 303)

    @expose("/pratinjau", methods=("GET", "POST"))
    def preview(self) -> ResponseReturnValue:
        """The citizens' pages as they will be, for this browser only, until it says enough: on a
        telephone and on a desk at once."""
        if request.method == "POST":
            session[PREVIEW] = True
            return redirect(self.get_url(".preview"), 303)
        if PREVIEW not in session or draft(db.session()) is None:
            return redirect(self.get_url(".index_view"), 303)
        page = make_response(self.render("desk/configuration/preview.html", leave=LEAVE))
        page.headers["Content-Security-Policy"] = WITH_OWN_FRAMES
        return page

    @expose("/riwayat")
    def versions(self) -> ResponseReturnValue:
        return self.render(
            "desk/configuration/history.html", versions=history(db.session()), zone=g.agency.zone
        )

    @expose("/riwayat/<int:number>", methods=("GET", "POST"))
    def version(self, number: int) -> ResponseReturnValue:
        found, form = version_numbered(db.session(), number=number), RestoreForm()
        if form.validate_on_submit():
            with form.answering():
                operations.restore(
                    db.session(), version=found, reason=form.reason.data, actor=current_actor()
                )
            if not form.errors:
                flash(_("Versi %(n)s berlaku lagi.", n=number), "ok")
                return redirect(self.get_url(".index_view"), 303)
        page = self.render(
            "desk/configuration/version.html",
            version=found,
            form=form,
            changed=made_by(found),
            undone=between(published(db.session()), found),
            gone=gone_from(db.session(), found.values) if found.state == "past" else [],
            secret=confidential_gone(db.session(), found.values),
            **impact_page(found if found.state == "past" else None, 1, FIRST),
        )
        return page, form.status if form.is_submitted() else 200

    def _group_page(self, group: Group, form: GroupForm) -> ResponseReturnValue:
        """As it was typed; where a colleague was faster, with the draft's own words beside it."""
        now, version = values(group, newest()), draft(db.session())
        if form.is_submitted():
            ask_for_files_again(group, form)
        form.show(now)
        page = self.render(
            "desk/configuration/group.html",
            group=group,
            form=form,
            settings=now,
            raced=form.raced,
            draft=version,
            to_default=TO_DEFAULT,
            file_of=file_of,
            zone=g.agency.zone,
            text_of=text_of,
            swatches=swatches(now),
            reply=reply_state() if group.key == "surat" else None,
        )
        return page, form.status if form.is_submitted() else 200


def reply_state() -> dict[str, Any] | None:
    """Of the address that holds; None where there is none."""
    address = g.agency.reply_to
    row = proof_of(db.session(), address) if address else None
    proven = row is not None and row.confirmed_at is not None
    return {"address": address, "proven": proven} if address else None


def page_number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1


def impact_page(version: ConfigurationVersion | None, page: int, most: int) -> dict[str, Any]:
    """What publishing this version would do to open cases; the lines of one page of them."""
    found = impact(db.session(), agency=g.agency, version=version) if version else None
    shifts = found.shifts if found else ()
    pages = max(1, -(-len(shifts) // most))
    page = min(max(page, 1), pages)
    return {
        "impact": found,
        "lines": shift_lines(db.session(), shifts[(page - 1) * most : page * most]),
        "page": page,
        "pages": pages,
        "zone": g.agency.zone,
    }


def newest() -> ConfigurationVersion | None:
    """What an editor sees: the draft, else what holds."""
    return draft(db.session()) or published(db.session())


def values(group: Group, version: ConfigurationVersion | None) -> list[Value]:
    session = db.session()
    return values_of(group, own_values(version), defaults(session), locks(session))


def between(
    before: ConfigurationVersion | None, after: ConfigurationVersion | None
) -> list[ChangeLine]:
    return worded(changes(own_values(before), own_values(after), defaults(db.session())))


def drafted_changes() -> list[ChangeLine]:
    version = draft(db.session())
    return between(published(db.session()), version) if version else []


def made_by(version: ConfigurationVersion) -> list[ChangeLine]:
    return between(version_before(db.session(), version), version)


def saved(form: GroupForm, version: ConfigurationVersion) -> str:
    darker = form.corrected(version.values)
    if darker:
        return _(
            "Draf tersimpan. Di atas %(chosen)s tulisan putih sukar dibaca: kontrasnya "
            "%(ratio)s banding 1, sedikitnya 4,5. Warna kami ubah menjadi %(colour)s.",
            chosen=form["colour"].data,
            ratio=ratio(form["colour"].data, WHITE),
            colour=darker,
        )
    return _("Draf tersimpan. Warga belum melihat perubahan ini.")
