"""/kelola/alamat: where an agency is reached, and how it is renamed without losing anybody."""

from __future__ import annotations

from flask import current_app, flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.widgets import HiddenInput

from sp4n import clock
from sp4n.accounts.admin_base import Walled
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.addresses import domains
from sp4n.addresses.operations import Renaming, planned_renaming, rename
from sp4n.addresses.probing import LABEL, PATH, Fault, expected
from sp4n.addresses.queries import former_slugs, may_be_renamed_from
from sp4n.db import db
from sp4n.tenants.addresses import domain_origin, origin_of
from sp4n.web.forms import Form


class RenameForm(Form):
    """Sent twice: what it would do is shown first, and `agreed` says that it was seen."""

    slug = StringField(
        _l("Alamat singkat yang baru"),
        description=_l("Huruf kecil, angka, dan tanda hubung. Misalnya: badungkab."),
    )
    agreed = StringField(widget=HiddenInput())


class DomainForm(Form):
    domain = StringField(
        _l("Domain"),
        description=_l("Domain milik instansi Anda. Misalnya: lapor.badungkab.go.id."),
    )


FAULTS: dict[str, LazyString] = {
    Fault.MISSING: _l("belum ditemukan"),
    Fault.OTHER: _l("ditemukan, tetapi isinya lain"),
    Fault.UNREACHABLE: _l("tidak ada jawaban"),
    Fault.PRIVATE: _l("alamatnya bukan alamat internet umum"),
    Fault.REDIRECT: _l("dialihkan ke tempat lain"),
    Fault.TAKEN: _l("sudah terbukti milik instansi lain"),
}


def fault_words(fault: str) -> str:
    return str(FAULTS.get(fault, fault))


class Addresses(Walled):
    permission = Permission.SETTINGS_EDIT
    about = _l("Alamat situs instansi ini, dan menggantinya tanpa memutus tautan lama.")

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        return self.render(
            "desk/addresses/index.html",
            origin_of=origin_of,
            domains=domains.domains(db.session()),
            former=former_slugs(db.session()),
            waits_until=waits_until(),
            zone=g.agency.zone,
        )

    @expose("/domain/baru", methods=("GET", "POST"))
    def add_domain(self) -> ResponseReturnValue:
        form = DomainForm()
        if form.validate_on_submit():
            with form.answering():
                row = domains.add_domain(
                    db.session(),
                    typed=form.domain.data or "",
                    base_domain=current_app.extensions["sp4n.settings"].base_domain,
                    actor=current_actor(),
                )
                return redirect(self.get_url(".domain", row_id=row.id), 303)
        page = self.render("desk/addresses/add_domain.html", form=form)
        return page, form.status if form.errors else 200

    @expose("/domain/<int:row_id>")
    def domain(self, row_id: int) -> ResponseReturnValue:
        row = domains.domain_by_id(db.session(), domain_id=row_id)
        return self.render(
            "desk/addresses/domain.html",
            row=row,
            base_domain=current_app.extensions["sp4n.settings"].base_domain,
            record=f"{LABEL}.{row.domain}",
            expected=expected(row.token),
            file=f"{row.domain}{PATH}",
            faults=[fault_words(fault) for fault in row.fault.split()],
            lapses=row.failing_since + domains.GRACE if row.failing_since else None,
            origin=domain_origin(row.domain),
            arrives=domains.arrives(row),
            zone=g.agency.zone,
        )

    @expose("/domain/<int:row_id>/periksa", methods=("POST",))
    def check(self, row_id: int) -> ResponseReturnValue:
        row = domains.domain_by_id(db.session(), domain_id=row_id)
        domains.ask_for_check(db.session(), row=row)
        flash(_("Sedang diperiksa. Muat ulang halaman ini sebentar lagi."), "info")
        return redirect(self.get_url(".domain", row_id=row_id), 303)

    @expose("/domain/<int:row_id>/utama", methods=("POST",))
    def choose(self, row_id: int) -> ResponseReturnValue:
        row = domains.domain_by_id(db.session(), domain_id=row_id)
        domains.choose_primary(db.session(), row=row, actor=current_actor())
        words = _("Surat dan tautan sekarang menyebut %(domain)s.", domain=row.domain)
        flash(words, "ok")
        return redirect(self.get_url(".index_view"), 303)

    @expose("/tanpa-utama", methods=("POST",))
    def choose_none(self) -> ResponseReturnValue:
        domains.choose_primary(db.session(), row=None, actor=current_actor())
        flash(_("Surat dan tautan menyebut lagi alamat singkat."), "ok")
        return redirect(self.get_url(".index_view"), 303)

    @expose("/domain/<int:row_id>/hapus", methods=("GET", "POST"))
    def remove(self, row_id: int) -> ResponseReturnValue:
        row, form = domains.domain_by_id(db.session(), domain_id=row_id), Form()
        if form.validate_on_submit():
            domains.remove_domain(db.session(), row=row, actor=current_actor())
            flash(_("Domain dihapus dari daftar."), "ok")
            return redirect(self.get_url(".index_view"), 303)
        return self.render("desk/addresses/remove_domain.html", form=form, row=row)

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
