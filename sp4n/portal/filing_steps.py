"""The order of the questions, and what their answers amount to when all are right."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from sp4n.cases.answers import FilingAnswers
from sp4n.db import db
from sp4n.portal.filing_draft import Draft
from sp4n.portal.filing_forms import (
    ClassificationForm,
    ContentForm,
    FilesForm,
    IdentityForm,
    PlaceForm,
)
from sp4n.sealing import keyed_hash
from sp4n.settings.queries import CategoryFacts, category_by_key
from sp4n.web.forms import Form


@dataclass(frozen=True)
class Step:
    """One page of questions; `short` is its name among the steps, `fields` what it keeps."""

    name: str
    title: LazyString
    short: LazyString
    form: type[Form]
    fields: tuple[str, ...]

    @property
    def template(self) -> str:
        return f"portal/filing/{self.name}.html"

    def form_of(self, draft: Draft, *, csrf: bool = True) -> Form:
        """The page's form as it was typed, right or wrong."""
        return self.form(formdata=MultiDict(draft.typed), meta={"csrf": csrf})

    def understand(self, draft: Draft, form: Form) -> bool:
        """Whether the form is right; the draft keeps what it says: sending reads no form."""
        right = form.validate()
        draft.understood.pop(self.name, None)
        if right:
            draft.understood[self.name] = {name: _kept(form[name].data) for name in self.fields}
        return right


STEPS: Final = (
    Step(
        "jenis",
        _l("Apa yang ingin Anda sampaikan?"),
        _l("Jenis laporan"),
        ClassificationForm,
        ("classification",),
    ),
    Step("isi", _l("Tulis laporan Anda"), _l("Isi laporan"), ContentForm, ("title", "description")),
    Step(
        "tempat",
        _l("Kapan, di mana, dan tentang apa?"),
        _l("Waktu dan tempat"),
        PlaceForm,
        ("occurred_on", "location", "category"),
    ),
    Step("lampiran", _l("Foto atau dokumen"), _l("Lampiran"), FilesForm, ()),
    Step(
        "identitas",
        _l("Siapa yang boleh tahu?"),
        _l("Identitas"),
        IdentityForm,
        ("anonymous", "confidential", "reporter_name", "reporter_email", "reporter_phone"),
    ),
)
BY_NAME: Final = {step.name: step for step in STEPS}
FIRST: Final = STEPS[0]
CHECK: Final = "periksa"
NAMES: Final = (*BY_NAME, CHECK)
TOTAL: Final = len(NAMES)


def number_of(name: str) -> int:
    return NAMES.index(name) + 1


def step_with(fields: Iterable[str]) -> Step:
    """The first one that asks for any of them."""
    return next(step for step in STEPS if not set(step.fields).isdisjoint(fields))


def after(name: str) -> str:
    return NAMES[NAMES.index(name) + 1]


def before(name: str) -> str | None:
    place = NAMES.index(name)
    return NAMES[place - 1] if place else None


@dataclass(frozen=True)
class Answered:
    """What every step says, as it was understood; `faulty` is the first step that is not right."""

    data: dict[str, Any]
    faulty: Step | None

    @property
    def answers(self) -> FilingAnswers:
        """Who gives neither name nor contact is anonymous, whatever was ticked."""
        data, day = self.data, self.data["occurred_on"]
        texts: dict[str, Any] = {name: data[name] or "" for name in TEXTS}
        topic = _topic(data)
        nameless = not (data["reporter_name"] or data["reporter_email"] or data["reporter_phone"])
        return FilingAnswers(
            classification=data["classification"],
            occurred_on=date.fromisoformat(day) if day else None,
            category_id=topic.id if topic else None,
            anonymous=data["anonymous"] or nameless,
            confidential=data["confidential"],
            **texts,
        )


TEXTS: Final = (
    "title",
    "description",
    "location",
    "reporter_name",
    "reporter_email",
    "reporter_phone",
)


def fingerprint(step: Step, draft: Draft, secret: str) -> str:
    """Tells the answers of a step from others, and nobody what they are."""
    typed = {name: draft.typed[name] for name in step.fields if draft.typed.get(name)}
    body = json.dumps(typed, sort_keys=True)
    return keyed_hash(secret, f"{step.name} {body}", purpose="filing-step").hex()


def answered(draft: Draft) -> Answered:
    """Forms are read again only of steps that were never sent, or not right."""
    for step in STEPS:
        if step.name not in draft.understood and not step.understand(
            draft, step.form_of(draft, csrf=False)
        ):
            return Answered({}, step)
    data = {name: draft.understood[s.name][name] for s in STEPS for name in s.fields}
    gone = data["category"] and _topic(data) is None  # it could be chosen when it was
    return Answered(data, BY_NAME["tempat"] if gone else None)


def _topic(data: dict[str, Any]) -> CategoryFacts | None:
    return category_by_key(db.session(), data["category"] or "")


def _kept(value: Any) -> Any:
    """As JSON has it."""
    return value.isoformat() if isinstance(value, date) else value
