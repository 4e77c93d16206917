"""What reporters say of how their cases ended: averages, contests, and their words."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.login import current_actor
from sp4n.accounts.permissions import Permission
from sp4n.cases.rating import comments
from sp4n.cases.rating_words import QUESTIONS
from sp4n.db import db
from sp4n.desk.blueprint import bp
from sp4n.figures.queries import figures_of
from sp4n.figures.ratings import BEST, ratings_of

MOST = 50


@bp.get("/penilaian")
@requires(Permission.CASE_VIEW)
def ratings() -> ResponseReturnValue:
    session = db.session()
    return render_template(
        "desk/ratings.html",
        ratings=ratings_of(session, g.agency.id),
        figures=figures_of(session, g.agency.id),
        comments=comments(session, actor=current_actor(), most=MOST),
        questions=QUESTIONS,
        best=BEST,
        most=MOST,
        as_of=clock.now(),
    )
