"""/kelola/batas-waktu: time limits stricter than the national ones, of the agency and its units."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from sp4n import clock
from sp4n.accounts.login import current_actor
from sp4n.configuration.limits import KEY, LimitRow, limit_rows, limits_in, set_limits, slots_of
from sp4n.configuration.queries import draft, newest_values
from sp4n.db import db
from sp4n.desk.draft_pages import DraftForm, DraftPages
from sp4n.organisation.models import Unit
from sp4n.organisation.queries import unit_by_id, unit_tree
from sp4n.settings.own_limits import WHOLE_AGENCY
from sp4n.settings.queries import RuleSetFacts, Step, limit, rule_set_in_force

TO_DEFAULT = "bawaan"  # a button at a limit: back to the level above


class LimitsForm(DraftForm):
    """Its fields are the slots that can be set at this level."""

    def answers(self, *, back_to_default: str = "") -> dict[str, str]:
        typed = {field.name: field.data or "" for field in self if field.name not in NOT_A_SLOT}
        return {**typed, back_to_default: ""} if back_to_default in typed else typed

    def show(self, now: list[LimitRow]) -> None:
        """What is typed stays."""
        self.show_edits()
        for row in now if not self.is_submitted() else ():
            self[row.slot.key].process_data(row.own)


NOT_A_SLOT = ("edits", "csrf_token")


@cache
def _form_class(unit_id: int) -> type[LimitsForm]:
    fields: dict[str, Any] = {slot.key: StringField(slot.label) for slot in slots_of(unit_id)}
    return type("LevelForm", (LimitsForm,), fields)


def form_for(unit: Unit | None) -> LimitsForm:
    return _form_class(1 if unit else WHOLE_AGENCY)()


class TimeLimits(DraftPages):
    about = _l("Lebih ketat dari batas nasional, untuk seluruh instansi atau satu unit.")

    @expose("/", methods=("GET", "POST"))
    def index_view(self) -> ResponseReturnValue:
        return self._level(None)

    @expose("/unit/<int:row_id>", methods=("GET", "POST"))
    def unit(self, row_id: int) -> ResponseReturnValue:
        return self._level(unit_by_id(db.session(), unit_id=row_id))

    def _level(self, unit: Unit | None) -> ResponseReturnValue:
        form = form_for(unit)
        if form.validate_on_submit():
            with form.answering():
                set_limits(
                    db.session(),
                    unit_id=unit.id if unit else WHOLE_AGENCY,
                    typed=form.answers(back_to_default=request.form.get(TO_DEFAULT, "")),
                    today=clock.today(g.agency.zone),
                    edits=form.edits.data or 0,
                    actor=current_actor(),
                )
            if not form.errors:
                flash(_("Draf tersimpan. Berlaku setelah Anda terbitkan."), "ok")
                return redirect(request.url, 303)
        return self._page(form, unit)

    def _page(self, form: LimitsForm, unit: Unit | None) -> ResponseReturnValue:
        session, rules = db.session(), rules_today()
        own = newest_values(session)
        rows = limit_rows(rules, own.get(KEY, ""), unit.id if unit else WHOLE_AGENCY)
        form.show(rows)
        counts: dict[int, int] = {}
        for one in limits_in(own):
            counts[one.unit_id] = counts.get(one.unit_id, 0) + 1
        page = self.render(
            "desk/configuration/limits.html",
            form=form,
            rows=rows,
            unit=unit,
            units=[] if unit else [(node, counts.get(node.id, 0)) for node in unit_tree(session)],
            rules=rules,
            reply=limit(rules, Step.REPLY, "pengaduan"),
            draft=draft(session),
            raced=form.raced,
            to_default=TO_DEFAULT,
        )
        return page, form.status if form.is_submitted() else 200


def rules_today() -> RuleSetFacts:
    return rule_set_in_force(db.session(), clock.today(g.agency.zone))
