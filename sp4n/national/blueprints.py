"""The national door: the console, and its rooms inside one agency."""

from flask import Blueprint

from sp4n.accounts.doors import guard

# In the national scope: reads every agency's figures, writes none of an agency's rows.
console = guard(Blueprint("national", __name__, url_prefix="/nasional"), "national")
# In one agency's scope, with a reason given before; the permission is asked in `inside`.
inside = Blueprint("national_inside", __name__, url_prefix="/nasional/instansi/<slug>")
