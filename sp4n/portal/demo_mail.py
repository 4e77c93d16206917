"""/surat-demo: what this site has mailed, where a demo keeps mail instead of sending it.

Whoever can open it reads links that open accounts: so it is there in a demo only, and nothing
leads to it but the terminal's words.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import current_app, g, render_template
from flask.typing import ResponseReturnValue

from sp4n.config import Settings
from sp4n.errors import NotFound
from sp4n.notices.gateways import FolderGateway, gateway, kept_mail
from sp4n.notices.jobs import NATIONAL
from sp4n.portal.blueprints import agency, national_site

NATIONAL_ZONE = ZoneInfo("Asia/Jakarta")


@agency.get("/surat-demo", endpoint="demo_mail")
@national_site.get("/surat-demo", endpoint="demo_mail")
def mails() -> ResponseReturnValue:
    if not mail_is_kept():
        raise NotFound
    site = g.agency.slug if g.agency else NATIONAL
    zone = g.agency.zone if g.agency else NATIONAL_ZONE
    return render_template("portal/demo_mail/mails.html", mails=kept_mail(site), zone=zone)


def mail_is_kept() -> bool:
    settings: Settings = current_app.extensions["sp4n.settings"]
    return settings.demo and isinstance(gateway(), FolderGateway)
