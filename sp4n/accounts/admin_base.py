"""Flask-Admin, walled: the base classes of every admin view. They deny until a permission is named,
read and write through the session of the request's scope, and leave the commit to the edge.

Of Flask-Admin this keeps the list (search, sorting, filters, pages) and the menu. Its export, its
Ajax, its mass actions and its templates are left out: they go round the wall, or need a policy
that allows inline scripts.
"""

from __future__ import annotations

from typing import Any, ClassVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import Admin, BaseView, expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.filters import FilterEqual
from flask_admin.model.base import ViewArgs
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from sp4n.accounts.doors import Audience, guard
from sp4n.accounts.login import current_actor, signed_in
from sp4n.accounts.people import people_of
from sp4n.accounts.permissions import Permission
from sp4n.db import db
from sp4n.errors import NotAllowed, NotFound, NotPossible
from sp4n.web.forms import Form, clean_text

AUDIENCES: dict[str | None, Audience] = {"agency": "staff", "national": "national"}
LARGEST_ID = 2**63 - 1
LAST_PAGE = 10_000
LONGEST_SEARCH = 100


class Walled(BaseView):
    """A page of an admin site; shut until `permission` is named. `about`: a line for the index."""

    permission: ClassVar[Permission | None] = None
    about: Any = ""

    def is_accessible(self) -> bool:
        person = signed_in()
        return person is not None and bool(self.permission and person.may(self.permission))

    def inaccessible_callback(self, name: Any, **kwargs: Any) -> ResponseReturnValue:
        raise NotAllowed

    def create_blueprint(self, admin: Admin) -> Blueprint:
        """Its doors stand before the view is even looked at; its templates are ours alone."""
        blueprint: Blueprint = super().create_blueprint(admin)
        blueprint.template_folder = None
        return guard(blueprint, AUDIENCES[admin.subdomain], self.permission)

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        """Without a second try at every TypeError, which would hide its cause."""
        return fn(self, *args, **kwargs)

    def render(self, template: str, **kwargs: Any) -> str:
        return render_template(template, view=self, **kwargs)

    def get_url(self, endpoint: str, **kwargs: Any) -> str:
        asked = {name: value for name, value in kwargs.items() if name != "page_size"}
        return url_for(endpoint, **asked)


class WalledIndex(Walled):
    """The first page of an admin site: its other views, those that the person may open."""

    template: ClassVar[str] = "admin/index.html"

    @expose("/")
    def index(self) -> str:
        others = [
            view
            for view in self.admin._views
            if view is not self and view.is_accessible() and view.is_visible()
        ]
        return self.render(self.template, others=others, **self.more())

    def more(self) -> dict[str, Any]:
        """What else the template wants."""
        return {}


