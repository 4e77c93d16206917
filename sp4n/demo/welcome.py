"""What the terminal says when the demo is in: where to look, and as whom."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from sp4n.config import Settings
from sp4n.db import db
from sp4n.demo.marks import Mark
from sp4n.demo.people import NATIONAL_SITE, SignIn, sign_ins
from sp4n.demo.scenarios import TODAY, scenario_named
from sp4n.tenants.addresses import agency_url, national_url
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.scope import opened

SHOWN_SITES = 3


@dataclass(frozen=True)
class Site:
    slug: str


def welcome(mark: Mark) -> str:
    """The national level and the first agencies; `demo accounts` has the others."""
    people = demo_accounts(mark)
    sites = list(dict.fromkeys(one.site for one in people))
    lines = ["Everything in it is invented." + _when(mark), ""]
    for site in sites[:SHOWN_SITES]:
        lines.append(_address(site, "/masuk"))
        lines += [_line(one) for one in _one_of_each_role(people, site)]
    lines += ["", f"{len(sites) - SHOWN_SITES} more sites have sign-ins: sp4n demo accounts"]
    settings: Settings = current_app.extensions["sp4n.settings"]
    if settings.smtp_url is None:
        lines.append(f"Mail is kept: {national_url('/surat-demo')}, and so at each agency's site")
    return "\n".join(lines)


def demo_accounts(mark: Mark) -> list[SignIn]:
    with opened(NATIONAL):
        return sign_ins(db.session(), scenario_named(mark.scenario).agencies)


def _one_of_each_role(people: list[SignIn], site: str) -> list[SignIn]:
    return list({one.role: one for one in reversed(people) if one.site == site}.values())[::-1]


def _line(one: SignIn) -> str:
    return f"  {one.role:<12} {one.email:<38} {one.password}"


def _address(site: str, path: str) -> str:
    return national_url(path) if site == NATIONAL_SITE else agency_url(Site(site), path)


def _when(mark: Mark) -> str:
    if mark.scenario == TODAY:
        return ""
    return f" The state is that of {mark.as_of:%Y-%m-%d} ({mark.scenario})."
