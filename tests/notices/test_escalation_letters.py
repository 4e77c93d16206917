"""Of many late cases one letter a day to a person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases.operations import escalate_batch, tell_of_escalations
from sp4n.tenants.resolver import AgencyFacts
from tests.notices.conftest import Mailbox, Post, readable
from tests.scenes import Scene

pytestmark = pytest.mark.usefixtures("by_smtp")
MONDAY = datetime(2026, 11, 30, 2, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


def test_people_get_one_letter_a_day_about_all_that_came_up_to_them(
    app: Flask, post: Post, mailbox: Mailbox, agency: AgencyFacts
) -> None:
    scene = Scene(app, agency)
    unit = scene.unit()
    liaison, other = scene.person("liaison", units=[unit]), scene.person("liaison")
    head, viewer = scene.person("head"), scene.person("viewer")
    with clock.frozen(MONDAY):
        filings = [scene.assign(scene.verify(scene.filed()), unit) for _number in range(8)]
        lying = scene.filed()
        post.deliver(agency)
    mailbox.arrived.clear()

    def half_hours(day: int, hour: int = 0) -> None:
        """Of the upkeep, from midnight to morning in Bali."""
        at = datetime(2026, 12, day, hour, tzinfo=UTC) - timedelta(hours=8)
        for number in range(0, 17, 4):
            with clock.frozen(at + number * HALF_AN_HOUR):
                with scene.inside() as session:
                    escalate_batch(session)
                with scene.inside() as session:
                    tell_of_escalations(session)
                post.deliver(agency)

    half_hours(4)  # the one that waits to be verified has nobody yet
    assert mailbox.arrived == []
    half_hours(8)  # the first answers were due on the 7th
    assert subjects(mailbox, scene, liaison.id) == ["8 laporan melewati batas waktunya"]
    half_hours(9)
    assert subjects(mailbox, scene, scene.admin.id) == ["Satu laporan melewati batas waktunya"]
    half_hours(9)
    assert len(mailbox.arrived) == 2
    with clock.frozen(datetime(2026, 12, 10, 2, tzinfo=UTC)):
        scene.answer(filings[0])
    half_hours(11)
    assert subjects(mailbox, scene, head.id) == ["Satu laporan melewati batas waktunya"]
    assert subjects(mailbox, scene, scene.admin.id)[1:] == ["7 laporan melewati batas waktunya"]
    for nobody in (other, viewer):
        assert subjects(mailbox, scene, nobody.id) == []
    late = [one for one in mailbox.arrived if "batas waktunya" in str(one["Subject"])]
    assert len(late) == 4
    said = "\n".join(map(readable, late))
    assert "Lampu jalan padam" not in said
    assert all(one.reference not in said for one in (*filings, lying))
    assert "/desk/?dieskalasi=1" in said


def subjects(mailbox: Mailbox, scene: Scene, account_id: int | None) -> list[str]:
    with scene.inside() as session:
        email = session.scalar(
            sa.text("SELECT email FROM account WHERE id = :id"), {"id": account_id}
        )
    return [str(mail["Subject"]) for mail in mailbox.to(str(email))]
