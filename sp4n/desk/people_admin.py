"""/kelola/orang: an agency's people. What is done to them are operations, on pages of their own."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from sp4n.accounts import operations, provider
from sp4n.accounts.absences import end_absence
from sp4n.accounts.colleagues import colleagues_of
from sp4n.accounts.deputies import absence_by_id, absent_until, last_day, periods_of
from sp4n.accounts.forms import GuestListForm, InviteManyForm, LeavingForm, UnitsForm
from sp4n.accounts.handover import hand_over, holdings_of
from sp4n.accounts.invitation_file import LARGEST, Reading, decoded, role_names, template
from sp4n.accounts.login import current_actor
from sp4n.accounts.many_invitations import invite_many, read_guests
from sp4n.accounts.models import Account
from sp4n.accounts.people_admin import PeopleView
from sp4n.accounts.permissions import STAFF_ROLES, Permission
from sp4n.accounts.queries import own_unit_ids_of, units_of
from sp4n.accounts.words import role_label
from sp4n.calendars.dates import long_date
from sp4n.cases.entrusted import open_cases_of
from sp4n.cases.operations import pass_on_cases
from sp4n.cases.queries import OpenCases, open_cases_by_unit
from sp4n.configuration.queries import draft
from sp4n.db import db
from sp4n.desk.absence_views import absence_form, take_absence, tell_end
from sp4n.organisation.queries import unit_tree
from sp4n.web.forms import Form
from sp4n.web.language import current_language


class People(PeopleView):
    """Who may sign in at this agency, and as what."""

    permission = Permission.ACCOUNT_EDIT
    roles = STAFF_ROLES
    about = _l("Petugas instansi ini: undang, ubah peran dan unit, atau tutup akun.")

    def page_links(self) -> list[tuple[str, str]]:
        many = (_("Undang banyak orang"), self.get_url(".invite_list"))
        return [*super().page_links(), many]

    def get_list(self, *args: Any, **kwargs: Any) -> tuple[int | None, list[Account]]:
        """With who of the page is away, in one statement for all."""
        count, rows = super().get_list(*args, **kwargs)
        g.absent = absent_until(db.session(), account_ids=[row.id for row in rows])
        return count, rows

    def state_of(self, person: Account) -> str:
        until = g.get("absent", {}).get(person.id)
        if until is None or not person.active:
            return super().state_of(person)
        day = long_date(last_day(until, g.agency.zone), current_language())
        return _(
            "%(state)s, tidak bertugas sampai %(day)s", state=super().state_of(person), day=day
        )

    @expose("/undang-banyak", methods=("GET", "POST"))
    def invite_list(self) -> ResponseReturnValue:
        form, reading = GuestListForm(), None
        if form.validate_on_submit():
            with form.answering():
                text = self._list_sent(form)
                reading = read_guests(db.session(), text=text)
        return self._list_page(form, reading, form.status if form.is_submitted() else 200)

    @expose("/undang-banyak/kirim", methods=("POST",))
    def invite_many(self) -> ResponseReturnValue:
        form, text = InviteManyForm(), ""
        if form.validate():
            text = form.text.data or ""
            with form.answering():
                number = invite_many(
                    db.session(),
                    text=text,
                    expected=form.expected.data or 0,
                    actor=current_actor(),
                )
            if not form.errors:
                flash(_invited(number), "ok")
                return redirect(self.get_url(".index_view"), 303)
        shown, reading = GuestListForm(formdata=None, text=text), None
        shown.form_errors = list(form.form_errors) or [_("Periksa dahulu daftarnya.")]
        with form.answering():
            reading = read_guests(db.session(), text=text) if text else None
        return self._list_page(shown, reading, form.status)

    @expose("/undang-banyak/contoh.csv")
    def guest_list_template(self) -> ResponseReturnValue:
        names = [node.name for node in unit_tree(db.session(), active_only=True)]
        answer = Response(template(names), mimetype="text/csv")
        answer.headers["Content-Disposition"] = 'attachment; filename="undang-petugas.csv"'
        return answer

    @expose("/<int:row_id>/tutup", methods=("GET", "POST"))
    def close(self, row_id: int) -> ResponseReturnValue:
        """What the person holds, to whom it goes, and the end of the account: one act."""
        person = self.get_one(row_id)
        form = LeavingForm(colleagues_of(db.session(), but=person.id))
        if form.validate_on_submit():
            with form.answering():
                hand_over(
                    db.session(),
                    account=person,
                    successor_id=form.successor_id.data,
                    with_role=form.with_role.data,
                    actor=current_actor(),
                )
                pass_on_cases(
                    db.session(),
                    account_id=person.id,
                    successor_id=form.successor_id.data,
                    actor=current_actor(),
                )
            if not form.errors:
                handed = form.successor_id.data is not None
                flash(
                    _("Tugas diserahkan, akun ditutup.") if handed else _("Akun sudah ditutup."),
                    "ok",
                )
                return redirect(self.get_url(".person", row_id=row_id), 303)
        page = self.render("admin/people/leave.html", form=form, person=person, **held_by(person))
        return page, form.status if form.is_submitted() else 200

    @expose("/<int:row_id>/unit", methods=("POST",))
    def set_units(self, row_id: int) -> ResponseReturnValue:
        person, form = self.get_one(row_id), self._units_form()
        if form.validate():
            with form.answering():
                operations.set_units(
                    db.session(),
                    account=person,
                    unit_ids=form.unit_ids.data,
                    actor=current_actor(),
                )
        return self._answer(person, form, _("Unit sudah diubah."), units_form=form)

    @expose("/<int:row_id>/tidak-bertugas", methods=("POST",))
    def set_absence(self, row_id: int) -> ResponseReturnValue:
        person = self.get_one(row_id)
        form = absence_form(person.id)
        if form.validate():
            take_absence(form, person, current_actor())
        return self._answer(person, form, _("Masa tidak bertugas tercatat."), absence_form=form)

    @expose("/<int:row_id>/tidak-bertugas/<int:absence_id>/akhiri", methods=("POST",))
    def end_absence(self, row_id: int, absence_id: int) -> ResponseReturnValue:
        person, form = self.get_one(row_id), Form()
        found = absence_by_id(db.session(), absence_id=absence_id, account_id=person.id)
        with form.answering():
            end_absence(db.session(), absence=found, actor=current_actor())
        tell_end(form)
        return redirect(self.get_url(".person", row_id=person.id), 303)

    @expose("/<int:row_id>/lepas-penyedia", methods=("POST",))
    def unbind_provider(self, row_id: int) -> ResponseReturnValue:
        person, form = self.get_one(row_id), Form()
        with form.answering():
            provider.unbind(db.session(), account=person, actor=current_actor())
        return self._answer(person, form, _("Ikatan dengan penyedia masuk sudah dilepas."))

    def more_forms(self, person: Account) -> dict[str, Any]:
        own = [unit.id for unit in units_of(db.session(), account_id=person.id)]
        return {
            "units_form": self._units_form(formdata=None, unit_ids=own),
            "absence_form": absence_form(person.id, formdata=None),
            "periods": periods_of(db.session(), account_id=person.id),
            "provider_bound": provider.is_bound(db.session(), account_id=person.id),
        }

    def _units_form(self, **values: Any) -> UnitsForm:
        tree = unit_tree(db.session())
        return UnitsForm([(node.id, f"{'– ' * node.depth}{node.name}") for node in tree], **values)

    def _list_sent(self, form: GuestListForm) -> str:
        """The file's lines where one was chosen, else those on the page; kept there either way."""
        if form.file.data and form.file.data.filename:
            form.text.data = decoded(form.file.data.stream.read(LARGEST + 1))
        return form.text.data or ""

    def _list_page(
        self, form: GuestListForm, reading: Reading | None, status: int
    ) -> ResponseReturnValue:
        """A list whose lines are all good is no refusal."""
        if reading and reading.bad:
            form.form_errors.append(_lines_to_mend(len(reading.bad)))
        good = reading is not None and not form.errors
        page = self.render(
            "admin/people/invite_list.html",
            form=form,
            reading=reading,
            role_label=role_label,
            roles=role_names(),
        )
        return page, 200 if good else status


def _invited(number: int) -> str:
    return ngettext(
        "Undangan untuk satu orang segera dikirim.",
        "Undangan untuk %(num)s orang segera dikirim.",
        number,
    )


def _lines_to_mend(number: int) -> str:
    return ngettext("Satu baris belum benar", "%(num)s baris belum benar", number)


def held_by(person: Account) -> dict[str, Any]:
    """Units with what is open in them: those that were given, and of those below the busy ones."""
    session = db.session()
    held = holdings_of(session, account=person)
    given = {unit.id for unit in held.units}
    reach = own_unit_ids_of(session, account_id=person.id)
    cases = open_cases_by_unit(session, unit_ids=reach)
    version = draft(session)
    return {
        "units": [
            (node, cases.get(node.id, OpenCases()), held.others.get(node.id, []))
            for node in unit_tree(session)
            if node.id in given or node.id in cases
        ],
        "by_name": open_cases_of(session, account_id=person.id),
        "open_cases": sum(found.open for found in cases.values()),
        "devices": held.devices,
        "role": role_label(person.role),
        "periods": periods_of(session, account_id=person.id),
        "zone": g.agency.zone,
        "drafted": version is not None and version.changed_by == person.name,
    }
