"""Forms that check shape: text without NUL or stray controls; faults are said in our words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from sp4n.db import db
from sp4n.errors import Invalid, NotPossible

# C0 and C1 controls but tab and newline; and the marks that turn the direction of text around
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")

# What WTForms says where a field has no words of its own; it knows no Indonesian.
BUILT_IN: Final[dict[str, LazyString]] = {
    "Not a valid choice.": _l("Pilihan itu tidak ada di daftar. Pilih salah satu."),
    "Not a valid date value.": _l("Tanggal itu tidak ada di kalender. Tulis seperti 2026-11-20."),
}
UNCLEAR: Final = _l("Isian ini belum benar. Periksa lagi.")


def boxes(label: Any, **about: Any) -> SelectMultipleField:
    """Several of its choices can be ticked."""
    shown = {"widget": ListWidget(prefix_label=False), "option_widget": CheckboxInput()}
    return SelectMultipleField(label, **shown, **about)


class Words:
    """Stands where WTForms asks for its translations."""

    def gettext(self, text: str) -> str:
        return str(BUILT_IN.get(text, UNCLEAR))

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)


def clean_text(value: Any) -> Any:
    """NFC, one kind of line end, no controls, no overrides of direction, no space around."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return CONTROLS.sub("", text.encode("utf-8", "replace").decode()).strip()


class Form(FlaskForm):
    """Every form of ours: cleans what was typed before it is checked."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            filters = [clean_text, *unbound_field.kwargs.get("filters", ())]
            return unbound_field.bind(form=form, filters=filters, **options)

        def get_translations(self, form: Any) -> Words:
            return Words()

    status = 422

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Around an operation: a refusal of it goes to the fields, and what was typed is kept.

        Afterwards `self.errors` says whether it was refused, and `self.status` how. The session is
        rolled back, so that the page is shown from what is stored.
        """
        try:
            yield
        except (Invalid, NotPossible) as refusal:
            db.session.rollback()
            self.status = refusal.status
            self._take(refusal)

    def _take(self, refusal: Invalid | NotPossible) -> None:
        fields = refusal.fields if isinstance(refusal, Invalid) else {}
        for name, message in fields.items():
            if name in self:
                self[name].errors = [*self[name].errors, message]
            else:
                self.form_errors.append(message)
        if not fields:
            self.form_errors.append(refusal.message)
