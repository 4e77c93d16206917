"""/nasional/kelola/: the register of agencies, kept by the super-admin. What is done to an agency
is an operation of the register, recorded in the national trail."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Flask, flash, redirect
from flask.typing import ResponseReturnValue
from flask_admin import Admin, expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sp4n import clock
from sp4n.accounts.admin_base import WalledIndex, WalledModelView
from sp4n.accounts.login import current_actor
from sp4n.accounts.models import Coordinator
from sp4n.accounts.people_admin import PeopleView
from sp4n.accounts.permissions import NATIONAL_ROLES, Permission
from sp4n.audit.operations import record_national
from sp4n.db import db
from sp4n.national.defaults_admin import Defaults
from sp4n.national.forms import AgencyForm, SuspendForm
from sp4n.national.numbers_admin import Numbers
from sp4n.national.replies_admin import NationalReplyTemplates
from sp4n.national.security_admin import Security
from sp4n.tenants.models import Agency, AgencySuccession
from sp4n.tenants.register.operations import (
    Record,
    add_agency,
    edit_agency,
    resume_agency,
    suspend_agency,
)
from sp4n.tenants.register.time_zones import TIME_ZONES
from sp4n.tenants.words import KIND_LABELS, STATUS_LABELS, kind_label, status_label
from sp4n.web.forms import Form
from sp4n.workbench.models import NationalReplyTemplate


class Index(WalledIndex):
    permission = Permission.AGENCY_EDIT


class Agencies(WalledModelView):
    """Every agency there is or was."""

    permission = Permission.AGENCY_EDIT
    about = _l("Tambah, ubah, atau tangguhkan instansi.")
    form = AgencyForm
    one = _l("instansi baru")
    can_create = can_edit = True
    column_list = ("name", "slug", "kind", "status")
    column_labels = {
        "name": _l("Nama"),
        "slug": _l("Alamat singkat"),
        "kind": _l("Jenis"),
        "status": _l("Status"),
    }
    column_searchable_list = ("name", "short_name", "slug")
    column_sortable_list = ("name", "slug", "kind", "status")
    column_default_sort = ("name", False)
    choices = {
        "kind": list(KIND_LABELS.items()),
        "status": list(STATUS_LABELS.items()),
    }
    column_formatters = {
        "kind": lambda view, context, agency, name: kind_label(agency.kind),
        "status": lambda view, context, agency, name: status_label(agency.status),
    }

    def row_url(self, row: Agency) -> str:
        return self.get_url(".agency", row_id=row.id)

    def edit_form(self, obj: Any = None) -> Form:
        form = AgencyForm(obj=obj, successors=" ".join(successor_slugs(obj.id)))
        del form.slug
        return form

    def create_model(self, form: AgencyForm) -> int:
        return add_agency(db.session(), form.entry(), today=today(), record=recorder())

    def update_model(self, form: AgencyForm, model: Agency) -> None:
        edit_agency(db.session(), form.entry(model.slug), today=today(), record=recorder())

    @expose("/<int:row_id>")
    def agency(self, row_id: int) -> ResponseReturnValue:
        return self._page(self.get_one(row_id), SuspendForm(formdata=None))

    @expose("/<int:row_id>/tangguhkan", methods=("POST",))
    def suspend(self, row_id: int) -> ResponseReturnValue:
        agency, form = self.get_one(row_id), SuspendForm()
        if form.validate():
            with form.answering():
                suspend_agency(
                    db.session(), agency.slug, reason=form.reason.data, record=recorder()
                )
        return self._answer(agency, form, _("Instansi sudah ditangguhkan."))

    @expose("/<int:row_id>/aktifkan", methods=("POST",))
    def resume(self, row_id: int) -> ResponseReturnValue:
        agency, form = self.get_one(row_id), Form()
        with form.answering():
            resume_agency(db.session(), agency.slug, record=recorder())
        return self._answer(agency, form, _("Instansi sudah aktif kembali."))

    def _answer(self, agency: Agency, form: Form, words: str) -> ResponseReturnValue:
        if form.errors:
            return self._page(agency, form), form.status
        flash(words, "ok")
        return redirect(self.get_url(".agency", row_id=agency.id), 303)

    def _page(self, agency: Agency, form: Form) -> str:
        return self.render(
            "admin/agencies/agency.html",
            row=agency,
            form=form,
            kind=kind_label(agency.kind),
            status=status_label(agency.status),
            zone=TIME_ZONES[agency.time_zone],
            successors=successor_slugs(agency.id),
        )


class Coordinators(PeopleView):
    """Who may sign in at the national level, and as what."""

    permission = Permission.COORDINATOR_EDIT
    roles = NATIONAL_ROLES
    about = _l("Koordinator nasional: undang, ubah peran, atau tutup akun.")


def successor_slugs(agency_id: int) -> list[str]:
    followed = (
        sa.select(Agency.slug)
        .join(AgencySuccession, AgencySuccession.successor_id == Agency.id)
        .where(AgencySuccession.predecessor_id == agency_id)
        .order_by(Agency.slug)
    )
    return list(db.session.scalars(followed))


def today() -> date:
    return clock.today(clock.CAPITAL)


def recorder() -> Record:
    """Writes into the national trail, as the one who is signed in."""
    return partial(record_national, actor=current_actor())


def init_app(app: Flask) -> None:
    index = Index(name=_l("Kelola"), endpoint="national_admin", url="/nasional/kelola")
    admin = Admin(
        app,
        name="nasional_kelola",
        url="/nasional/kelola",
        subdomain="national",
        endpoint="national_admin",
        index_view=index,
    )
    admin.add_view(
        Agencies(Agency, name=_l("Instansi"), endpoint="national_admin_agency", url="instansi")
    )
    admin.add_view(
        Coordinators(
            Coordinator, name=_l("Pengguna"), endpoint="national_admin_people", url="orang"
        )
    )
    admin.add_view(
        Numbers(name=_l("Ketentuan"), endpoint="national_admin_numbers", url="ketentuan")
    )
    admin.add_view(
        Defaults(name=_l("Bawaan bagi instansi"), endpoint="national_admin_defaults", url="bawaan")
    )
    admin.add_view(
        Security(name=_l("Keamanan"), endpoint="national_admin_security", url="keamanan")
    )
    admin.add_view(
        NationalReplyTemplates(
            NationalReplyTemplate,
            name=_l("Templat tanggapan"),
            endpoint="national_admin_replies",
            url="templat",
        )
    )
