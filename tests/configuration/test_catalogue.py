"""What can be set, and where it shows."""

from __future__ import annotations

from dataclasses import fields

from sp4n.configuration.catalogue import SETTINGS
from sp4n.tenants.resolver import PUBLISHED, AgencyFacts


def test_what_an_agency_can_set_is_what_its_pages_read_and_no_more() -> None:
    """A setting that no page reads would do nothing; a fact that is no setting could be forged."""
    settable = {key for key, setting in SETTINGS.items() if not setting.locked}
    assert settable == PUBLISHED
    assert {fact.name for fact in fields(AgencyFacts)} >= settable
