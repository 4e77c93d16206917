"""Following a public case by mail. Pages of their own, so that the case's page stays the same for
everyone."""

from __future__ import annotations

from typing import Final

from flask import current_app, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

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
from sp4n.db import db
from sp4n.errors import NotFound, TooMany
from sp4n.portal.blueprints import agency as bp
from sp4n.portal.forms import FollowForm
from sp4n.sealing import keyed_hash
from sp4n.web.language import current_language

# Over all agencies: questions to one address in a day, and from one network in an hour.
MOST_TO_ONE: Final = 6
MOST_FROM_ONE: Final = 40


def secret_key() -> str:
    key: str = current_app.extensions["sp4n.settings"].secret_key
    return key


def shown(reference: str) -> PublicCase:
    return public_case(db.session(), agency_id=g.agency.id, reference=reference)


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
