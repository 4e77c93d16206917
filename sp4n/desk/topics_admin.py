"""/kelola/topik: the kinds of reports and the topics that an agency takes, each topic with the unit
that its reports go to and limits of its own."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from flask import g
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from sp4n import clock
from sp4n.accounts.login import current_actor
from sp4n.cases.words import CLASSIFICATION_LABELS
from sp4n.configuration import topics as operations
from sp4n.configuration.checks import LOCKED_CLASS, LOCKED_REASON
from sp4n.configuration.limits import KEY as LIMITS
from sp4n.configuration.limits import LimitRow, limit_rows, limits_in, slots_of
from sp4n.configuration.queries import draft, newest_values
from sp4n.configuration.topics import TopicAnswers, intake_in, topic_by_token
from sp4n.db import db
from sp4n.desk.draft_pages import DraftForm, DraftPages, UnitForm
from sp4n.organisation.queries import unit_names
from sp4n.settings.intake import Intake, OwnTopic, Topic
from sp4n.settings.own_limits import WHOLE_AGENCY
from sp4n.settings.queries import CategoryFacts, categories, rule_set_in_force
from sp4n.web.forms import boxes
from sp4n.web.language import current_language

A_TOPIC = "t"  # any: all have the same slots


class ClassesForm(DraftForm):
    offered = boxes(_l("Jenis laporan yang diterima"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered.choices = [
            SelectChoice(*pair) for pair in CLASSIFICATION_LABELS.items() if pair[0] != LOCKED_CLASS
        ]


class TopicForm(UnitForm):
    """`name`, `name_en`: of an agency's own topic alone."""

    name = StringField(_l("Nama topik"), description=_l("Misalnya: Lampu jalan padam."))
    name_en = StringField(_l("Nama dalam bahasa Inggris"), validators=[Optional()])


