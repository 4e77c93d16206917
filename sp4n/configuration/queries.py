"""Reads of an agency's settings: what holds, what is being drafted, what was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.configuration.catalogue import GROUPS, PICTURES, Group, Setting
from sp4n.configuration.models import ConfigurationVersion
from sp4n.errors import NotFound
from sp4n.settings.answer_rules import NationalRule, national_rules
from sp4n.tenants.models import Agency
from sp4n.tenants.scope import current_agency_id

OPEN = ("draft", "scheduled")
# Pages that are kept somewhere name the pictures of the version before for a moment longer.
STILL_SHOWN = timedelta(seconds=60)


@dataclass(frozen=True)
class Value:
    """One setting as it is: `own` where the agency chose it, else the default. `lock`: what the
    national level says for all, so that nobody else can."""

    setting: Setting
    text: str
    own: bool
    lock: NationalRule | None = None

    @property
    def registered(self) -> bool:
        """The agency's own entry in the national register, which is no default of all."""
        return bool(self.text) and not self.own and self.setting.key in Agency.__table__.c


@dataclass(frozen=True)
class Change:
    setting: Setting
    before: str
    after: str


def published(session: Session) -> ConfigurationVersion | None:
    return session.scalar(_in(("published",)))


def draft(session: Session) -> ConfigurationVersion | None:
    """The one that is being made, or waits for its day."""
    return session.scalar(_in(OPEN))


def edits_so_far(session: Session) -> int:
    """What a form carries to say which state of the settings it was made from."""
    return session.scalar(sa.select(sa.func.max(ConfigurationVersion.edits))) or 0


def own_values(version: ConfigurationVersion | None) -> dict[str, str]:
    """What the agency chose; nothing before its first version."""
    return dict(version.values) if version else {}


def newest_values(session: Session) -> dict[str, str]:
    """What an editor goes on from: the draft's own values, else those that hold."""
    return own_values(draft(session) or published(session))


def version_before(session: Session, version: ConfigurationVersion) -> ConfigurationVersion | None:
    """What held before this one was published."""
    earlier = _in(("past", "published")).where(
        ConfigurationVersion.published_at < version.published_at
    )
    return session.scalars(
        earlier.order_by(ConfigurationVersion.published_at.desc()).limit(1)
    ).first()


def version_numbered(session: Session, *, number: int) -> ConfigurationVersion:
    """One that holds or has held: NotFound for others."""
    found = session.scalar(_in(("published", "past")).where(ConfigurationVersion.number == number))
    if found is None:
        raise NotFound
    return found


def history(session: Session, *, limit: int = 20) -> Sequence[ConfigurationVersion]:
    """What has been published, the newest first."""
    was = _in(("published", "past")).order_by(ConfigurationVersion.number.desc()).limit(limit)
    return session.scalars(was).all()


def defaults(session: Session) -> dict[str, str]:
    """What holds where the agency chose nothing: its entry in the national register, and what the
    national level has set for all."""
    agency = session.scalars(sa.select(Agency).where(Agency.id == current_agency_id())).one()
    keys = [one.key for group in GROUPS for one in group.settings]
    register = {key: str(getattr(agency, key, "") or "") for key in keys}
    return register | {key: one.value for key, one in national_rules(session).items()}


def values_of(
    group: Group,
    own: Mapping[str, str],
    given: Mapping[str, str],
    locked: Mapping[str, NationalRule],
) -> list[Value]:
    """Own values of a version over the defaults that are `given`."""

    def value(one: Setting) -> Value:
        if one.key in locked:
            return Value(one, given[one.key], own=False, lock=locked[one.key])
        return Value(one, own.get(one.key, given[one.key]), own=one.key in own)

    return [value(one) for one in group.settings]


def changes(
    before: Mapping[str, str], after: Mapping[str, str], given: Mapping[str, str]
) -> list[Change]:
    """What a reader would see change from one version's own values to another's."""
    every = (one for group in GROUPS for one in group.settings)
    found = (
        Change(one, before.get(one.key, given[one.key]), after.get(one.key, given[one.key]))
        for one in every
    )
    return [change for change in found if change.before != change.after]


def shows_picture(session: Session, *, name: str) -> bool:
    """Whether citizens' pages show this picture: those of now, or of a moment ago."""
    last = _in(("published", "past")).order_by(ConfigurationVersion.published_at.desc()).limit(2)
    newest = session.scalars(last).all()
    just_now = clock.now() - STILL_SHOWN
    still = newest[:1] if newest and (newest[0].published_at or just_now) < just_now else newest
    return any(name in _pictures_of(version) for version in still)


def pictures_in_use(session: Session) -> set[str]:
    """The names of all that a version holds, has held or may come to hold."""
    versions = session.scalars(_in((*OPEN, "published", "past")))
    return {name for version in versions for name in _pictures_of(version)}


def _pictures_of(version: ConfigurationVersion) -> set[str]:
    return {version.values[key] for key in PICTURES if key in version.values}


def _in(states: Sequence[str]) -> sa.Select[ConfigurationVersion]:
    return sa.select(ConfigurationVersion).where(ConfigurationVersion.state.in_(states))
