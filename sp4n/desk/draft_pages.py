"""What the pages of /kelola have in common whose changes go into the draft of the settings."""

from __future__ import annotations

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from sp4n.accounts.admin_base import Walled
from sp4n.accounts.permissions import Permission
from sp4n.configuration.queries import edits_so_far
from sp4n.db import db
from sp4n.desk.forms import number_or_none
from sp4n.organisation.queries import in_use, unit_tree
from sp4n.web.forms import Form


class DraftForm(Form):
    """`edits`: what the settings were when it was shown."""

    edits = IntegerField(widget=HiddenInput(), validators=[Optional()])

    @property
    def raced(self) -> bool:
        """A colleague was faster, which the answer says."""
        return self.is_submitted() and self.status == 409

    def show_edits(self) -> None:
        """Whoever was told of a colleague's change may send the same form again."""
        if not self.is_submitted() or self.raced:
            self.edits.raw_data = None
            self.edits.data = edits_so_far(db.session())


class UnitForm(DraftForm):
    unit_id = SelectField(_l("Unit penerima"), coerce=number_or_none, validators=[Optional()])

    def offer_units(self, now: int | None = None) -> None:
        """Also the one that is set, though it is gone: what was chosen is shown, not replaced."""
        tree = unit_tree(db.session())
        units = [(one.id, "\u2003" * one.depth + one.name) for one in in_use(tree)]
        if now and now not in dict(units):
            names = {one.id: one.name for one in tree}
            name = names.get(now) or _("Unit yang dihapus")
            units.insert(0, (now, _("%(unit)s (tidak aktif lagi)", unit=name)))
        none = SelectChoice("", _("Belum ditentukan"))
        self.unit_id.choices = [none, *(SelectChoice(*one) for one in units)]


class DraftPages(Walled):
    permission = Permission.SETTINGS_EDIT

    def done(self, words: str, sentiment: str = "ok") -> ResponseReturnValue:
        flash(words, sentiment)
        return redirect(self.get_url(".index_view"), 303)

    def answered(self, form: Form, words: str) -> ResponseReturnValue:
        """To a button of the list: `words`, or why not."""
        for message in form.form_errors:
            return self.done(message, "late")
        return self.done(words)
