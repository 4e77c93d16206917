"""The staff's door: whoever passes is signed in at this agency and holds the view's permission."""

from flask import Blueprint

from sp4n.accounts.doors import guard

bp = Blueprint("desk", __name__, url_prefix="/desk")
guard(bp, audience="staff")
