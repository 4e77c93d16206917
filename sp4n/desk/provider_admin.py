"""/kelola/penyedia: signing in at the agency's own OpenID Connect provider."""

from __future__ import annotations

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import Optional

from sp4n.accounts.admin_base import Walled
from sp4n.accounts.forms import current_password
from sp4n.accounts.login import accounts_are_shared, current_actor
from sp4n.accounts.models import Account
from sp4n.accounts.operations import check_current_password
from sp4n.accounts.permissions import Permission
from sp4n.accounts.provider import ProviderAnswers, set_provider
from sp4n.accounts.provider_views import BACK, openid, provider_sealer
from sp4n.accounts.queries import person_by_id, provider_of
from sp4n.accounts.throttle import throttle
from sp4n.db import db
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.tenants.addresses import agency_url
from sp4n.web.forms import Form


class ProviderForm(Form):
    """The secret is typed, never shown; left empty, the one that was given stays."""

    name = StringField(
        _l("Nama di tombol masuk"), description=_l("Misalnya: SSO Kabupaten Badung.")
    )
    issuer = StringField(
        _l("Alamat issuer"),
        description=_l("Seperti yang disebut penyedia, dengan https://, huruf demi huruf."),
    )
    client_id = StringField(_l("ID klien"))
    client_secret = PasswordField(_l("Rahasia klien"), validators=[Optional()])
    mail_domains = StringField(
        _l("Domain email yang diterima"),
        description=_l(
            "Dipisah spasi. Akun dikenali dari alamat email terverifikasi di domain ini."
        ),
    )
    enabled = BooleanField(
        _l("Tampilkan tombol masuk lewat penyedia"),
        description=_l("Saat disimpan, keterangan penyedia diperiksa dahulu."),
    )
    admins_only = BooleanField(
        _l("Hanya admin yang boleh masuk dengan kata sandi"),
        description=_l(
            "Petugas lain masuk lewat penyedia atau kunci sandi. Admin tetap dapat memakai kata "
            "sandi, agar instansi tidak terkunci saat penyedia mati."
        ),
    )
    current = current_password()

    def answers(self) -> ProviderAnswers:
        return ProviderAnswers(
            name=self.name.data or "",
            issuer=self.issuer.data or "",
            client_id=self.client_id.data or "",
            client_secret=self.client_secret.data or "",
            mail_domains=self.mail_domains.data or "",
            enabled=self.enabled.data,
            admins_only=self.admins_only.data,
        )


class Provider(Walled):
    permission = Permission.ACCOUNT_EDIT
    about = _l("Masuk memakai akun instansi Anda sendiri (OpenID Connect).")

    @expose("/", methods=("GET", "POST"))
    def index_view(self) -> ResponseReturnValue:
        row = provider_of(db.session())
        given = bool(row and row.sealed_secret)
        form = ProviderForm(obj=row)
        if form.validate_on_submit():
            with form.answering():
                self._save(form)
            if not form.errors:
                flash(_("Tersimpan."), "ok")
                return redirect(self.get_url(".index_view"), 303)
        page = self.render(
            "desk/provider.html", form=form, back=agency_url(g.agency, BACK), given=given
        )
        return page, form.status if form.is_submitted() else 200

    def _save(self, form: ProviderForm) -> None:
        """Asked before anything is written: no transaction waits for somebody else's server."""
        if accounts_are_shared():
            raise NotPossible(_("Akun demo dipakai bersama, jadi tidak memakai penyedia masuk."))
        answers, me = form.answers(), current_actor()
        admin = self._admin(me.id or 0)
        attempt = throttle().attempt("sign_in", account=admin.email, address=request.remote_addr)
        check_current_password(db.session(), person=admin, password=form.current.data)
        db.session.rollback()
        check_issuer(answers)
        set_provider(
            db.session(),
            answers=answers,
            admin=self._admin(me.id or 0),
            password=form.current.data,
            sealer=provider_sealer(),
            actor=me,
        )
        attempt.succeeded()

    def _admin(self, account_id: int) -> Account:
        person = person_by_id(db.session(), person_id=account_id)
        if not isinstance(person, Account):
            raise NotFound
        return person


def check_issuer(answers: ProviderAnswers) -> None:
    """That it may be asked, and where its button is shown, that it answers as itself."""
    if not openid().reach.may_ask(answers.issuer) or "?" in answers.issuer:
        raise Invalid(fields={"issuer": _("Tulis alamat yang dimulai dengan https://.")})
    if not answers.enabled:
        return
    try:
        openid().described(answers.issuer)
    except Invalid as fault:
        raise Invalid(fields={"issuer": fault.message}) from None
