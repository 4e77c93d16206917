"""The two agencies of the attacks: planted once, and never changed by an attack that fails."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.attacks.planting import Nationals, Planted, plant, plant_nationals

MINE, THEIRS = "kenarimerah", "kenaribiru"


@pytest.fixture(scope="session")
def nationals(app: Flask) -> Nationals:
    return plant_nationals(app)


@pytest.fixture(scope="session")
def mine(app: Flask, nationals: Nationals) -> Planted:
    """The attackers' own agency."""
    return plant(app, MINE, nationals)


@pytest.fixture(scope="session")
def theirs(app: Flask, nationals: Nationals) -> Planted:
    return plant(app, THEIRS, nationals)
