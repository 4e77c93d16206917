"""Personal data is shown to who is about to make it public, and asked about, before it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length, Optional

from sp4n.audit.actors import SYSTEM, Actor
from sp4n.cases.masking import occurs
from sp4n.cases.models import CaseRecord
from sp4n.cases.personal_data import Finding, found_in, not_among
from sp4n.cases.vault import PUBLISHING, identity_of, names_of
from sp4n.db import db
from sp4n.errors import Invalid
from sp4n.web.forms import Form, boxes


class Hiding(Form):
    """A part of forms whose words become public. `seen`: what was pointed out already, a line each;
    what is ticked among it is masked for everyone."""

    hide = boxes(_l("Samarkan bagi umum"), validate_choice=False, validators=[Optional()])
    more = TextAreaField(
        _l("Bagian lain yang disamarkan"),
        description=_l("Satu per baris, disalin apa adanya: nama, alamat rumah, dan sebagainya."),
        validators=[Optional(), Length(max=5000, message=_l("Terlalu panjang."))],
    )
    seen = HiddenField()
    # What has to be recorded where this form is shown again, for what it tells then.
    to_record: Callable[[], object] | None = None

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        for field in (self.hide, self.more, self.seen):
            field.id = f"{type(self).__name__.lower()}-{field.name}"
            field.label.field_id = field.id

    @contextmanager
    def answering(self) -> Iterator[None]:
        with super().answering():
            yield
        if self.to_record is not None and self.hide.errors:
            self.to_record()
            self.status = 200  # so that the record is kept

    def point_out(self, found: Sequence[Finding], hidden: Iterable[str] = ()) -> list[Finding]:
        """Offer what was found to be ticked, and what is `hidden` already; gives those that who
        sent this has not been shown. What is offered for the first time is ticked."""
        new = not_among(found, self._told)
        labels = {one.text: f"{one.label}: {one.text}" for one in found}
        labels |= {one: one for one in hidden if one not in labels}
        ticked = list(self.hide.data or []) if self.is_submitted() else list(labels)
        self.hide.choices = list(labels.items())
        self.hide.data = [*ticked, *(one.text for one in new if one.text not in ticked)]
        self.seen.data = "\n".join(labels)
        return new

    def offer_again(self) -> None:
        """Where it is shown again for another reason: as it was sent."""
        if self.is_submitted() and not self.hide.choices:
            found = {one.text: one for line in self._told for one in found_in(line)}
            self.hide.choices = [
                (line, f"{found[line].label}: {line}" if line in found else line)
                for line in self._told
            ]

    @property
    def _told(self) -> list[str]:
        return [line for line in (self.seen.data or "").split("\n") if line]

    def chosen(self, texts: Sequence[str], kept: Collection[str] = ()) -> list[str]:
        """What is ticked and stands in `texts`, or is hidden already (`kept`), if only in the
        history; and all that was typed."""
        ticked = [one for one in self.hide.data or () if one in kept or occurs(one, texts)]
        return [*ticked, *(line for line in (self.more.data or "").split("\n") if line.strip())]


def ask_first(
    form: Hiding,
    case: CaseRecord,
    actor: Actor,
    texts: Sequence[str],
    hidden: Sequence[str] = (),
) -> None:
    """Invalid where the texts hold personal data that this form has not pointed out before."""
    name = reporters_name(case, texts)
    found = not_among(found_in(*texts, names=[name] if name else []), case.hidden)
    if new := form.point_out(found, hidden):
        if any(one.kind == "name" for one in new):
            form.to_record = partial(look, case, actor)
        places = ", ".join(f"{one.label} {one.text}" for one in new)
        raise Invalid(
            fields={
                "hide": _(
                    "Ada data pribadi yang akan dibaca semua orang: %(places)s. Yang dicentang "
                    "disamarkan bagi umum. Periksa, lalu kirim lagi.",
                    places=places,
                )
            }
        )


def reporters_name(case: CaseRecord, texts: Sequence[str]) -> str:
    """Where it stands in the texts; of an anonymous reporter nobody learns it."""
    if case.anonymous:
        return ""
    name = look(case, SYSTEM)
    named = bool(name) and any(one.kind == "name" for one in found_in(*texts, names=[name]))
    return name if named else ""


def reporters_named(said: Sequence[tuple[CaseRecord, str]]) -> dict[int, list[str]]:
    """The same, of many cases and what is said in each: by the number of the case."""
    known = names_of(
        db.session(),
        sealer=current_app.extensions["sp4n.sealer"],
        cases=[case for case, _words in said if not case.anonymous],
        actor=SYSTEM,
    )
    return {
        case.id: [known[case.id]]
        for case, words in said
        if known.get(case.id)
        and any(one.kind == "name" for one in found_in(words, names=[known[case.id]]))
    }


def look(case: CaseRecord, actor: Actor) -> str:
    sealer = current_app.extensions["sp4n.sealer"]
    who = identity_of(db.session(), sealer=sealer, case=case, actor=actor, purpose=PUBLISHING)
    return who.name if who else ""