class NewTopicForm(TopicForm):
    under = SelectField(
        _l("Di bawah topik nasional"),
        description=_l("Laporannya ikut dihitung pada topik nasional itu."),
        validators=[InputRequired(_l("Pilih topik nasional."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = current_language()
        self.under.choices = [
            SelectChoice("", _("Pilih topik")),
            *(
                SelectChoice(one.key, ("\u2003" if one.parent_id else "") + one.label(language))
                for one in categories(db.session())
            ),
        ]


class OneTopicForm(TopicForm):
    """And a field for each slot that a topic can have a limit in."""

    open = BooleanField(
        _l("Ditawarkan kepada pelapor"),
        description=_l("Laporan yang sudah ada tetap pada topiknya."),
    )

    def answers(self, *, own: bool) -> TopicAnswers:
        return TopicAnswers(
            open=self.open.data,
            unit_id=self.unit_id.data,
            name=(self.name.data or "") if own else "",
            name_en=(self.name_en.data or "") if own else "",
            limits={slot.key: self[slot.key].data or "" for slot in slots_of(0, A_TOPIC)},
        )

    def show(self, topic: Topic, intake: Intake, rows: list[LimitRow]) -> None:
        if self.is_submitted():
            return
        self.open.process_data(is_open(topic, intake))
        self.unit_id.process_data(intake.units.get(topic.token))
        if topic.own:
            self.name.process_data(topic.own.name)
            self.name_en.process_data(topic.own.name_en)
        for row in rows:
            self[row.slot.key].process_data(row.own)


@cache
def one_topic_form() -> type[OneTopicForm]:
    fields: dict[str, Any] = {slot.key: StringField(slot.label) for slot in slots_of(0, A_TOPIC)}
    return type("OneTopicWithLimits", (OneTopicForm,), fields)


class TopicLine(NamedTuple):
    token: str
    name: str
    own: OwnTopic | None
    open: bool
    unit: str
    limits: int


def is_open(topic: Topic, intake: Intake) -> bool:
    return topic.own.open if topic.own else topic.token not in intake.hidden


class Topics(DraftPages):
    about = _l("Yang dapat dipilih pelapor, unit yang menerimanya, dan batas waktunya.")

    @expose("/", methods=("GET", "POST"))
    def index_view(self) -> ResponseReturnValue:
        form = ClassesForm()
        if form.validate_on_submit():
            with form.answering():
                operations.set_classes(
                    db.session(),
                    offered=form.offered.data,
                    edits=form.edits.data or 0,
                    actor=current_actor(),
                )
            if not form.errors:
                return self.done(_("Draf tersimpan. Berlaku setelah Anda terbitkan."))
        own = newest_values(db.session())
        intake = intake_in(own)
        form.show_edits()
        if not form.is_submitted():
            form.offered.process_data(sorted(set(CLASSIFICATION_LABELS) - intake.closed))
        page = self.render(
            "desk/configuration/topics.html",
            form=form,
            groups=topic_groups(intake, own.get(LIMITS, "")),
            draft=draft(db.session()),
            locked=(CLASSIFICATION_LABELS[LOCKED_CLASS], LOCKED_REASON),
        )
        return page, form.status if form.is_submitted() else 200

    @expose("/baru", methods=("GET", "POST"))
    def add(self) -> ResponseReturnValue:
        form = NewTopicForm()
        form.offer_units()
        if form.validate_on_submit():
            with form.answering():
                operations.add_topic(
                    db.session(),
                    under=form.under.data,
                    answers=TopicAnswers(
                        True, form.unit_id.data, form.name.data or "", form.name_en.data or ""
                    ),
                    edits=form.edits.data or 0,
                    actor=current_actor(),
                )
            if not form.errors:
                return self.done(_("Topik masuk ke draf. Berlaku setelah Anda terbitkan."))
        form.show_edits()
        page = self.render("desk/configuration/topic_new.html", form=form)
        return page, form.status if form.is_submitted() else 200

    @expose("/<topic>", methods=("GET", "POST"))
    def topic(self, topic: str) -> ResponseReturnValue:
        own = newest_values(db.session())
        found, form = topic_by_token(db.session(), intake_in(own), topic), one_topic_form()()
        form.offer_units(intake_in(own).units.get(topic))
        if form.validate_on_submit():
            with form.answering():
                operations.set_topic(
                    db.session(),
                    token=topic,
                    answers=form.answers(own=found.own is not None),
                    today=clock.today(g.agency.zone),
                    edits=form.edits.data or 0,
                    actor=current_actor(),
                )
            if not form.errors:
                return self.done(_("Draf tersimpan. Berlaku setelah Anda terbitkan."))
        return self._topic_page(form, found)

    @expose("/<topic>/hapus", methods=("POST",))
    def drop(self, topic: str) -> ResponseReturnValue:
        form = DraftForm()
        with form.answering():
            operations.drop_topic(
                db.session(), token=topic, edits=form.edits.data or 0, actor=current_actor()
            )
        return self.answered(form, _("Topik dihapus dari draf."))

    def _topic_page(self, form: OneTopicForm, found: Topic) -> ResponseReturnValue:
        session, own = db.session(), newest_values(db.session())
        rules = rule_set_in_force(session, clock.today(g.agency.zone))
        rows = limit_rows(rules, own.get(LIMITS, ""), WHOLE_AGENCY, found.token)
        form.show(found, intake_in(own), rows)
        form.show_edits()
        page = self.render(
            "desk/configuration/topic.html",
            form=form,
            topic=found,
            name=found.label(current_language()),
            rows=rows,
            under=found.category.label(current_language()),
            draft=draft(session),
            droppable=bool(found.own and operations.can_be_dropped(session, found.own)),
        )
        return page, form.status if form.is_submitted() else 200


def topic_groups(intake: Intake, limits: str) -> list[tuple[TopicLine, list[TopicLine]]]:
    """Each national topic of the first level, and the lines of it and of all below it."""
    session, language = db.session(), current_language()
    names, counts = unit_names(session), limit_counts(limits)

    def line(national: CategoryFacts, own: OwnTopic | None = None) -> TopicLine:
        topic = Topic(national, own)
        unit_id = intake.units.get(topic.token)
        return TopicLine(
            topic.token,
            topic.label(language),
            own,
            is_open(topic, intake),
            names.get(unit_id, _("Unit yang dihapus")) if unit_id else "",
            counts.get(topic.token, 0),
        )

    def lines(national: CategoryFacts) -> list[TopicLine]:
        below = (line(national, own) for own in intake.own if own.under == national.key)
        return [line(national), *below]

    tops = groupby(categories(session), key=lambda one: one.parent_id or one.id)
    found = [[shown for one in some for shown in lines(one)] for _top, some in tops]
    return [(some[0], some) for some in found]


def limit_counts(limits: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in limits_in({LIMITS: limits}):
        counts[one.topic] = counts.get(one.topic, 0) + 1
    return counts
