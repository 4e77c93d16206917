"""What the tests of the citizens' door ask for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sp4n.tenants.resolver import AgencyFacts
from tests.factories import ClientFor
from tests.portal.walking import Walker


@pytest.fixture
def browser(client_for: ClientFor) -> Callable[[AgencyFacts], Walker]:
    """`browser(agency)`: another browser each time."""
    return lambda agency: Walker(client_for(agency))


@pytest.fixture
def walker(browser: Callable[[AgencyFacts], Walker], agency: AgencyFacts) -> Walker:
    return browser(agency)
