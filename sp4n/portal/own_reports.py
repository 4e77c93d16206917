"""A reporter's own reports at this agency, for who shows by a mailed link that the address they
typed is theirs. No account; nothing to do with how staff sign in.

Known or not, an address gets the same answer. Anonymous reports are never among them; confidential
ones are, without a word of theirs, and still ask for their code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField
from wtforms.validators import InputRequired

from sp4n import clock
from sp4n.accounts.throttle import network_of, throttle
from sp4n.accounts.words import slow_down
from sp4n.calendars.local_holidays import calendar_of
from sp4n.cases.ending_words import ClockWords
from sp4n.cases.models import CaseRecord
from sp4n.cases.timeline import clock_words
from sp4n.db import db
from sp4n.errors import NotFound, TooMany
from sp4n.organisation.queries import unit_cards
from sp4n.portal.blueprints import agency as bp
from sp4n.portal.forms import FollowForm
from sp4n.reporters.models import ReporterAccess
from sp4n.reporters.operations import (
    access_with,
    ask_link,
    note_seen,
    sign_out,
    use_link,
)
from sp4n.reporters.queries import MOST, access_of, now_with, own_case, own_cases
from sp4n.sealing import keyed_hash
from sp4n.tenants.resolver import AgencyFacts, agency_by_id
from sp4n.web.language import current_language

TOKEN: Final = "reporter"  # noqa: S105 - the name of a key in the session
# Letters to one address in an hour: asked for from one network, and from all; at all agencies.
MOST_FROM_HERE: Final = 3
MOST_TO_ONE: Final = 8
# Questions from one network in an hour, whatever the addresses.
MOST_FROM_ONE: Final = 30
HOUR: Final = 3600


class LinkForm(FollowForm):
    email = EmailField(
        _l("Alamat email Anda"),
        description=_l("Yang Anda tulis saat mengirim laporan."),
        validators=[InputRequired(_l("Isi alamat email Anda."))],
        render_kw={"autocomplete": "email"},
    )


@dataclass(frozen=True)
class OwnLine:
    """`elsewhere`: the agency that has it now. Of a confidential report no word is shown."""

    case: CaseRecord
    clock: ClockWords
    elsewhere: AgencyFacts | None


def secret_key() -> str:
    key: str = current_app.extensions["sp4n.settings"].secret_key
    return key


def reporter() -> ReporterAccess | None:
    """Who is signed in as a reporter, here."""
    token = session.get(TOKEN)
    if not token:
        return None
    access = access_of(db.session(), token=str(token), secret=secret_key())
    if access is not None:
        note_seen(access)
    return access


def case_of_reporter(reference: str) -> CaseRecord | None:
    access = reporter()
    return own_case(db.session(), access, reference=reference) if access else None


@bp.route("/laporan-saya", methods=["GET", "POST"])
def own_reports() -> ResponseReturnValue:
    if request.method == "GET" and (access := reporter()):
        return own_list(access)
    form = LinkForm()
    if not form.is_submitted():
        over = session.pop(TOKEN, None) is not None
        return render_template("portal/own/ask.html", form=form, over=over)
    if not form.validate():
        return render_template("portal/own/ask.html", form=form, over=False), 422
    address = form.email.data
    if may_ask(address):
        ask_link(
            db.session(),
            sealer=current_app.extensions["sp4n.sealer"],
            address=address,
            language=current_language(),
        )
    return redirect(url_for(".link_asked"), 303)


def may_ask(address: str) -> bool:
    """Raises TooMany for a network that asks too much; False, and nobody is told, for an address
    that was written to enough."""
    network = network_of(request.remote_addr)
    if counted(f"from:{network}") > MOST_FROM_ONE:
        raise TooMany(slow_down(HOUR), retry_after=HOUR)
    throttle().attempt("own_reports", account=None, address=request.remote_addr)
    to = address.casefold()
    return counted(f"pair:{to} {network}") <= MOST_FROM_HERE and counted(f"to:{to}") <= MOST_TO_ONE


def counted(who: str) -> int:
    digest = keyed_hash(secret_key(), who, purpose="own-reports-limit").hex()[:32]
    return throttle().counters.count(f"own-reports:{digest}", HOUR)


@bp.get("/laporan-saya/terkirim")
def link_asked() -> ResponseReturnValue:
    return render_template("portal/own/asked.html")


@bp.route("/laporan-saya/masuk/<link_key>", methods=["GET", "POST"])
def open_own_reports(link_key: str) -> ResponseReturnValue:
    """By a button: programs that look through mail open links, and must not use them up."""
    try:
        if request.method == "GET":
            access_with(db.session(), key=link_key, secret=secret_key())
            return render_template("portal/own/enter.html", link_key=link_key)
        token = use_link(db.session(), key=link_key, secret=secret_key())
    except NotFound:
        return render_template("portal/own/over.html"), 404
    session[TOKEN] = token
    return redirect(url_for(".own_reports"), 303)


@bp.post("/laporan-saya/keluar")
def leave_own_reports() -> ResponseReturnValue:
    end_reporter()
    flash(_("Anda sudah keluar. Laporan Anda tidak terbuka lagi di perangkat ini."), "ok")
    return redirect(url_for(".own_reports"), 303)


def end_reporter() -> None:
    token = session.pop(TOKEN, None)
    if token:
        sign_out(db.session(), token=str(token), secret=secret_key())


def own_list(access: ReporterAccess) -> ResponseReturnValue:
    found = own_cases(db.session(), access)
    return render_template(
        "portal/own/list.html",
        lines=own_lines(found[:MOST]),
        more=len(found) > MOST,
        most=MOST,
        address=current_app.extensions["sp4n.sealer"].open(access.sealed)["email"],
    )


def own_lines(cases: Sequence[CaseRecord]) -> list[OwnLine]:
    cards = unit_cards(db.session())
    where = now_with(db.session(), cases)
    agencies = {one: agency_by_id(one) for one in set(where.values())}
    calendar, now = calendar_of(g.agency), clock.now()
    return [
        OwnLine(
            case,
            clock_words(
                case,
                at=now,
                calendar=calendar,
                language=current_language(),
                holder=cards[case.unit_id].name if case.unit_id in cards else g.agency.short_name,
                to_reporter=True,
            ),
            agencies.get(where.get(case.reference, 0)),
        )
        for case in cases
    ]
