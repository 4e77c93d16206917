"""Signing in and out, links for one use, and one's own account: the same pages at an agency and on
the national site. `app.py` registers one blueprint for each."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, session
from flask import url_for as flask_url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n.accounts import doors, kept, login, operations, queries
from sp4n.accounts.doors import audience, public, requires, safe_next
from sp4n.accounts.forms import ChangePasswordForm, ForgottenForm, NewPasswordForm, SignInForm
from sp4n.accounts.passkey_views import ROUTES as PASSKEY_ROUTES
from sp4n.accounts.people import Person
from sp4n.accounts.permissions import Permission
from sp4n.accounts.provider_views import ROUTES as PROVIDER_ROUTES
from sp4n.accounts.second_step_views import ROUTES as SECOND_STEP_ROUTES
from sp4n.accounts.second_step_views import wait_for_second_step, welcome
from sp4n.accounts.throttle import Attempt, throttle
from sp4n.accounts.words import device_name
from sp4n.db import db
from sp4n.errors import NotFound, TooMany
from sp4n.web.forms import Form

LINK = "link"
LONGEST_TOKEN = 100  # a browser drops a cookie that grows too large
NATIONAL_ZONE = ZoneInfo("Asia/Jakarta")


@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm(next=request.args.get("next", ""))
    if not form.is_submitted():
        return redirect(after(None)) if login.signed_in() else shown(form)
    if not form.validate():
        return shown(form, 422)
    try:
        attempt = throttled("sign_in", form.email.data)
    except TooMany as refusal:
        return told_to_wait(form, refusal)
    page = None
    with form.answering():
        page = let_in(form, attempt)
    return page or shown(form, form.status)


def let_in(form: SignInForm, attempt: Attempt) -> ResponseReturnValue:
    done = operations.sign_in(
        db.session(),
        email=form.email.data,
        password=form.password.data,
        device=device_name(request.user_agent.string),
    )
    attempt.succeeded()
    if not done.token:
        return wait_for_second_step(done.person, form.next.data or "", form.kept.data or "")
    return welcome(done, form.next.data or "", form.kept.data)


def told_to_wait(form: SignInForm, refusal: TooMany) -> ResponseReturnValue:
    """On the page itself, so that nothing that was typed or kept is lost."""
    form.form_errors.append(refusal.message)
    page = make_response(shown(form, refusal.status))
    page.headers["Retry-After"] = str(refusal.retry_after)
    return page


@public
def sign_out() -> ResponseReturnValue:
    token = login.shown_token()
    if token:
        operations.sign_out(db.session(), token=token)
    login.end()
    flash(_("Anda sudah keluar."), "ok")
    return redirect(url_for("sign_in"), 303)


@public
def forgotten() -> ResponseReturnValue:
    form = ForgottenForm()
    if form.validate_on_submit():
        throttled("reset", form.email.data)
        operations.request_reset(db.session(), email=form.email.data)
        return render_template("accounts/forgotten_sent.html", email=form.email.data)
    return render_template("accounts/forgotten.html", form=form), status_of(form)


@public
def open_link(token: str) -> ResponseReturnValue:
    """Out of the address at once, so that neither history nor Referer keeps it."""
    session[LINK] = token[:LONGEST_TOKEN]
    page = make_response(redirect(url_for("set_password"), 303))
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


@public
def set_password() -> ResponseReturnValue:
    token = session.get(LINK, "")
    email = queries.address_of_link(db.session(), token=token)
    if email is None:
        return render_template("accounts/link_over.html"), NotFound.status
    form = NewPasswordForm()
    if form.validate_on_submit():
        with form.answering():
            operations.redeem_token(db.session(), token=token, password=form.password.data)
        if not form.errors:
            login.end()
            flash(_("Kata sandi tersimpan. Masuk dengan kata sandi baru itu."), "ok")
            return redirect(url_for("sign_in"), 303)
    return render_template("accounts/set_password.html", form=form, email=email), status_of(form)


@requires(Permission.OWN_ACCOUNT)
def own_account() -> ResponseReturnValue:
    me = myself()
    here = queries.visit(db.session(), token=login.shown_token())
    return render_template(
        "accounts/own_account.html",
        me=me,
        units=queries.units_of(db.session(), account_id=me.id) if audience() == "staff" else [],
        sessions=queries.sessions_of(db.session(), person_id=me.id),
        current=here.session.id if here else None,
        zone=g.agency.zone if g.agency else NATIONAL_ZONE,
    )


@requires(Permission.OWN_ACCOUNT)
def change_password() -> ResponseReturnValue:
    form, me = ChangePasswordForm(), myself()
    if form.validate_on_submit():
        attempt = throttled("sign_in", me.email)
        with form.answering():
            operations.change_password(
                db.session(),
                person=me,
                current=form.current.data,
                password=form.password.data,
                token=login.shown_token(),
            )
        if not form.errors:
            attempt.succeeded()
            flash(_("Kata sandi sudah diganti. Semua perangkat lain sudah dikeluarkan."), "ok")
            return redirect(url_for("own_account"), 303)
    return render_template("accounts/change_password.html", form=form), status_of(form)


@requires(Permission.OWN_ACCOUNT)
def end_session(session_id: int) -> ResponseReturnValue:
    operations.end_session(
        db.session(), person=myself(), session_id=session_id, actor=login.current_actor()
    )
    flash(_("Perangkat itu sudah dikeluarkan."), "ok")
    return redirect(url_for("own_account"), 303)


@requires(Permission.OWN_ACCOUNT)
def end_other_sessions() -> ResponseReturnValue:
    operations.end_all_sessions(
        db.session(),
        person=myself(),
        but_token=login.shown_token(),
        actor=login.current_actor(),
    )
    flash(_("Semua perangkat lain sudah dikeluarkan."), "ok")
    return redirect(url_for("own_account"), 303)


ROUTES: tuple[tuple[str, Callable[..., ResponseReturnValue], tuple[str, ...]], ...] = (
    ("/masuk", sign_in, ("GET", "POST")),
    ("/keluar", sign_out, ("POST",)),
    ("/lupa-sandi", forgotten, ("GET", "POST")),
    ("/atur-sandi/<string:token>", open_link, ("GET",)),
    ("/atur-sandi", set_password, ("GET", "POST")),
    ("/akun", own_account, ("GET",)),
    ("/akun/sandi", change_password, ("GET", "POST")),
    ("/akun/sesi/<int:session_id>/akhiri", end_session, ("POST",)),
    ("/akun/sesi/akhiri-lain", end_other_sessions, ("POST",)),
)


def make_blueprint(name: str) -> Blueprint:
    """ "accounts" for agencies' sites, "national_accounts" for the national one."""
    blueprint = Blueprint(name, __name__)
    doors.guard(blueprint, "national" if name.startswith("national") else "staff")
    own = PROVIDER_ROUTES if name == "accounts" else ()
    for rule, view, methods in (*ROUTES, *SECOND_STEP_ROUTES, *PASSKEY_ROUTES, *own):
        blueprint.add_url_rule(rule, view_func=view, methods=list(methods))
    return blueprint


def url_for(endpoint: str) -> str:
    """Of this room, on this site."""
    return flask_url_for(f"{doors.ACCOUNTS[audience()]}.{endpoint}")


def shown(form: SignInForm, status: int = 200) -> ResponseReturnValue:
    return kept.sign_in_page(form, accounts=doors.ACCOUNTS[audience()], status=status)


def after(next_path: str | None) -> str:
    path = safe_next(next_path)
    return request.script_root + path if path else doors.home_of(audience())


def throttled(act: str, email: str) -> Attempt:
    account = queries.address_key(email)
    return throttle().attempt(act, account=account, address=request.remote_addr)


def myself() -> Person:
    me = login.signed_in()
    if me is None:
        raise NotFound
    return queries.person_by_id(db.session(), person_id=me.id)


def status_of(form: Form) -> int:
    return form.status if form.is_submitted() else 200
