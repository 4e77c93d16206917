"""/kelola/pertanyaan: what an agency asks its reporters beside the common questions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import g, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired, Optional

from sp4n.accounts.login import current_actor
from sp4n.cases.extra_form import (
    elsewhere,
    page_of,
    questions_for,
    several_of,
    shown_in,
    typed_in,
)
from sp4n.cases.extra_form import form_for as form_of_reporter
from sp4n.configuration.extra_questions import (
    drop_question,
    move_question,
    newest_questions,
    question_with,
    questions_in,
    retire_question,
    save_question,
    was_published,
)
from sp4n.configuration.queries import draft, edits_so_far, newest_values, own_values, published
from sp4n.db import db
from sp4n.desk.draft_pages import DraftForm, DraftPages
from sp4n.desk.questions_forms import KINDS, QuestionForm, form_for
from sp4n.desk.questions_words import Group, groups_of
from sp4n.errors import NotFound
from sp4n.settings.extra_questions import (
    EVERY_CATEGORY,
    YES_AND_NO,
    Kind,
    Question,
    can_depend_on,
    new_key,
)
from sp4n.settings.queries import categories
from sp4n.tenants.resolver import with_published


class ActForm(DraftForm):
    """A button at a question."""

    question = HiddenField(validators=[InputRequired()])
    up = BooleanField(validators=[Optional()])
    retired = BooleanField(validators=[Optional()])


class Questions(DraftPages):
    about = _l("Ditanyakan kepada pelapor, untuk semua laporan atau untuk satu topik.")

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        return self._list()

    @expose("/baru", methods=("GET", "POST"))
    def create(self) -> ResponseReturnValue:
        asked = request.form.get("kind") or request.args.get("jenis", "")
        if asked not in set(Kind):
            return redirect(self.get_url(".index_view", _anchor="tambah"), 303)
        kind = Kind(asked)
        options = YES_AND_NO if kind == Kind.YES_NO else ()
        topic = request.args.get("topik", "")
        return self._form(Question(new_key(), kind, "", category=topic, options=options), new=True)

    @expose("/<question>", methods=("GET", "POST"))
    def edit(self, question: str) -> ResponseReturnValue:
        return self._form(question_with(db.session(), question), new=False)

    @expose("/pindah", methods=("POST",))
    def move(self) -> ResponseReturnValue:
        form = ActForm()
        up = bool(form.up.data)
        return self._act(form, lambda **about: move_question(db.session(), up=up, **about))

    @expose("/berhenti", methods=("POST",))
    def retire(self) -> ResponseReturnValue:
        form = ActForm()
        gone = bool(form.retired.data)
        words = _("Ditanyakan lagi setelah Anda terbitkan.")
        if gone:
            words = _("Setelah terbit tidak ditanyakan lagi. Jawaban yang ada tetap tersimpan.")
        return self._act(
            form, lambda **about: retire_question(db.session(), retired=gone, **about), words
        )

    @expose("/hapus", methods=("POST",))
    def drop(self) -> ResponseReturnValue:
        return self._act(
            ActForm(),
            lambda **about: drop_question(db.session(), **about),
            _("Pertanyaan dihapus dari draf."),
        )

    @expose("/pratinjau", methods=("GET", "POST"))
    def preview(self) -> ResponseReturnValue:
        """As a reporter would be asked, with the draft; nothing that is typed here is kept."""
        topic = request.values.get("topik", EVERY_CATEGORY)
        drafted = newest_values(db.session()).get("questions", "")
        agency = with_published(g.agency, {"questions": drafted})
        asked = questions_for(db.session(), agency, topic)
        sent = request.method == "POST"
        shown = shown_in(request.form, asked)
        typed = typed_in(request.form, several_of(asked)) if sent else {}
        form = form_of_reporter(asked, typed, shown)
        right = form.validate() if sent else False
        more = sent and not form.errors and not form.all_shown
        page = self.render(
            "desk/configuration/questions_preview.html",
            form=form,
            asked=page_of(form),
            elsewhere=elsewhere(form, agency) if sent else None,
            passed=right and not more,
            more=more,
            topic=topic,
            topics=self._topics(),
        )
        return page, 422 if form.errors else 200

    def _topics(self) -> list[tuple[str, str]]:
        return [(group.category, group.label) for group in self._groups(everywhere=True)]

    def _groups(self, *, everywhere: bool = False) -> list[Group]:
        return groups_of(newest_questions(db.session()), categories(db.session()), everywhere)

    def _list(self, refusal: str = "", status: int = 200) -> ResponseReturnValue:
        session = db.session()
        page = self.render(
            "desk/configuration/questions.html",
            groups=self._groups(),
            holding=set(questions_in(own_values(published(session)))),
            draft=draft(session),
            edits=edits_so_far(session),
            kinds=KINDS,
            topics=self._topics(),
            errors={"": refusal} if refusal else None,
        )
        return page, status

    def _form(self, question: Question, *, new: bool) -> ResponseReturnValue:
        session = db.session()
        form = form_for(question.kind, question)
        if not form.is_submitted():
            form.show(question)
        every = newest_questions(session)
        form.offer(categories(session), _before(question, every, form))
        if form.validate_on_submit():
            with form.answering():
                save_question(
                    session,
                    question=form.question(question),
                    edits=form.edits.data or 0,
                    actor=current_actor(),
                )
            if not form.errors:
                return self.done(_("Draf tersimpan. Berlaku setelah Anda terbitkan."))
        form.show_edits()
        form.kind.data = question.kind.value
        page = self.render(
            "desk/configuration/question.html",
            form=form,
            question=question,
            new=new,
            kind=KINDS[question.kind],
            now=next((one for one in every if one.key == question.key), None)
            if form.raced
            else None,
            can_drop=not new and not was_published(session, question.key),
            edits=edits_so_far(session),
        )
        return page, form.status if form.is_submitted() else 200

    def _act(self, form: ActForm, operation: Any, words: str = "") -> ResponseReturnValue:
        if not form.validate():
            raise NotFound
        with form.answering():
            operation(key=form.question.data, edits=form.edits.data or 0, actor=current_actor())
        for message in form.form_errors:
            return self._list(message, form.status)
        return self.done(words or _("Urutan tersimpan di draf."))


def _before(question: Question, every: tuple[Question, ...], form: QuestionForm) -> list[Question]:
    """What it may depend on: by the topic that is being chosen, if any."""
    chosen = form.category.data if form.is_submitted() else question.category
    return can_depend_on(replace(question, category=chosen or EVERY_CATEGORY), every)
