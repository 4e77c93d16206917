"""/kelola/aturan-unit: rules of answering that one unit has for itself."""

from __future__ import annotations

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from sp4n.accounts.login import current_actor
from sp4n.configuration.catalogue import SETTINGS
from sp4n.configuration.queries import draft, newest_values
from sp4n.configuration.unit_rules import RuleRow, rule_rows, rules_in, set_unit_rules
from sp4n.db import db
from sp4n.desk.draft_pages import DraftForm, DraftPages
from sp4n.organisation.models import Unit
from sp4n.organisation.queries import unit_by_id, unit_tree
from sp4n.settings.answer_rules import APPROVAL, EVIDENCE, RULES, locks

TO_DEFAULT = "bawaan"  # a button at a rule: back to what the agency has


def field_of(key: str) -> RadioField:
    setting = SETTINGS[key]
    choices = [SelectChoice(*one) for one in setting.choices]
    return RadioField(setting.label, description=setting.hint, choices=choices, default="")


class UnitRulesForm(DraftForm):
    answer_approval = field_of(APPROVAL.key)
    answer_evidence = field_of(EVIDENCE.key)

    def leave_out(self, keys: list[str]) -> None:
        """What is locked is not asked."""
        for key in keys:
            del self[key]

    def answers(self, *, back_to_default: str = "") -> dict[str, str]:
        typed = {key: self[key].data or "" for key in RULES if key in self}
        return {**typed, back_to_default: ""} if back_to_default in typed else typed

    def show(self, rows: list[RuleRow]) -> None:
        """What is chosen stays."""
        self.show_edits()
        for row in rows if not self.is_submitted() else ():
            if row.setting.key in self:
                self[row.setting.key].process_data(row.holds.value)


class UnitRules(DraftPages):
    about = _l("Bagi unit yang aturannya lain dari instansinya.")

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        session = db.session()
        counts: dict[int, int] = {}
        for unit_id, _key in rules_in(newest_values(session)):
            counts[unit_id] = counts.get(unit_id, 0) + 1
        return self.render(
            "desk/configuration/units_rules.html",
            draft=draft(session),
            units=[(node, counts.get(node.id, 0)) for node in unit_tree(session)],
        )

    @expose("/<int:row_id>", methods=("GET", "POST"))
    def unit(self, row_id: int) -> ResponseReturnValue:
        unit, form = unit_by_id(db.session(), unit_id=row_id), UnitRulesForm()
        form.leave_out(list(locks(db.session())))
        if form.validate_on_submit():
            with form.answering():
                set_unit_rules(
                    db.session(),
                    unit_id=unit.id,
                    typed=form.answers(back_to_default=request.form.get(TO_DEFAULT, "")),
                    edits=form.edits.data or 0,
                    actor=current_actor(),
                )
            if not form.errors:
                flash(_("Draf tersimpan. Berlaku setelah Anda terbitkan."), "ok")
                return redirect(request.url, 303)
        return self._page(form, unit)

    def _page(self, form: UnitRulesForm, unit: Unit) -> ResponseReturnValue:
        rows = rule_rows(db.session(), newest_values(db.session()), unit.id)
        form.show(rows)
        page = self.render(
            "desk/configuration/unit_rules.html",
            form=form,
            rows=rows,
            unit=unit,
            draft=draft(db.session()),
            to_default=TO_DEFAULT,
            zone=g.agency.zone,
        )
        return page, form.status if form.is_submitted() else 200
