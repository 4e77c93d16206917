"""What a change of the settings would do to the cases that are open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.recounting import Impact, impact_of
from sp4n.configuration.models import ConfigurationVersion
from sp4n.configuration.operations import DUE_BY
from sp4n.configuration.queries import own_values, published
from sp4n.tenants.resolver import AgencyFacts


def impact(
    session: Session, *, agency: AgencyFacts, version: ConfigurationVersion
) -> Impact | None:
    """None where it touches nothing that due dates are counted by."""
    now, then = own_values(published(session)), own_values(version)
    if all(now.get(key, "") == then.get(key, "") for key in DUE_BY):
        return None
    return impact_of(session, agency=as_if(agency, then), at=clock.now())


def as_if(agency: AgencyFacts, values: Mapping[str, str]) -> AgencyFacts:
    """With these days off and limits, and none that are published now."""
    return replace(
        agency,
        local_holidays=values.get("local_holidays", ""),
        time_limits=values.get("time_limits", ""),
    )
