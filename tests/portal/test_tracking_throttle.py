"""Guessing at access codes gets slower, for the one who guesses."""

from __future__ import annotations

from sp4n.tenants.resolver import AgencyFacts
from tests.accounts.browsing import form_of, open_page, send
from tests.factories import ClientFor


def test_guessing_at_a_code_is_slowed_down(agency: AgencyFacts, client_for: ClientFor) -> None:
    client = client_for(agency)
    statuses = []
    for _ in range(8):
        fields = form_of(open_page(client, "/lacak"), "lacak")
        fields |= {"reference": "KP7-4XM-9R3T", "access_code": "X" * 16}
        statuses.append(send(client, "/lacak", fields).status)
    assert statuses[:5] == [422] * 5
    assert statuses[-1] == 429