class WalledModelView(Walled, ModelView):
    """Lists, and where allowed adds, changes and removes rows of one table.

    `form` names the fields that may be written, one by one; `choices` the columns to filter by,
    with (value, label) pairs; `one` is what is added. Acts that mean more than their row override
    `create_model`, `update_model` or `delete_model` with an operation, which records itself.
    """

    form: ClassVar[type[Form] | None] = None
    one: ClassVar[Any] = ""
    choices: ClassVar[dict[str, list[tuple[str, Any]]]] = {}
    can_create = can_edit = can_delete = False
    can_export = False
    page_size = 50
    simple_list_pager = True  # nothing is counted: of a long list that costs more than its page
    list_template = "admin/list.html"
    form_template = "admin/form.html"
    delete_template = "admin/delete.html"
    # Routes of Flask-Admin that are not ours: without a view there is no route.
    details_view: ClassVar[None] = None
    action_view: ClassVar[None] = None
    action_delete: ClassVar[None] = None
    export: ClassVar[None] = None
    ajax_lookup: ClassVar[None] = None
    ajax_update: ClassVar[None] = None

    def __init__(self, model: type[Any], **kwargs: Any) -> None:
        super().__init__(model, db, **kwargs)

    def get_form(self) -> type[Form]:
        """Never scaffolded from the table: a column that is new is in no form by itself."""
        if self.form is None and (self.can_create or self.can_edit):
            raise TypeError(f"{type(self).__name__} names no form")
        form = self.form or Form
        if hasattr(form, "agency_id"):
            raise TypeError("the agency is the scope's, never a form's")
        return form

    def get_query(self) -> Any:
        """Every row that this view is about: the list, the count and `get_one` start from it."""
        return db.session.query(self.model)

    def get_list(self, page: int | None, *args: Any, **kwargs: Any) -> tuple[int | None, list[Any]]:
        """One row more than is shown says whether there is another page. The number is that of the
        rows up to here, and that one: of all, on the last page."""
        _nothing, rows = super().get_list(page, *args, **kwargs)
        return (page or 0) * self.page_size + len(rows), rows[: self.page_size]

    def _apply_pagination(self, query: Any, page: int | None, page_size: int | None) -> Any:
        """In an order that no two rows share, so that each is on one page."""
        start = (page or 0) * self.page_size
        return query.order_by(self.model.id).offset(start).limit(self.page_size + 1)

    def get_one(self, id: Any) -> Any:
        """The row with this id in the current scope: another agency's is as absent as no row."""
        text = str(id)
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
        if not 0 < number <= LARGEST_ID:
            raise NotFound
        row = self.get_query().filter(self.model.id == number).one_or_none()
        if row is None:
            raise NotFound
        return row

    def get_pk_value(self, model: Any) -> Any:
        return model.id

    def get_filters(self) -> list[Any] | None:
        labels = self.column_labels or {}
        return [
            FilterEqual(getattr(self.model, name), labels.get(name, name), options=options)
            for name, options in self.choices.items()
        ] or None

    def row_url(self, row: Any) -> str | None:
        """Where a row of the list leads to."""
        return self.get_url(".edit_view", row_id=row.id) if self.can_edit else None

    def page_links(self) -> list[tuple[str, str]]:
        """(label, address) of what can be done from the list."""
        if not self.can_create:
            return []
        return [(f"{_('Tambah')} {self.one}", self.get_url(".create_view"))]

    @expose("/baru", methods=("GET", "POST"))
    def create_view(self) -> ResponseReturnValue:
        self._allow(self.can_create)
        form = self.create_form()
        if form.validate_on_submit():
            with form.answering():
                self.create_model(form)
            if not form.errors:
                return self._done(_("Tersimpan."))
        return self._form_page(form, _("Tambah"))

    @expose("/<int:row_id>/ubah", methods=("GET", "POST"))
    def edit_view(self, row_id: int) -> ResponseReturnValue:
        self._allow(self.can_edit)
        row = self.get_one(row_id)
        form = self.edit_form(obj=row)
        if form.validate_on_submit():
            with form.answering():
                self.update_model(form, row)
            if not form.errors:
                return self._done(_("Tersimpan."))
        return self._form_page(form, _("Ubah"), row=row)

    @expose("/<int:row_id>/hapus", methods=("GET", "POST"))
    def delete_view(self, row_id: int) -> ResponseReturnValue:
        """Asks on a page of its own; nothing is removed by a GET."""
        self._allow(self.can_delete)
        row, form = self.get_one(row_id), Form()
        if form.validate_on_submit():
            with form.answering():
                self.delete_model(row)
            if not form.errors:
                return self._done(_("Terhapus."))
        page = self.render(self.delete_template, form=form, row=row)
        return page, form.status if form.errors else 200

    def create_model(self, form: Form) -> Any:
        row = self.model()
        form.populate_obj(row)
        db.session.add(row)
        self._flush()
        self._record("add", row)
        return row

    def update_model(self, form: Form, model: Any) -> Any:
        form.populate_obj(model)
        self._flush()
        self._record("change", model)
        return model

    def delete_model(self, model: Any) -> Any:
        self._record("remove", model)
        db.session.delete(model)
        self._flush()
        return model

    def _flush(self) -> None:
        try:
            db.session.flush()
        except IntegrityError as error:
            message = _("Isian ini sudah ada, atau masih dipakai di tempat lain.")
            raise NotPossible(message) from error

    def _record(self, act: str, row: Any) -> None:
        table = self.model.__tablename__
        people_of(db.session()).record(
            db.session(),
            actor=current_actor(),
            act=f"{table}.{act}",
            object_kind=table,
            object_id=row.id,
        )

    def _allow(self, allowed: bool) -> None:
        if not allowed:
            raise NotFound

    def _done(self, words: str) -> ResponseReturnValue:
        flash(words, "ok")
        return redirect(self.get_url(".index_view"), 303)

    def _form_page(self, form: Form, heading: str, row: Any = None) -> ResponseReturnValue:
        page = self.render(self.form_template, form=form, heading=heading, row=row)
        return page, form.status if form.is_submitted() else 200

    def _get_list_extra_args(self) -> ViewArgs:
        """Only what the list knows: what else an address says is not carried on."""
        asked = super()._get_list_extra_args()
        asked.page = min(max(asked.page or 0, 0), LAST_PAGE)
        asked.search = clean_text(asked.search or "")[:LONGEST_SEARCH] or None
        asked.extra_args = {}
        return asked

    def _get_list_filter_args(self) -> list[Any] | None:
        """Choices that are offered; an empty one means all."""
        filters: list[Any] = self._filters or []
        asked = (
            (number, request.args.get(f"flt{number}_{number}")) for number in range(len(filters))
        )
        return [
            (number, str(filters[number].name), value)
            for number, value in asked
            if value in {str(key) for key, _label in filters[number].options}
        ]
