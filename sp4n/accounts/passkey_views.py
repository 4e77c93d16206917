"""Signing in with a passkey, alone or after the password, and the keys of one's own account."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import partial
from typing import Final

from flask import flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n.accounts import login, passkeys, second_factor
from sp4n.accounts.doors import public, requires
from sp4n.accounts.forms import AddPasskeyForm, CurrentPasswordForm, PasskeyForm
from sp4n.accounts.passkeys import new_challenge
from sp4n.accounts.people import Person
from sp4n.accounts.permissions import Permission
from sp4n.accounts.second_step_views import (
    ASKED,
    WAITING,
    answered,
    ask_anew,
    from_start,
    myself,
    party,
    read,
    url_for,
    waiting_account,
    welcome,
    written,
)
from sp4n.accounts.throttle import Attempt, throttle
from sp4n.accounts.words import device_name
from sp4n.db import db
from sp4n.errors import TooMany

NEW: Final = (
    "new_passkey"  # in the cookie: a key that is being added, whose owner showed a password
)


@public
def passkey_sign_in() -> ResponseReturnValue:
    """Without a password. First the question, then its answer."""
    form = PasskeyForm()
    if not form.is_submitted() or not form.validate():
        return redirect(url_for("sign_in"), 303)
    if not form.credential.data:
        return question(form, 200)
    try:
        attempt = throttled("sign_in", None)
    except TooMany as refusal:
        form.form_errors.append(refusal.message)
        return question(form, refusal.status, {"Retry-After": str(refusal.retry_after)})
    page = None
    with form.answering():
        page = let_in(form, attempt)
    return page or question(form, form.status)


@public
def second_step_passkey() -> ResponseReturnValue:
    """After the password."""
    account, form = waiting_account(), PasskeyForm()
    if account is None:
        return from_start()
    if not form.is_submitted() or not form.validate():
        return redirect(url_for("second_step"), 303)
    return answered(form, account, partial(let_in, form, account=account))


@requires(Permission.OWN_ACCOUNT)
def new_passkey() -> ResponseReturnValue:
    form, me = AddPasskeyForm(), myself()
    if form.is_submitted() and form.validate():
        attempt = throttled("sign_in", me.email)
        name = ""
        with form.answering():
            name = passkeys.begin_adding(
                db.session(),
                account=me,
                password=form.current.data,
                name=form.name.data,
                shared=login.accounts_are_shared(),
            )
        if name:
            attempt.succeeded()
            handle = passkeys.handle_of(db.session(), account=me)
            handle_text = b64encode(handle).decode()
            session[NEW] = {**written(new_challenge()), "name": name, "handle": handle_text}
            return redirect(url_for("set_up_passkey"), 303)
    if not form.is_submitted():
        form.name.data = device_name(request.user_agent.string)
    page = render_template("accounts/new_passkey.html", form=form)
    return page, form.status if form.is_submitted() else 200


@requires(Permission.OWN_ACCOUNT)
def set_up_passkey() -> ResponseReturnValue:
    kept = session.get(NEW)
    challenge = read(kept)
    if kept is None or challenge is None or not challenge.holds:
        return redirect(url_for("new_passkey"), 303)
    form, me, here = PasskeyForm(), myself(), party()
    handle = b64decode(kept["handle"])
    codes: list[str] | None = None
    if form.validate_on_submit():
        with form.answering():
            codes = passkeys.add_passkey(
                db.session(),
                account=me,
                name=kept["name"],
                answer=form.credential.data or "",
                party=here,
                challenge=challenge,
                handle=handle,
                token=login.shown_token(),
            )
    if codes is not None:
        return added(codes)
    form.credential.data = ""
    options = passkeys.adding_options(
        db.session(), account=me, party=here, challenge=challenge, handle=handle
    )
    page = render_template(
        "accounts/set_up_passkey.html", form=form, options=options, domain=here.domain
    )
    return page, form.status if form.is_submitted() else 200


@requires(Permission.OWN_ACCOUNT)
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    form, me = CurrentPasswordForm(), myself()
    key = passkeys.passkey_by_id(db.session(), account=me, passkey_id=passkey_id)
    if form.validate_on_submit():
        attempt = throttled("sign_in", me.email)
        with form.answering():
            passkeys.remove_passkey(
                db.session(),
                account=me,
                passkey_id=passkey_id,
                password=form.current.data,
                token=login.shown_token(),
            )
        if not form.errors:
            attempt.succeeded()
            flash(_("Kunci sandi sudah dihapus. Semua perangkat lain sudah dikeluarkan."), "ok")
            return redirect(url_for("factor"), 303)
    page = render_template("accounts/remove_passkey.html", form=form, key=key)
    return page, form.status if form.is_submitted() else 200


@requires(Permission.OWN_ACCOUNT)
def new_codes() -> ResponseReturnValue:
    form, me = CurrentPasswordForm(), myself()
    codes: list[str] = []
    if form.validate_on_submit():
        attempt = throttled("sign_in", me.email)
        with form.answering():
            codes = second_factor.replace_codes(
                db.session(), account=me, password=form.current.data
            )
        if codes:
            attempt.succeeded()
            return render_template("accounts/recovery_codes.html", codes=codes, renewed=True)
    page = render_template("accounts/new_codes.html", form=form)
    return page, form.status if form.is_submitted() else 200


ROUTES: tuple[tuple[str, Callable[..., ResponseReturnValue], tuple[str, ...]], ...] = (
    ("/masuk/kunci-sandi", passkey_sign_in, ("GET", "POST")),
    ("/masuk/kode/kunci-sandi", second_step_passkey, ("GET", "POST")),
    ("/akun/kunci-sandi/baru", new_passkey, ("GET", "POST")),
    ("/akun/kunci-sandi/pasang", set_up_passkey, ("GET", "POST")),
    ("/akun/kunci-sandi/<int:passkey_id>/hapus", remove_passkey, ("GET", "POST")),
    ("/akun/dua-langkah/kode-baru", new_codes, ("GET", "POST")),
)


def let_in(
    form: PasskeyForm, attempt: Attempt, account: Person | None = None
) -> ResponseReturnValue:
    challenge = read(session.get(ASKED))
    done = passkeys.sign_in_with_passkey(
        db.session(),
        answer=form.credential.data or "",
        party=party(),
        challenge=challenge or new_challenge(),  # which nobody has answered
        device=device_name(request.user_agent.string),
        account=account,
    )
    attempt.succeeded()
    next_path = session[WAITING].get("next") if account else form.next.data
    return welcome(done, next_path or "", form.kept.data)


def added(codes: list[str]) -> ResponseReturnValue:
    session.pop(NEW, None)
    if codes:
        return render_template("accounts/recovery_codes.html", codes=codes)
    flash(_("Kunci sandi sudah ditambahkan."), "ok")
    return redirect(url_for("factor"), 303)


def question(
    form: PasskeyForm, status: int, headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    form.credential.data = ""
    options = passkeys.signing_options(db.session(), party=party(), challenge=ask_anew())
    page = render_template("accounts/passkey_sign_in.html", form=form, options=options)
    return page, status, headers or {}


def throttled(act: str, account: str | None) -> Attempt:
    return throttle().attempt(act, account=account, address=request.remote_addr)
