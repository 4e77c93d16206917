"""A routing rule as a person would say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sp4n.cases.words import CLASSIFICATION_LABELS
from sp4n.configuration.queries import newest_values
from sp4n.configuration.topics import intake_in
from sp4n.db import db
from sp4n.organisation.queries import unit_names
from sp4n.settings.intake import topic_names
from sp4n.settings.routing import Rule
from sp4n.web.language import current_language

LANGUAGE_LABELS: Final = {"id": _l("Indonesia"), "en": _l("Inggris")}


@dataclass(frozen=True)
class Wording:
    """What units and topics are called."""

    units: Mapping[int, str]
    topics: Mapping[str, str]

    @classmethod
    def now(cls) -> Self:
        intake = intake_in(newest_values(db.session()))
        names = topic_names(db.session(), intake, current_language())
        return cls(unit_names(db.session()), names)

    def unit(self, unit_id: int | None) -> str:
        if unit_id is None:
            return _("Belum ditentukan")
        return self.units.get(unit_id) or _("Unit yang dihapus")

    def conditions(self, rule: Rule) -> list[str]:
        return list(self._conditions(rule))

    def whole(self, rule: Rule) -> str:
        said = [*self.conditions(rule), _("ke %(unit)s", unit=self.unit(rule.unit_id))]
        return "; ".join([*said, _("dirahasiakan")] if rule.confidential else said)

    def _conditions(self, rule: Rule) -> Iterator[str]:
        if rule.classes:
            some = [str(CLASSIFICATION_LABELS.get(one, one)) for one in rule.classes]
            yield _("Jenis: %(some)s", some=_either(some))
        if rule.topics:
            some = [self.topics.get(one, one) for one in rule.topics]
            yield _("Topik: %(some)s", some=_either(some))
        if rule.words:
            yield _("Judul atau isi memuat: %(some)s", some=_either(map(_quoted, rule.words)))
        if rule.places:
            yield _("Lokasi memuat: %(some)s", some=_either(map(_quoted, rule.places)))
        if rule.languages:
            some = [str(LANGUAGE_LABELS.get(one, one)) for one in rule.languages]
            yield _("Bahasa: %(some)s", some=_either(some))


def _quoted(text: str) -> str:
    return f"“{text}”"


def _either(some: object) -> str:
    words = list(some)  # type: ignore[call-overload]
    if len(words) < 2:
        return "".join(words)
    return _("%(some)s atau %(last)s", some=", ".join(words[:-1]), last=words[-1])
