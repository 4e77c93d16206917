"""The catalogue of topics: as the file has it, in the order of the form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from sp4n.db import db
from sp4n.settings import queries
from sp4n.settings.models import Category
from sp4n.settings.operations import load_categories
from sp4n.settings.queries import categories, category, category_by_key
from sp4n.tenants.scope import Scope, opened


@pytest.fixture
def national_session(app: Flask) -> Iterator[Session]:
    """Nothing of it is committed, and what this process remembers of it is forgotten."""
    with app.app_context(), opened(Scope("national")):
        load_categories(db.session())
        yield db.session()
        queries.forget()


def test_nineteen_topics_are_named_in_two_languages(national_session: Session) -> None:
    found = categories(national_session)
    assert len([one for one in found if one.parent_id is None]) == 19
    assert all(one.label("id") and one.label("en") for one in found)
    assert len({one.label("id") for one in found}) == len(found)
    roads = category_by_key(national_session, "jalan-rusak")
    assert roads is not None
    assert (roads.label("id"), roads.label("en")) == ("Jalan rusak", "Damaged roads")


def test_each_topic_stands_before_its_own_sub_topics(national_session: Session) -> None:
    topic = None
    for one in categories(national_session):
        if one.parent_id is None:
            topic = one
        else:
            assert topic is not None
            assert one.parent_id == topic.id
    assert topic is not None
    assert topic.key == "topik-lainnya"


def test_loading_again_adds_nothing(national_session: Session) -> None:
    before = categories(national_session)
    load_categories(national_session)
    assert categories(national_session) == before


def test_what_the_national_level_switched_off_stays_off_and_keeps_its_name(
    national_session: Session,
) -> None:
    row = national_session.scalars(sa.select(Category).filter_by(key="jalan-rusak")).one()
    row.active = False
    national_session.flush()
    load_categories(national_session)
    assert category_by_key(national_session, "jalan-rusak") is None
    kept = category(national_session, row.id)
    assert kept is not None
    assert kept.name == "Jalan rusak"


def test_a_topic_that_is_switched_off_takes_its_sub_topics_along(national_session: Session) -> None:
    row = national_session.scalars(sa.select(Category).filter_by(key="pekerjaan-umum")).one()
    row.active = False
    national_session.flush()
    queries.forget()
    assert category_by_key(national_session, "jalan-rusak") is None


@pytest.mark.parametrize("key", ["", "bukan-kategori", "1", "\x00", "' OR 1=1 --"])
def test_an_unknown_category_is_none(national_session: Session, key: str) -> None:
    assert category_by_key(national_session, key) is None
    assert category(national_session, 0) is None
