"""Whoever reads mail at an agency's reply address says that it is right: by a button, as programs
that look through mail open links."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sp4n.db import db
from sp4n.notices.reply_addresses import confirm_reply_address, reply_address_with
from sp4n.portal.blueprints import agency as bp


@bp.route("/surat/balasan/<reply_key>", methods=["GET", "POST"])
def confirm_reply(reply_key: str) -> ResponseReturnValue:
    secret = current_app.extensions["sp4n.settings"].secret_key
    row = reply_address_with(db.session(), key=reply_key, secret=secret)
    if request.method == "POST":
        confirm_reply_address(db.session(), row=row)
        return redirect(url_for(".confirm_reply", reply_key=reply_key), 303)
    return render_template("portal/agency/reply_address.html", row=row, reply_key=reply_key)
