"""Units that an agency's settings send reports to although they are gone, or out of use."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.configuration.queries import newest_values, own_values, published
from sp4n.organisation.queries import unit_tree
from sp4n.settings.intake import Intake, read_intake, topic_names, written_intake
from sp4n.settings.routing import Routing, read_routing, written_routing
from sp4n.web.language import current_language

INTAKE, ROUTING = "intake", "routing"


def units_there(session: Session) -> set[int]:
    return {one.id for one in unit_tree(session, active_only=True)}


def gone_from(session: Session, values: Mapping[str, str]) -> list[str]:
    """What sends reports to a unit that is gone, in words; [] where all are there."""
    intake, rules = _settings(values)
    if not _units_of(values):
        return []
    there = units_there(session)
    lost = [topic for topic, unit in intake.units.items() if unit not in there]
    names = topic_names(session, intake, current_language()) if lost else {}
    said = [_("topik “%(name)s”", name=names.get(topic, topic)) for topic in lost]
    said += [
        _("aturan “%(name)s”", name=one.name) for one in rules.rules if one.unit_id not in there
    ]
    if rules.otherwise and rules.otherwise not in there:
        said.append(_("aturan terakhir, “Selain itu”"))
    return said


def confidential_gone(session: Session, values: Mapping[str, str]) -> list[str]:
    """Rules that made reports confidential for a unit that is gone: without them new reports of
    the kind are not."""
    _intake, routing = _settings(values)
    secret = [one for one in routing.rules if one.confidential]
    there = units_there(session) if secret else set()
    return [one.name for one in secret if one.unit_id not in there]


def without_gone(session: Session, values: Mapping[str, str]) -> dict[str, str]:
    """The same, but that nothing is sent to a unit that is gone: a rule that did is left out."""
    if not _units_of(values):
        return dict(values)
    (intake, rules), there = _settings(values), units_there(session)
    units = {topic: unit for topic, unit in intake.units.items() if unit in there}
    left = tuple(one for one in rules.rules if one.unit_id in there)
    otherwise = rules.otherwise if rules.otherwise in there else None
    texts = {
        INTAKE: written_intake(replace(intake, units=units)),
        ROUTING: written_routing(replace(rules, rules=left, otherwise=otherwise)),
    }
    others = {key: value for key, value in values.items() if key not in texts}
    return {**others, **{key: text for key, text in texts.items() if text}}


def sent_to(session: Session, unit_ids: Collection[int]) -> int:
    """How many topics and rules send reports to these units, in what holds or is being drafted."""
    both = (own_values(published(session)), newest_values(session))
    return max(sum(unit in unit_ids for unit in _units_of(values)) for values in both)


def _units_of(values: Mapping[str, str]) -> list[int]:
    """One for each that sends reports there."""
    intake, rules = _settings(values)
    others = [rules.otherwise] if rules.otherwise else []
    return [*intake.units.values(), *(one.unit_id for one in rules.rules), *others]


def _settings(values: Mapping[str, str]) -> tuple[Intake, Routing]:
    return read_intake(values.get(INTAKE, "")), read_routing(values.get(ROUTING, ""))
