"""What a unit's own values stand on, in one version of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from sp4n.organisation.queries import unit_names
from sp4n.settings.answer_rules import national_rules, read_of_units, that_differ

KEY: Final = "unit_rules"


def without_equal(session: Session, values: Mapping[str, str]) -> dict[str, str]:
    """The same, but that no unit keeps what it has of its agency anyway, nor one that is gone."""
    of_units = read_of_units(values.get(KEY, ""))
    others = {key: value for key, value in values.items() if key != KEY}
    if not of_units:
        return others
    there = unit_names(session)
    left = {at: value for at, value in of_units.items() if at[0] in there}
    text = that_differ(left, others, national_rules(session).values())
    return {**others, KEY: text} if text else others
