"""What was typed is not lost when a sign-in has ended meanwhile.

The fields wait on the sign-in page itself, signed for this site and for a while, and come back as
a page from which they can be sent again. Passwords are never kept, files cannot be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer

from sp4n.accounts import queries
from sp4n.accounts.forms import SignInForm
from sp4n.accounts.lifetimes import KEPT_FORM
from sp4n.accounts.login import shown_token
from sp4n.db import db
from sp4n.tenants.resolver import was_agencys_own
from sp4n.web.headers import CONTENT_SECURITY_POLICY
from sp4n.web.sites import host_name, request_site

MOST = 200_000  # characters of all fields together
SECRETS = ("password", "current", "credential", "secret")
CODE = "code"  # of the second step, by its whole name: an access code is kept
PREVIEWED = 400  # characters of a field that the page shows before one opens the rest
SHORTEST_SHOWN = 4  # what is shorter are ticks and numbers, which say nothing without their names


@dataclass(frozen=True)
class KeptForm:
    """`path` within the site; `owner` is whose sign-in had ended, where that is known."""

    path: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool
    owner: int | None = None

    def may_be_shown_to(self, person_id: int) -> bool:
        return self.owner in (None, person_id)


def here() -> str:
    """This address within its site."""
    query = request.query_string.decode("ascii", "replace")
    return request.path + (f"?{query}" if query else "")


def typed_fields() -> tuple[tuple[str, str], ...]:
    """Without NUL, which no page can hold, nor any field of ours."""
    sent = request.form.items(multi=True)
    return tuple((name, value.replace("\0", "")) for name, value in sent if name != "csrf_token")


def holds_secret() -> bool:
    return CODE in request.form or any(
        secret in name for name in request.form for secret in SECRETS
    )


def this_form() -> KeptForm:
    had_files = any(file.filename for file in request.files.values())
    token = shown_token()
    owner = queries.owner_of_token(db.session(), token=token) if token else None
    return KeptForm(here(), typed_fields(), had_files, owner)


def from_this_site() -> bool:
    """Browsers say where a form was sent from; those that do not are not held to it."""
    host = _sent_from()
    return was_agencys_own(host) if host != host_name(request.host) else _from_this_host()


def _from_this_host() -> bool:
    said = request.headers.get("Sec-Fetch-Site", "same-origin")
    return _sent_from() == host_name(request.host) and said in ("same-origin", "none")


def _sent_from() -> str:
    return host_name(request.headers.get("Origin", request.host).rpartition("/")[2])


def form_at_old_address(to: str) -> ResponseReturnValue:
    """A form that lay open while the agency was renamed. Browsers let no form be redirected to
    another host, so a page stands between, from where it is sent by its owner's hand. What another
    site sent is not passed on: it would come to the new address as if from this one."""
    fields = typed_fields() if _from_this_host() and not holds_secret() else ()
    had_files = any(file.filename for file in request.files.values())
    page = make_response(
        render_template("accounts/moved.html", to=to, fields=fields, had_files=had_files), 409
    )
    there = "/".join(to.split("/")[:3])
    policy = CONTENT_SECURITY_POLICY.replace("form-action 'self'", f"form-action {there}")
    page.headers["Content-Security-Policy"] = policy
    # Or browsers send it on from origin "null", which the new address takes for another site's.
    page.headers["Referrer-Policy"] = "strict-origin"
    return page


def sign_in_page_with_form(accounts: str) -> ResponseReturnValue:
    """For a POST that met no sign-in. `accounts`: the blueprint of the sign-in page."""
    kept, too_much = "", False
    if typed_fields() and not holds_secret():
        form = this_form()
        too_much = sum(len(name) + len(value) for name, value in form.fields) > MOST
        kept = "" if too_much else _sealed(form)
    page = SignInForm(formdata=None, kept=kept)
    shown = "lost" if too_much else ("kept" if kept else "ended")
    return sign_in_page(page, accounts=accounts, ended=shown, status=401)


def sign_in_page(
    form: SignInForm, *, accounts: str, ended: str = "", status: int = 200
) -> ResponseReturnValue:
    """`ended`: what became of a form that met no sign-in: kept, lost, or there was none: ended."""
    provider = queries.provider_of(db.session()) if accounts == "accounts" else None
    page = render_template(
        "accounts/sign_in.html",
        form=form,
        accounts=accounts,
        ended=ended,
        provider=provider.name if provider and provider.enabled else "",
    )
    return make_response(page, status)


def opened(sealed: str | None) -> KeptForm | None:
    """None for what was changed, made for another site, or is too old."""
    try:
        data: dict[str, Any] = _serializer().loads(
            sealed or "", max_age=int(KEPT_FORM.total_seconds())
        )
        fields = tuple((str(name), str(value)) for name, value in data["fields"])
        return KeptForm(str(data["path"]), fields, bool(data["files"]), data["owner"])
    except (BadData, KeyError, TypeError, ValueError):
        return None


def page_to_send_again(form: KeptForm, status: int = 200) -> ResponseReturnValue:
    action = request.script_root + form.path
    seen = [value for _name, value in form.fields if len(value.strip()) >= SHORTEST_SHOWN]
    page = render_template(
        "accounts/send_again.html", form_kept=form, action=action, seen=seen, most=PREVIEWED
    )
    return make_response(page, status)


def not_yours() -> str:
    return str(_("Isian tadi dikirim oleh orang lain, jadi tidak ditampilkan di sini."))


def _sealed(form: KeptForm) -> str:
    data = {
        "path": form.path,
        "fields": form.fields,
        "files": form.had_files,
        "owner": form.owner,
    }
    return str(_serializer().dumps(data))


def _serializer() -> URLSafeTimedSerializer:
    """The site is part of the key: what was typed at one agency opens at no other."""
    salt = f"kept-form:{request_site(request).name}"
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=salt)
