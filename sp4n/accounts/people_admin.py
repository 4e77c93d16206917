"""Keeping people through Flask-Admin: invited, given a role, closed. Each act is an operation."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from flask import flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sp4n import clock
from sp4n.accounts import factors, operations, queries, second_factor
from sp4n.accounts.admin_base import WalledModelView
from sp4n.accounts.forms import InviteForm, RoleForm
from sp4n.accounts.login import current_actor, shown_token
from sp4n.accounts.words import ROLE_HINTS, ROLE_LABELS, role_label
from sp4n.calendars.dates import long_moment
from sp4n.db import db
from sp4n.web.forms import Form
from sp4n.web.language import current_language


class PeopleView(WalledModelView):
    """Who may sign in here, and as what; the same for an agency's staff and for coordinators."""

    roles: ClassVar[tuple[str, ...]] = ()

    column_list = ("name", "email", "role", "last_seen_at")
    column_labels = {
        "name": _l("Nama"),
        "email": _l("Email"),
        "role": _l("Peran"),
        "last_seen_at": _l("Terakhir masuk"),
    }
    column_searchable_list = ("name", "email")
    column_sortable_list = ("name", "email", "role", "last_seen_at")
    column_default_sort = ("name", False)
    column_formatters = {
        "role": lambda view, context, person, name: role_label(person.role),
        "last_seen_at": lambda view, context, person, name: view.state_of(person),
    }

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.choices = {"role": [(role, ROLE_LABELS[role]) for role in cls.roles]}

    def row_url(self, row: Any) -> str:
        return self.get_url(".person", row_id=row.id)

    def page_links(self) -> list[tuple[str, str]]:
        return [(_("Undang pengguna"), self.get_url(".invite"))]

    @expose("/undang", methods=("GET", "POST"))
    def invite(self) -> ResponseReturnValue:
        form, session = InviteForm(self.roles), db.session()
        if form.validate_on_submit():
            with form.answering():
                operations.invite(
                    session,
                    email=form.email.data,
                    name=form.name.data,
                    role=form.role.data,
                    actor=current_actor(),
                )
            if not form.errors:
                flash(_("Undangan segera dikirim ke %(email)s.", email=form.email.data), "ok")
                return redirect(self.get_url(".index_view"), 303)
        page = self.render("admin/people/invite.html", form=form, hints=ROLE_HINTS)
        return page, form.status if form.is_submitted() else 200

    @expose("/<int:row_id>")
    def person(self, row_id: int) -> ResponseReturnValue:
        return self._page(self.get_one(row_id))

    @expose("/<int:row_id>/peran", methods=("POST",))
    def change_role(self, row_id: int) -> ResponseReturnValue:
        person, form = self.get_one(row_id), RoleForm(self.roles)
        if form.validate():
            with form.answering():
                operations.change_role(
                    db.session(), person=person, role=form.role.data, actor=current_actor()
                )
        return self._answer(person, form, _("Peran sudah diubah."), role_form=form)

    @expose("/<int:row_id>/undang-lagi", methods=("POST",))
    def invite_again(self, row_id: int) -> ResponseReturnValue:
        person, form = self.get_one(row_id), Form()
        with form.answering():
            operations.invite_again(db.session(), person=person, actor=current_actor())
        return self._answer(person, form, _("Undangan segera dikirim lagi."))

    @expose("/<int:row_id>/tutup", methods=("GET", "POST"))
    def close(self, row_id: int) -> ResponseReturnValue:
        person, form = self.get_one(row_id), Form()
        if not form.is_submitted():
            return self.render("admin/people/close.html", form=form, person=person)
        with form.answering():
            operations.deactivate(db.session(), person=person, actor=current_actor())
        return self._answer(person, form, _("Akun sudah ditutup."))

    @expose("/<int:row_id>/keluarkan", methods=("POST",))
    def end_sessions(self, row_id: int) -> ResponseReturnValue:
        """Of all devices; where it is one's own account, of all others."""
        person, form = self.get_one(row_id), Form()
        with form.answering():
            operations.end_all_sessions(
                db.session(), person=person, actor=current_actor(), but_token=shown_token()
            )
        return self._answer(person, form, _("Orang itu sudah dikeluarkan dari semua perangkat."))

    @expose("/<int:row_id>/setel-ulang-kode", methods=("POST",))
    def reset_factor(self, row_id: int) -> ResponseReturnValue:
        person, form = self.get_one(row_id), Form()
        with form.answering():
            second_factor.reset_factor(db.session(), account=person, actor=current_actor())
        return self._answer(
            person, form, _("Verifikasi dua langkah orang ini sudah disetel ulang.")
        )

    def _answer(self, person: Any, form: Form, words: str, **forms: Form) -> ResponseReturnValue:
        if form.errors:
            return self._page(person, refused=form, **forms), form.status
        flash(words, "ok")
        return redirect(self.get_url(".person", row_id=person.id), 303)

    def _page(self, person: Any, *, refused: Form | None = None, **forms: Form) -> str:
        shown: dict[str, Any] = {"role_form": RoleForm(self.roles, formdata=None, role=person.role)}
        return self.render(
            "admin/people/person.html",
            person=person,
            form=refused,
            role=role_label(person.role),
            state=self.state_of(person),
            sessions=queries.sessions_of(db.session(), person_id=person.id),
            factor_on=factors.has_factor(db.session(), account_id=person.id),
            zone=zone_here(),
            hints=ROLE_HINTS,
            **{**shown, **self.more_forms(person), **forms},
        )

    def more_forms(self, person: Any) -> dict[str, Any]:
        """What can be changed of one kind of people only, and what it is about."""
        return {}

    def state_of(self, person: Any) -> str:
        if not person.active:
            return str(_("Akun ditutup"))
        if person.last_seen_at is None:
            return str(_("Belum pernah masuk"))
        return long_moment(person.last_seen_at, zone_here(), current_language())


def zone_here() -> ZoneInfo:
    return g.agency.zone if g.agency else clock.CAPITAL
