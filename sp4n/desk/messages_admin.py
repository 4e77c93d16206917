"""/kelola/pesan: the agency's own words in letters to reporters, with a look at the letter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from sp4n import clock
from sp4n.accounts.login import current_actor
from sp4n.configuration.messages import FIELDS, set_texts, texts_in, with_texts
from sp4n.configuration.queries import draft, newest_values
from sp4n.db import db
from sp4n.desk.draft_pages import DraftForm, DraftPages
from sp4n.errors import NotFound
from sp4n.notices.jobs import sender_of
from sp4n.notices.letters import Fact, Letter
from sp4n.notices.own_texts import KINDS, LANGUAGES, PARTS, OwnTexts, written_texts
from sp4n.notices.words import Words, default_text, words_of

LOOK = "lihat"  # a button: the letter as it would read, nothing is kept
TO_DEFAULT = "bawaan"  # a button at a text: back to its default
SLUGS = {kind.slug: name for name, kind in KINDS.items()}
SAMPLE_NUMBER, SAMPLE_DAYS = "7KX-2M4-9", 5


class TextsForm(DraftForm):
    subject_id = StringField(_l("Judul, bahasa Indonesia"))
    body_id = TextAreaField(_l("Isi, bahasa Indonesia"))
    subject_en = StringField(_l("Judul, bahasa Inggris"))
    body_en = TextAreaField(_l("Isi, bahasa Inggris"))

    def typed(self, *, back_to_default: str = "") -> dict[str, str]:
        typed = {name: self[name].data or "" for name in FIELDS}
        return {**typed, back_to_default: ""} if back_to_default in typed else typed

    def show(self, kind: str, own: OwnTexts) -> None:
        """What is typed stays."""
        self.show_edits()
        if not self.is_submitted():
            for name, (language, part) in FIELDS.items():
                self[name].process_data(words_now(kind, own, language, part))


class Sample(NamedTuple):
    """A letter as a reporter would read it."""

    language: str
    words: Words


class Messages(DraftPages):
    about = _l("Kata-kata Anda sendiri di setiap email kepada pelapor.")

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        own = texts_in(newest_values(db.session()))
        return self.render(
            "desk/messages/index.html",
            kinds=[(kind, own_parts(own, name)) for name, kind in KINDS.items()],
            draft=draft(db.session()),
        )

    @expose("/<letter>", methods=("GET", "POST"))
    def letter(self, letter: str) -> ResponseReturnValue:
        if letter not in SLUGS:
            raise NotFound
        kind, form = SLUGS[letter], TextsForm()
        to_default = request.form.get(TO_DEFAULT, "")
        looked: OwnTexts | None = None
        if form.validate_on_submit():
            with form.answering():
                if LOOK in request.form:
                    looked = with_texts({}, kind=kind, typed=form.typed())
                else:
                    set_texts(
                        db.session(),
                        kind=kind,
                        typed=form.typed(back_to_default=to_default),
                        edits=form.edits.data or 0,
                        actor=current_actor(),
                    )
            if not form.errors and looked is None:
                flash(_("Draf tersimpan. Pelapor menerimanya setelah Anda terbitkan."), "ok")
                return redirect(self.get_url(".letter", letter=letter), 303)
        return self._page(kind, form, looked)

    def _page(self, kind: str, form: TextsForm, looked: OwnTexts | None) -> ResponseReturnValue:
        own = texts_in(newest_values(db.session()))
        form.show(kind, own)
        page = self.render(
            "desk/messages/letter.html",
            kind=KINDS[kind],
            form=form,
            offered=[(one.label, str(one)) for one in KINDS[kind].placeholders],
            texts=text_rows(kind, own),
            samples=samples(kind, own if looked is None else looked),
            signature=g.agency.mail_signature,
            draft=draft(db.session()),
            raced=form.raced,
            looked=looked is not None,
            to_default=TO_DEFAULT,
            look=LOOK,
        )
        return page, form.status if form.errors else 200


def own_parts(own: OwnTexts, kind: str) -> int:
    return sum(one == kind for one, _language, _part in own)


def words_now(kind: str, own: OwnTexts, language: str, part: str) -> str:
    return own.get((kind, language, part)) or default_text(kind, language, part)


def text_rows(kind: str, own: OwnTexts) -> dict[str, list[dict[str, Any]]]:
    """Language -> each of its texts, where it comes from and what it is in the draft now."""
    return {
        language: [
            {
                "field": f"{part}_{language}",
                "own": (kind, language, part) in own,
                "now": words_now(kind, own, language, part),
                "must": KINDS[kind].must(part),
            }
            for part in PARTS
        ]
        for language in LANGUAGES
    }


def samples(kind: str, own: Mapping[tuple[str, str, str], str]) -> list[Sample]:
    """With days to come and a number that nobody has."""
    text, found = written_texts(own), []
    day = clock.today(g.agency.zone) + timedelta(days=SAMPLE_DAYS)
    due = KINDS[kind].day
    facts: dict[str, Fact] = {"reference": SAMPLE_NUMBER, **({due.fact: day} if due else {})}
    for language in LANGUAGES:
        with force_locale(language):
            letter = Letter(kind, "", language, "/lacak", facts)
            found.append(Sample(language, words_of(letter, sender_of(g.agency).name, text)))
    return found
