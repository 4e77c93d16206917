"""/kelola/penyaluran: the rules that send new reports to units, in their order, and a trial of them
on the reports of the last month."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import flash, g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from sp4n.accounts.login import current_actor
from sp4n.cases.rerouting import DryRun, dry_run
from sp4n.cases.words import CLASSIFICATION_LABELS
from sp4n.configuration import routing as operations
from sp4n.configuration.queries import draft, edits_so_far, newest_values
from sp4n.configuration.routing import routing_in, rule_by_id, warnings
from sp4n.configuration.topics import intake_in
from sp4n.db import db
from sp4n.desk.draft_pages import DraftForm, DraftPages, UnitForm
from sp4n.desk.routing_words import LANGUAGE_LABELS, Wording
from sp4n.settings.intake import Topic, topics
from sp4n.settings.routing import Rule
from sp4n.tenants.resolver import with_published
from sp4n.web.forms import boxes
from sp4n.web.language import current_language

UP = "naik"  # a button at a rule; the other one moves it down


class RuleForm(UnitForm):
    name = StringField(
        _l("Nama aturan"), description=_l("Dibaca petugas di riwayat laporan. Misalnya: Jalan.")
    )
    classes = boxes(_l("Jenis laporan"))
    topics = boxes(_l("Topik"))
    words = TextAreaField(
        _l("Kata dalam judul atau isi"),
        description=_l(
            "Satu kata atau frasa setiap baris; salah satu sudah cukup. "
            "Huruf besar dan kecil sama saja. Hanya kata utuh: “jalan” bukan “jalanan”."
        ),
    )
    places = TextAreaField(
        _l("Kata dalam lokasi kejadian"),
        description=_l("Misalnya nama provinsi, kabupaten, atau kecamatan, satu setiap baris."),
    )
    languages = boxes(_l("Bahasa laporan"))
    confidential = BooleanField(
        _l("Rahasiakan laporannya"),
        description=_l("Hanya admin dan petugas unit itu yang dapat membacanya."),
    )

    def offer(self, rule: Rule | None) -> None:
        """Also topics that a rule names and nobody can choose any more."""
        language, intake = current_language(), intake_in(newest_values(db.session()))
        self.classes.choices = [SelectChoice(*pair) for pair in CLASSIFICATION_LABELS.items()]
        self.languages.choices = [SelectChoice(*pair) for pair in LANGUAGE_LABELS.items()]
        offered = topics(db.session(), intake)
        known = {one.token for one in offered}
        names = Wording.now().topics
        gone = [one for one in (rule.topics if rule else ()) if one not in known]
        self.topics.choices = [
            *(SelectChoice(one.token, self._topic_name(one, language)) for one in offered),
            *(SelectChoice(one, names.get(one, one)) for one in gone),
        ]
        self.offer_units(rule.unit_id if rule else None)

    @staticmethod
    def _topic_name(topic: Topic, language: str) -> str:
        if topic.own or topic.category.parent_id:
            return topic.label(language)
        return _("%(topic)s, seluruhnya", topic=topic.label(language))

    def topic_groups(self) -> Iterator[tuple[str, list[Any], bool]]:
        """The boxes below each national topic of the first level, and whether one is ticked."""
        offered = topics(db.session(), intake_in(newest_values(db.session())))
        tops = {one.token: one.category.parent_id or one.category.id for one in offered}
        names = {one.category.id: one.category.label(current_language()) for one in offered}
        groups: dict[str, list[Any]] = {}
        for option in self.topics:
            name = names.get(tops.get(option.data, 0), _("Tidak ditawarkan lagi"))
            groups.setdefault(name, []).append(option)
        for name, options in groups.items():
            yield name, options, any(one.checked for one in options)

    def show(self, rule: Rule) -> None:
        if self.is_submitted():
            return
        for name in ("name", "unit_id", "confidential", "classes", "topics", "languages"):
            value = getattr(rule, name)
            self[name].process_data(list(value) if isinstance(value, tuple) else value)
        self.words.process_data("\n".join(rule.words))
        self.places.process_data("\n".join(rule.places))

    def rule(self, rule_id: int) -> Rule:
        return Rule(
            id=rule_id,
            name=self.name.data or "",
            unit_id=self.unit_id.data or 0,
            classes=tuple(self.classes.data),
            topics=tuple(self.topics.data),
            words=phrases(self.words.data),
            places=phrases(self.places.data),
            languages=tuple(self.languages.data),
            confidential=self.confidential.data,
        )


def phrases(text: str | None) -> tuple[str, ...]:
    """A line each, without blanks around it, each once."""
    lines = (" ".join(line.split()) for line in (text or "").splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


class RoutingRules(DraftPages):
    about = _l("Aturan yang mengirim laporan baru langsung ke unit yang tepat.")

    @expose("/", methods=("GET", "POST"))
    def index_view(self) -> ResponseReturnValue:
        """The rules; what is sent is where all goes that none of them sends anywhere."""
        form, values = UnitForm(), newest_values(db.session())
        routing = routing_in(values)
        form.offer_units(routing.otherwise)
        if form.validate_on_submit():
            with form.answering():
                operations.set_otherwise(
                    db.session(),
                    unit_id=form.unit_id.data,
                    edits=form.edits.data or 0,
                    actor=current_actor(),
                )
            if not form.errors:
                return self.done(_("Draf tersimpan. Berlaku setelah Anda terbitkan."))
        if not form.is_submitted():
            form.unit_id.process_data(routing.otherwise)
        form.show_edits()
        page = self.render(
            "desk/configuration/routing.html",
            form=form,
            rules=routing.rules,
            wording=Wording.now(),
            warnings=warnings(db.session(), values),
            draft=draft(db.session()),
            edits=edits_so_far(db.session()),
            up=UP,
        )
        return page, form.status if form.is_submitted() else 200

    @expose("/baru", methods=("GET", "POST"))
    def add(self) -> ResponseReturnValue:
        return self._rule_page(None)

    @expose("/<int:number>", methods=("GET", "POST"))
    def rule(self, number: int) -> ResponseReturnValue:
        return self._rule_page(rule_by_id(routing_in(newest_values(db.session())), number))

    @expose("/<int:number>/pindah", methods=("POST",))
    def move(self, number: int) -> ResponseReturnValue:
        form = DraftForm()
        with form.answering():
            operations.move_rule(
                db.session(),
                rule_id=number,
                up=UP in request.form,
                edits=form.edits.data or 0,
                actor=current_actor(),
            )
        return self.answered(form, _("Urutan aturan di draf berubah."))

    @expose("/<int:number>/hapus", methods=("POST",))
    def drop(self, number: int) -> ResponseReturnValue:
        form = DraftForm()
        with form.answering():
            operations.drop_rule(
                db.session(), rule_id=number, edits=form.edits.data or 0, actor=current_actor()
            )
        return self.answered(form, _("Aturan dihapus dari draf."))

    @expose("/uji")
    def trial(self) -> ResponseReturnValue:
        values = newest_values(db.session())
        return self.render(
            "desk/configuration/routing_trial.html",
            tried=self._tried(),
            routing=routing_in(values),
            wording=Wording.now(),
            warnings=warnings(db.session(), values),
            draft=draft(db.session()),
            zone=g.agency.zone,
        )

    def _rule_page(self, rule: Rule | None) -> ResponseReturnValue:
        form = RuleForm()
        form.offer(rule)
        if form.validate_on_submit():
            with form.answering():
                operations.save_rule(
                    db.session(),
                    rule=form.rule(rule.id if rule else 0),
                    edits=form.edits.data or 0,
                    actor=current_actor(),
                )
            if not form.errors:
                self._say_what_matches(rule.id if rule else 0)
                return self.done(_("Aturan masuk ke draf. Berlaku setelah Anda terbitkan."))
        if rule:
            form.show(rule)
        form.show_edits()
        said = warnings(db.session(), newest_values(db.session()))
        page = self.render(
            "desk/configuration/routing_rule.html",
            form=form,
            rule=rule,
            warnings=said.get(rule.id, []) if rule else [],
        )
        return page, form.status if form.is_submitted() else 200

    def _say_what_matches(self, rule_id: int) -> None:
        """Where nothing of the last month did: a word is misspelt, perhaps."""
        routing = routing_in(newest_values(db.session()))
        saved = rule_id or max(one.id for one in routing.rules)
        tried = self._tried()
        if tried.looked_at and saved not in tried.by_rule:
            words = _("Tidak satu pun dari %(n)s laporan terbaru cocok.", n=tried.looked_at)
            flash(words, "soon")

    def _tried(self) -> DryRun:
        values = newest_values(db.session())
        agency = with_published(g.agency, {"intake": "", "routing": "", **values})
        return dry_run(db.session(), agency=agency, actor=current_actor())
