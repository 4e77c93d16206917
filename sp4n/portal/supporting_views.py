""" "Saya juga": who reads a public case says that it is theirs, too.

A page of its own, so that the case's page stays the same for everyone: it gives the browser a
token, in a cookie that is sent to these pages only, and its form a ticket. Without both nothing is
counted.
"""

from __future__ import annotations

import re
import secrets
from ipaddress import ip_address, ip_network
from typing import Any, Final

from flask import (
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n.accounts.throttle import network_of, place, throttle
from sp4n.accounts.words import wait_in_words
from sp4n.cases.models import PublicCase
from sp4n.cases.supporting import (
    support_case,
    support_ticket,
    supports,
    ticket_holds,
    withdraw_support,
)
from sp4n.db import db
from sp4n.errors import TooMany
from sp4n.portal.blueprints import agency as bp
from sp4n.portal.following_views import secret_key, shown
from sp4n.sealing import keyed_hash
from sp4n.web.sites import request_site

COOKIE: Final = "dukungan"
YEAR: Final = 31_536_000
DAY: Final = 86_400
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}")
# Of one case, in a day: from one subscriber, whose household may have some browsers, and from those
# near by. Many people share an address of a mobile network, so neither is one.
MOST_OF_ONE: Final = 5
MOST_NEAR: Final = 40


def token() -> str:
    """Of this browser; "" where it has none, or one that we never gave."""
    held = request.cookies.get(COOKIE, "")
    return held if TOKEN.fullmatch(held) else ""


@bp.route("/dukungan/<reference>", methods=["GET", "POST"])
def support(reference: str) -> ResponseReturnValue:
    case = shown(reference)
    if request.method == "POST":
        return add_support(case)
    return support_page(case)


def support_page(case: PublicCase, *, stale: bool = False) -> Response:
    mine = token() or secrets.token_urlsafe(16)
    answer = make_response(
        render_template(
            "portal/agency/support.html",
            case=case,
            stale=stale,
            mine=supports(db.session(), case=case, token=mine, secret=secret_key()),
            ticket=support_ticket(case=case, token=mine, secret=secret_key()),
        ),
        422 if stale else 200,
    )
    keep_token(answer, mine)
    return answer


def add_support(case: PublicCase) -> ResponseReturnValue:
    throttle().attempt("support", account=None, address=request.remote_addr)
    about: dict[str, Any] = {"case": case, "token": token(), "secret": secret_key()}
    if not ticket_holds(request.form.get("ticket", ""), **about):
        return support_page(case, stale=True)
    if not supports(db.session(), **about):
        not_too_many(case)
    if support_case(db.session(), **about):
        flash(_("Tercatat: Anda juga mengalaminya."), "ok")
    return redirect(url_for(".support", reference=case.reference), 303)


def not_too_many(case: PublicCase) -> None:
    """Taking one back gives no other: the day's count only grows."""
    for network, most in networks(request.remote_addr):
        who = keyed_hash(secret_key(), f"{case.id}:{network}", purpose="support-limit")
        key = f"{place()}:supports:{who.hex()[:32]}"
        if throttle().counters.count(key, DAY) > most:
            wait = max(throttle().counters.seconds_left(key), 1)
            raise TooMany(too_many(wait), retry_after=wait)


def too_many(wait: int) -> str:
    words = _(
        "Dari jaringan Anda sudah banyak yang mengatakannya tentang laporan ini. "
        "Coba lagi dalam %(wait)s, atau buat laporan sendiri.",
        wait=wait_in_words(wait),
    )
    return str(words)


def networks(address: str | None) -> list[tuple[str, int]]:
    """The subscriber's own, and the one around it: /24, /48."""
    own = network_of(address)
    if not own:
        return [("", MOST_OF_ONE)]
    ip = ip_address(address or "")
    around = ip_network((ip, 48 if ip.version == 6 else 24), strict=False)
    return [(own, MOST_OF_ONE), (f"near {around}", MOST_NEAR)]


@bp.post("/dukungan/<reference>/tarik")
def take_back_support(reference: str) -> ResponseReturnValue:
    case = shown(reference)
    throttle().attempt("support", account=None, address=request.remote_addr)
    if token() and withdraw_support(db.session(), case=case, token=token(), secret=secret_key()):
        flash(_("Dukungan Anda ditarik kembali."), "ok")
    return redirect(url_for(".support", reference=case.reference), 303)


def keep_token(answer: Response, mine: str) -> None:
    """Sent back to the pages of supporting only: others stay the same for everyone."""
    answer.set_cookie(
        COOKIE,
        mine,
        max_age=YEAR,
        path=f"{request_site(request).prefix}/dukungan",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
