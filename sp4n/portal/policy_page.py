"""The policies of rewards and sanctions that an agency has in force, for everyone: their text, the
rules in words, how the numbers are counted. What came of them, and for whom, stays inside."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from sp4n import clock
from sp4n.db import db
from sp4n.policies.queries import in_force, versions_of
from sp4n.policies.rules import read_rules
from sp4n.policies.words import ELEMENT_LABELS, MEANINGS, MEASURE_LABELS, sentence
from sp4n.portal.blueprints import agency as bp
from sp4n.tenants.succession import successors
from sp4n.web.language import current_language


@bp.get("/dokumen/kebijakan")
def published_policies() -> ResponseReturnValue:
    today, language = clock.today(g.agency.zone), current_language()
    held = [one for one in versions_of(db.session()) if in_force(one, today)]
    rules = {one.id: read_rules(one.rules) for one in held}
    return render_template(
        "portal/policies.html",
        policies=held,
        successors=successors(g.agency),
        rules=rules,
        sentence_of=lambda rule: sentence(rule, language),
        elements=ELEMENT_LABELS,
        measures=MEASURE_LABELS,
        meanings=MEANINGS,
        measured={rule.measure for some in rules.values() for rule in some},
    )
