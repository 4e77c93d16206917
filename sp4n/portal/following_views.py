"""What others do with a public case: say that it is theirs, too, and follow it by mail.

Pages of their own, so that the case's page stays the same for everyone. The token of a supporter is
in a cookie that is sent to these pages only.
"""

from __future__ import annotations

import re
import secrets
from typing import Final

from flask import (
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n.accounts.throttle import network_of, throttle
from sp4n.accounts.words import slow_down
from sp4n.cases.following import (
    CONFIRM_KEY,
    END_KEY,
    ask_to_follow,
    confirm_follower,
    end_following,
    follower_with,
)
from sp4n.cases.models import PublicCase
from sp4n.cases.public_models import CaseFollower
from sp4n.cases.queries import public_case
from sp4n.cases.supporting import support_case, supports, withdraw_support
from sp4n.db import db
from sp4n.errors import NotFound, TooMany
from sp4n.portal.blueprints import agency as bp
from sp4n.portal.forms import FollowForm
from sp4n.sealing import keyed_hash
from sp4n.web.language import current_language
from sp4n.web.sites import request_site

COOKIE: Final = "dukungan"
YEAR: Final = 31_536_000
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}")
# Over all agencies: questions to one address in a day, and from one network in an hour.
MOST_TO_ONE: Final = 6
MOST_FROM_ONE: Final = 40


def secret_key() -> str:
    key: str = current_app.extensions["sp4n.settings"].secret_key
    return key


def shown(reference: str) -> PublicCase:
    return public_case(db.session(), agency_id=g.agency.id, reference=reference)


def token() -> str:
    """Of this browser; "" where it has none, or one that we never gave."""
    held = request.cookies.get(COOKIE, "")
    return held if TOKEN.fullmatch(held) else ""


@bp.route("/dukungan/<reference>", methods=["GET", "POST"])
def support(reference: str) -> ResponseReturnValue:
    case = shown(reference)
    if request.method == "POST":
        return add_support(case)
    mine = supports(db.session(), case=case, token=token(), secret=secret_key())
    return render_template("portal/agency/support.html", case=case, mine=mine)


def add_support(case: PublicCase) -> ResponseReturnValue:
    mine = token() or secrets.token_urlsafe(16)
    throttle().attempt("support", account=None, address=request.remote_addr)
    if support_case(db.session(), case=case, token=mine, secret=secret_key()):
        flash(_("Tercatat: Anda juga mengalaminya."), "ok")
    answer = make_response(redirect(url_for(".support", reference=case.reference), 303))
    keep_token(answer, mine)
    return answer


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


@bp.route("/laporan/<reference>/ikuti", methods=["GET", "POST"])
def follow(reference: str) -> ResponseReturnValue:
    case, form = shown(reference), FollowForm()
    if not form.is_submitted():
        return render_template("portal/agency/follow.html", case=case, form=form)
    if not form.validate():
        return render_template("portal/agency/follow.html", case=case, form=form), 422
    address = form.email.data
    if may_ask(address):
        ask_to_follow(
            db.session(),
            case=case,
            address=address,
            language=current_language(),
            sealer=current_app.extensions["sp4n.sealer"],
            secret=secret_key(),
        )
    return redirect(url_for(".follow_asked", reference=case.reference), 303)


def may_ask(address: str) -> bool:
    """Raises TooMany for who asks too much; False, and nobody is told, for who was asked enough:
    whether others have asked for an address is nobody's business."""
    network = network_of(request.remote_addr)
    if counted(f"from:{network}", 3600) > MOST_FROM_ONE:
        raise TooMany(slow_down(3600), retry_after=3600)
    throttle().attempt("follow", account=None, address=request.remote_addr)
    return counted(f"to:{address.casefold()}", 86_400) <= MOST_TO_ONE


def counted(who: str, seconds: int) -> int:
    """At all agencies together, hashed as other limits are."""
    digest = keyed_hash(secret_key(), who, purpose="follow-limit").hex()[:32]
    return throttle().counters.count(f"follow:{digest}", seconds)


@bp.get("/laporan/<reference>/ikuti/terkirim")
def follow_asked(reference: str) -> ResponseReturnValue:
    return render_template("portal/agency/follow_asked.html", case=shown(reference))


@bp.route("/ikuti/<follow_key>", methods=["GET", "POST"])
def confirm_follow(follow_key: str) -> ResponseReturnValue:
    """By a button: programs that look through mail open links, and must not confirm them."""
    follower = one_who_follows(follow_key, CONFIRM_KEY)
    case = db.session.get(PublicCase, (follower.agency_id, follower.case_id))
    if case is None:
        raise NotFound
    if request.method == "POST":
        confirm_follower(db.session(), follower=follower)
        return redirect(url_for(".confirm_follow", follow_key=follow_key), 303)
    done = follower.confirmed_at is not None
    about = {"case": case, "done": done, "follow_key": follow_key}
    return render_template("portal/agency/follow_confirm.html", **about)


@bp.route("/ikuti/<follow_key>/berhenti", methods=["GET", "POST"])
def unfollow(follow_key: str) -> ResponseReturnValue:
    follower = one_who_follows(follow_key, END_KEY)
    done = request.method == "POST"
    if done:
        end_following(db.session(), follower=follower)
    return render_template("portal/agency/unfollow.html", done=done, follow_key=follow_key)


def one_who_follows(key: str, purpose: str) -> CaseFollower:
    return follower_with(db.session(), key=key, secret=secret_key(), purpose=purpose)


@bp.record_once
def ended_by_one_click(state: BlueprintSetupState) -> None:
    """Mail programs send it themselves (RFC 8058), without a token of ours; the key is one."""
    state.app.extensions["csrf"].exempt(unfollow)
