"""The second step of signing in, and turning it on and off for one's own account."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any, Final

import segno
from flask import Response, current_app, flash, g, redirect, render_template, request, session
from flask import url_for as flask_url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n import clock
from sp4n.accounts import factors, kept, login, passkeys, second_factor
from sp4n.accounts.doors import ACCOUNTS, audience, home_of, public, requires, safe_next
from sp4n.accounts.forms import CodeForm, CurrentPasswordForm, PasskeyForm
from sp4n.accounts.operations import SignIn
from sp4n.accounts.passkeys import Challenge, Party, new_challenge
from sp4n.accounts.people import Person
from sp4n.accounts.permissions import Permission
from sp4n.accounts.queries import password_stamp, person_by_id
from sp4n.accounts.throttle import Attempt, throttle
from sp4n.accounts.words import device_name
from sp4n.config import Settings
from sp4n.db import db
from sp4n.errors import NotFound, TooMany
from sp4n.sealing import Sealer
from sp4n.web.sites import host_name, request_site

WAITING: Final = "second_step"  # in the cookie: who has shown which password, and when
ASKED: Final = "passkey"  # in the cookie: the challenge that a key is to answer
PATIENCE: Final = 600  # seconds between the two steps


def wait_for_second_step(account: Person, next_path: str, kept_form: str) -> ResponseReturnValue:
    begin_waiting(account, next_path)
    return second_step_page(account, CodeForm(formdata=None, kept=kept_form), 200)


def begin_waiting(account: Person, next_path: str) -> None:
    """After the password: nothing of the time before stays, as after a sign-in."""
    login.end()
    session[WAITING] = {
        "id": account.id,
        "password": password_stamp(db.session(), account_id=account.id),
        "site": request_site(request).name,
        "at": int(clock.now().timestamp()),
        "next": next_path,
    }


@public
def second_step() -> ResponseReturnValue:
    account = waiting_account()
    if account is None:
        return from_start()
    form = CodeForm()
    if not form.validate_on_submit():
        return second_step_page(account, form, form.status if form.is_submitted() else 200)
    return answered(form, account, partial(let_in, form, account))


def answered(
    form: CodeForm | PasskeyForm, account: Person, let_in: Callable[[Attempt], ResponseReturnValue]
) -> ResponseReturnValue:
    """As often as it may be tried; else, or where it is refused, the page with the reason."""
    try:
        attempt = throttle().attempt(
            "second_step", account=account.email, address=request.remote_addr
        )
    except TooMany as refusal:
        form.form_errors.append(refusal.message)
        headers = {"Retry-After": str(refusal.retry_after)}
        return second_step_page(account, form, refusal.status, headers)
    page = None
    with form.answering():
        page = let_in(attempt)
    return page or second_step_page(account, form, form.status)


def let_in(form: CodeForm, account: Person, attempt: Attempt) -> ResponseReturnValue:
    done = second_factor.second_step(
        db.session(),
        account=account,
        code=form.code.data,
        sealer=sealer(),
        device=device_name(request.user_agent.string),
    )
    attempt.succeeded()
    return welcome(done, session[WAITING].get("next") or "", form.kept.data)


def welcome(done: SignIn, next_path: str, kept_form: str | None) -> ResponseReturnValue:
    """Signed in: on to what was sent before, else to where the person was going."""
    next_path = safe_next(next_path) or ""
    login.begin(done.token)
    waiting = kept.opened(kept_form)
    if waiting and waiting.may_be_shown_to(done.person.id):
        return kept.page_to_send_again(waiting)
    if waiting:
        flash(kept.not_yours(), "info")
    return redirect(request.script_root + next_path if next_path else home_of(audience()), 303)


@requires(Permission.OWN_ACCOUNT)
def factor() -> ResponseReturnValue:
    """What holds, and the way to the other."""
    return own_page(CurrentPasswordForm(formdata=None))


@requires(Permission.OWN_ACCOUNT)
def begin_factor() -> ResponseReturnValue:
    form, me = CurrentPasswordForm(), myself()
    if form.validate():
        attempt = throttle().attempt("sign_in", account=me.email, address=request.remote_addr)
        with form.answering():
            second_factor.begin_setup(
                db.session(),
                account=me,
                password=form.current.data,
                sealer=sealer(),
                shared=login.accounts_are_shared(),
            )
        if not form.errors:
            attempt.succeeded()
            return redirect(url_for("set_up_factor"), 303)
    return own_page(form, form.status)


@requires(Permission.OWN_ACCOUNT)
def set_up_factor() -> ResponseReturnValue:
    found = setup()
    if found is None:
        return redirect(url_for("factor"), 303)
    form = CodeForm()
    if form.validate_on_submit():
        codes: list[str] = []
        with form.answering():
            codes = second_factor.confirm(
                db.session(),
                account=myself(),
                code=form.code.data,
                sealer=sealer(),
                token=login.shown_token(),
            )
        if codes:
            return render_template("accounts/recovery_codes.html", codes=codes)
    page = render_template("accounts/set_up_factor.html", form=form, setup=found)
    return page, form.status if form.is_submitted() else 200


@requires(Permission.OWN_ACCOUNT)
def factor_picture() -> ResponseReturnValue:
    """Of the secret that is being set up: to its owner, and kept nowhere."""
    found = setup()
    if found is None:
        raise NotFound
    drawn = BytesIO()
    segno.make(found.uri, error="m").save(drawn, kind="png", scale=5, border=4)
    return Response(drawn.getvalue(), mimetype="image/png")


@requires(Permission.OWN_ACCOUNT)
def turn_off_factor() -> ResponseReturnValue:
    form, me = CurrentPasswordForm(), myself()
    if form.validate():
        attempt = throttle().attempt("sign_in", account=me.email, address=request.remote_addr)
        with form.answering():
            second_factor.turn_off(db.session(), account=me, password=form.current.data)
        if not form.errors:
            attempt.succeeded()
            flash(_("Verifikasi dua langkah sudah dimatikan."), "ok")
            return redirect(url_for("factor"), 303)
    return own_page(form, form.status)


ROUTES: tuple[tuple[str, Callable[..., ResponseReturnValue], tuple[str, ...]], ...] = (
    ("/masuk/kode", second_step, ("GET", "POST")),
    ("/akun/dua-langkah", factor, ("GET",)),
    ("/akun/dua-langkah/mulai", begin_factor, ("POST",)),
    ("/akun/dua-langkah/pasang", set_up_factor, ("GET", "POST")),
    ("/akun/dua-langkah/gambar", factor_picture, ("GET",)),
    ("/akun/dua-langkah/matikan", turn_off_factor, ("POST",)),
)


def waiting_account() -> Person | None:
    """Who has shown the password on this site, a short while ago; nobody once it was changed."""
    found: dict[str, Any] = session.get(WAITING) or {}
    if found.get("site") != request_site(request).name:
        return None
    if not 0 <= clock.now().timestamp() - found.get("at", 0) <= PATIENCE:
        return None
    try:
        person = person_by_id(db.session(), person_id=found["id"])
    except NotFound:
        return None
    if found.get("password") != password_stamp(db.session(), account_id=person.id):
        return None
    return person if person.active else None


def myself() -> Person:
    me = login.signed_in()
    if me is None:
        raise NotFound
    return person_by_id(db.session(), person_id=me.id)


def setup() -> second_factor.Setup | None:
    issuer = f"SP4N {g.agency.short_name if g.agency else _('Nasional')}"
    return second_factor.setup_of(db.session(), account=myself(), sealer=sealer(), issuer=issuer)


def own_page(form: CurrentPasswordForm, status: int = 200) -> ResponseReturnValue:
    me = myself()
    page = render_template(
        "accounts/factor.html",
        form=form,
        on=second_factor.is_on(db.session(), account_id=me.id),
        keys=passkeys.passkeys_of(db.session(), account_id=me.id),
        left=second_factor.codes_left(db.session(), account_id=me.id),
        demo=login.accounts_are_shared(),
        last_asked=factors.is_last_asked(db.session(), account=me),
        zone=g.agency.zone if g.agency else clock.CAPITAL,
    )
    return page, status


def second_step_page(
    account: Person,
    form: CodeForm | PasskeyForm,
    status: int,
    headers: dict[str, str] | None = None,
) -> ResponseReturnValue:
    """By key, where the person has one for this site, and by code. `form`: what was sent."""
    here, keys = party(), passkeys.passkeys_of(db.session(), account_id=account.id)
    options = ""
    if any(key.domain == here.domain for key in keys):
        options = passkeys.signing_options(
            db.session(), party=here, challenge=ask_anew(), account=account
        )
    by_code = CodeForm(formdata=None, kept=form.kept.data or "")
    by_code.form_errors = list(form.form_errors)
    page = render_template(
        "accounts/second_step.html",
        form=form if isinstance(form, CodeForm) else by_code,
        passkey_form=PasskeyForm(formdata=None, kept=form.kept.data or ""),
        options=options,
        keys=keys,
        app=second_factor.is_on(db.session(), account_id=account.id),
    )
    return page, status, headers or {}


def from_start() -> ResponseReturnValue:
    flash(_("Masuk sekali lagi dari awal."), "soon")
    return redirect(url_for("sign_in"), 303)


def party() -> Party:
    """Keys are bound to the house's own domain where the site is below it, so that they outlive an
    agency's renaming; at a domain of an agency's own, to that. Browsers take no domain of a single
    word but the host itself."""
    settings: Settings = current_app.extensions["sp4n.settings"]
    host, base = host_name(request.host), settings.base_domain
    below = "." in base and (host == base or host.endswith(f".{base}"))
    return Party(
        domain=base if below else host,
        origin=f"{settings.public_scheme}://{request.host.lower()}",
        name=g.agency.short_name if g.agency else "SP4N",
    )


def ask_anew() -> Challenge:
    challenge = new_challenge()
    session[ASKED] = written(challenge)
    return challenge


def written(challenge: Challenge) -> dict[str, str]:
    secret = b64encode(challenge.secret).decode()
    return {"challenge": secret, "at": challenge.made_at.isoformat()}


def read(found: dict[str, str] | None) -> Challenge | None:
    """Out of the signed cookie."""
    if found is None:
        return None
    return Challenge(b64decode(found["challenge"]), datetime.fromisoformat(found["at"]))


def sealer() -> Sealer:
    found: Sealer = current_app.extensions["sp4n.factor_sealer"]
    return found


def url_for(endpoint: str) -> str:
    """Of this room, on this site."""
    return flask_url_for(f"{ACCOUNTS[audience()]}.{endpoint}")
