"""Signing in at the agency's own OpenID Connect provider: there, and back."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from flask import current_app, flash, g, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n import clock
from sp4n.accounts import kept, login
from sp4n.accounts.doors import audience, home_of, public, requires
from sp4n.accounts.forms import SignInForm
from sp4n.accounts.kept_away import LONGEST_KEY, keep_away, kept_with
from sp4n.accounts.models import IdentityProvider
from sp4n.accounts.openid import LONGEST_CODE, Away, Client, OpenID, Question, refused
from sp4n.accounts.permissions import Permission
from sp4n.accounts.provider import secret_of, sign_in_by_provider
from sp4n.accounts.queries import provider_of
from sp4n.accounts.second_step_views import begin_waiting, url_for, welcome
from sp4n.accounts.throttle import Attempt, throttle
from sp4n.accounts.words import device_name
from sp4n.db import db
from sp4n.errors import NotFound, TooMany
from sp4n.sealing import Sealer
from sp4n.tenants.addresses import agency_url

GONE: Final = "openid"  # in the cookie: who was sent to the provider, with what question
KEPT: Final = "simpan"  # in the address: by what the form that waits is found
PATIENCE: Final = timedelta(minutes=15)
START, BACK, WAITS = "/masuk/penyedia", "/masuk/penyedia/kembali", "/masuk/isian"


@public
def provider_start() -> ResponseReturnValue:
    """To the provider; first to the one address of ours that it knows."""
    row = provider_in_use()
    main = agency_url(g.agency, START)
    if urlsplit(main)[1:3] != (request.host, request.root_path + request.path):
        query = request.query_string.decode("latin-1")
        return redirect(main + (f"?{query}" if query else ""), 303)
    key = key_brought()
    form, address = SignInForm(formdata=None, kept=waiting_form(key)), ""
    try:
        throttled("provider")  # given back by who signs in
    except TooMany as refusal:
        return told_to_wait(form, refusal)
    with form.answering():
        client, question = client_of(row), Question.new()
        db.session.rollback()  # the connection is not held while others are waited for
        address = openid().address_of_question(client, question)
    if not address:
        return kept.sign_in_page(form, accounts="accounts", status=form.status)
    session[GONE] = {
        "state": question.state,
        "nonce": question.nonce,
        "verifier": question.verifier,
        "issuer": client.issuer,
        "at": clock.now().isoformat(),
        "next": f"{WAITS}?{KEPT}={key}" if key else request.args.get("next", "")[:2000],
    }
    return redirect(address, 303)


@public
def provider_keep() -> ResponseReturnValue:
    """What was typed before is put away first. From a page of ours on: browsers let no form lead to
    another site, not even by way of ours."""
    row, form = provider_in_use(), SignInForm()
    text = form.kept.data or ""
    found, key = kept.opened(text), ""
    if found is not None and found.owner is not None:  # of someone who was signed in here
        key = keep_away(db.session(), sealed=text, sealer=provider_sealer(), secret=secret_key())
    asked = {"next": form.next.data or "", KEPT: key}
    to = request.script_root + START
    query = urlencode({name: value for name, value in asked.items() if value})
    to += f"?{query}" if query else ""
    page = make_response(
        render_template("accounts/provider_go.html", name=row.name, to=to, kept=bool(key))
    )
    if key:
        page.headers["Refresh"] = f"0; url={to}"
    return page


@requires(Permission.OWN_ACCOUNT)
def kept_page() -> ResponseReturnValue:
    """To be sent again, once its owner is signed in."""
    me, found = login.signed_in(), kept.opened(waiting_form(key_brought()))
    if found is not None and me is not None and found.may_be_shown_to(me.id):
        return kept.page_to_send_again(found)
    flash(
        kept.not_yours() if found else _("Isian itu tidak tersimpan lagi; waktunya 30 menit."),
        "info",
    )
    return redirect(home_of(audience()), 303)


@public
def provider_back() -> ResponseReturnValue:
    """Only who brings the state of this very browser counts as an attempt."""
    form, row = SignInForm(formdata=None), provider_in_use()
    gone: dict[str, Any] = session.pop(GONE, None) or {}
    code, page = "", None
    with form.answering():
        client = client_of(row)
        code = code_brought(client, gone)
    if not code:
        return kept.sign_in_page(form, accounts="accounts", status=form.status)
    try:
        asked, attempt = throttled("provider"), throttled("sign_in")
    except TooMany as refusal:
        return told_to_wait(form, refusal)
    with form.answering():
        page = let_in(client, gone, code, attempt)
    if page:
        asked.withdrawn()
        asked.withdrawn()  # the one of its start
    return page or kept.sign_in_page(form, accounts="accounts", status=form.status)


ROUTES: tuple[tuple[str, Callable[..., ResponseReturnValue], tuple[str, ...]], ...] = (
    (START, provider_start, ("GET",)),
    (START, provider_keep, ("POST",)),
    (BACK, provider_back, ("GET",)),
    (WAITS, kept_page, ("GET",)),
)


def let_in(
    client: Client, gone: dict[str, Any], code: str, attempt: Attempt
) -> ResponseReturnValue:
    question = Question(gone["state"], gone["nonce"], gone["verifier"])
    db.session.rollback()
    try:
        claims = openid().claims(client, question, code)
    except Away:
        attempt.withdrawn()
        session[GONE] = gone  # the code may be good still: this address can be loaded again
        raise
    done = sign_in_by_provider(
        db.session(),
        claims=claims,
        issuer=client.issuer,
        began_at=datetime.fromisoformat(gone["at"]),
        device=device_name(request.user_agent.string),
    )
    attempt.succeeded()
    if not done.token:
        begin_waiting(done.person, gone["next"])
        return redirect(url_for("second_step"), 303)
    return welcome(done, gone["next"], None)


def key_brought() -> str:
    return request.args.get(KEPT, "")[:LONGEST_KEY]


def waiting_form(key: str) -> str:
    return kept_with(db.session(), key=key, sealer=provider_sealer(), secret=secret_key())


def secret_key() -> str:
    key: str = current_app.extensions["sp4n.settings"].secret_key
    return key


def throttled(act: str) -> Attempt:
    """By address: whose account it is the provider has yet to say."""
    return throttle().attempt(act, account=None, address=request.remote_addr)


def told_to_wait(form: SignInForm, refusal: TooMany) -> ResponseReturnValue:
    form.form_errors.append(refusal.message)
    page = make_response(kept.sign_in_page(form, accounts="accounts", status=refusal.status))
    page.headers["Retry-After"] = str(refusal.retry_after)
    return page


def code_brought(client: Client, gone: dict[str, Any]) -> str:
    """Of the very question that this browser was sent with."""
    brought = request.args.get("state", "").encode()
    if not gone or not hmac.compare_digest(brought, str(gone["state"]).encode()):
        raise refused(_("Jawaban ini bukan untuk peramban ini, atau sudah dipakai. Mulai lagi."))
    age = clock.now() - datetime.fromisoformat(gone["at"])
    if not timedelta() <= age <= PATIENCE or gone["issuer"] != client.issuer:
        raise refused(_("Terlalu lama di penyedia. Mulai lagi dari sini."))
    if request.args.get("iss", client.issuer) != client.issuer:
        raise refused(_("Jawaban ini datang dari penyedia lain."))
    if request.args.get("error") == "access_denied":
        raise refused(_("Anda membatalkan di halaman penyedia."))
    code = request.args.get("code", "")
    if not 0 < len(code) <= LONGEST_CODE or request.args.get("error"):
        raise refused(_("Penyedia menolak permintaan masuk. Coba sekali lagi."))
    return code


def client_of(row: IdentityProvider) -> Client:
    """Detached: it outlives the transaction."""
    secret = secret_of(row, provider_sealer())
    return Client(row.issuer, row.client_id, secret, agency_url(g.agency, BACK))


def provider_in_use() -> IdentityProvider:
    row = provider_of(db.session())
    if row is None or not row.enabled:
        raise NotFound
    return row


def provider_sealer() -> Sealer:
    found: Sealer = current_app.extensions["sp4n.provider_sealer"]
    return found


def openid() -> OpenID:
    found: OpenID = current_app.extensions["sp4n.openid"]
    return found
