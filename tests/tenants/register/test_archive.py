"""Agencies whose last day has come, and what they are once it is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from sp4n.tenants.register.entry import Period
from sp4n.tenants.register.operations import edit_agency, suspend_agency
from tests.tenants.register.conftest import TODAY, Hooks
from tests.tenants.register.test_operations import BUC, added, agency, imported


def test_what_never_went_live_or_was_suspended_is_that_again_after_the_archive(
    session: Session, hooks: Hooks
) -> None:
    other = replace(BUC, slug="ujilain")
    added(session, hooks, BUC)
    imported(session, hooks, other)
    suspend_agency(session, "ujilain", reason="Alasan", record=hooks.record)
    for last, statuses in (
        (date(2020, 1, 1), ("archived", "archived")),
        (date(2020, 1, 2), ("archived", "archived")),
        (None, ("preparing", "suspended")),
    ):
        ended = Period(None, last)
        edit_agency(session, replace(BUC, connected=ended), today=TODAY, record=hooks.record)
        imported(session, hooks, replace(other, connected=ended))
        found = tuple(agency(session, slug).status for slug in ("ujicoba", "ujilain"))
        assert found == statuses
    changed = hooks.acts[-2]["data"]["changed"]
    assert changed == {
        "status": ["archived", "preparing"],
        "connected_to": ["2020-01-02", None],
    }


def test_one_added_with_a_past_last_day_does_not_come_back_as_live(
    session: Session, hooks: Hooks
) -> None:
    added(session, hooks, replace(BUC, connected=Period(None, date(2020, 1, 1))))
    assert agency(session, "ujicoba").status == "archived"
    imported(session, hooks, replace(BUC, connected=Period()))
    assert agency(session, "ujicoba").status == "preparing"
