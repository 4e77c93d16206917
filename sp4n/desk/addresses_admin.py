"""/kelola/alamat: where an agency is reached, and how it is renamed without losing anybody."""

from __future__ import annotations

from flask import g
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.widgets import HiddenInput

from sp4n import clock
from sp4n.accounts.admin_base import Walled
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.addresses.operations import Renaming, planned_renaming, rename
from sp4n.addresses.queries import former_slugs, may_be_renamed_from
from sp4n.db import db
from sp4n.tenants.addresses import origin_of
from sp4n.web.forms import Form


class RenameForm(Form):
    """Sent twice: what it would do is shown first, and `agreed` says that it was seen."""

    slug = StringField(
        _l("Alamat singkat yang baru"),
        description=_l("Huruf kecil, angka, dan tanda hubung. Misalnya: badungkab."),
    )
    agreed = StringField(widget=HiddenInput())


class Addresses(Walled):
    permission = Permission.SETTINGS_EDIT
    about = _l("Alamat situs instansi ini, dan menggantinya tanpa memutus tautan lama.")

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        return self.render(
            "desk/addresses/index.html",
            origin_of=origin_of,
            former=former_slugs(db.session()),
            waits_until=waits_until(),
            zone=g.agency.zone,
        )

    @expose("/ganti", methods=("GET", "POST"))
    def rename(self) -> ResponseReturnValue:
        """The answer to the last step is the page itself: a form may not lead to another host."""
        form = RenameForm()
        planned: Renaming | None = None
        if form.validate_on_submit():
            slug = (form.slug.data or "").lower()
            with form.answering():
                if form.agreed.data == slug:
                    done = rename(db.session(), slug=slug, actor=current_actor())
                    return self._done(done)
                planned = planned_renaming(db.session(), slug=slug)
        page = self.render(
            "desk/addresses/rename.html",
            form=form,
            planned=planned,
            origin_of=origin_of,
            waits_until=waits_until(),
            zone=g.agency.zone,
        )
        return page, form.status if form.errors else 200

    def _done(self, done: Renaming) -> ResponseReturnValue:
        to = f"{origin_of(done.after)}/masuk?next=/kelola/alamat/"
        return self.render("desk/addresses/renamed.html", done=done, origin_of=origin_of, to=to)


def waits_until() -> object:
    """The moment of the next renaming, while it lies ahead."""
    moment = may_be_renamed_from(db.session())
    return moment if moment is not None and moment > clock.now() else None
