"""Ids in an export: of this one alone, and in no order that tells when someone wrote."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.exports.models import AgencyExport
from sp4n.jobs import run
from sp4n.tenants.resolver import AgencyFacts
from tests.exports.test_exports import ask, attach, opened, table, work
from tests.scenes import Scene


@pytest.fixture
def scene(app: Flask, agency: AgencyFacts) -> Scene:
    run.serve(app)
    return Scene(app, agency)


def test_ids_tell_neither_order_nor_time_and_still_lead_to_one_another(scene: Scene) -> None:
    filings = [scene.filed(anonymous=number % 2 == 1) for number in range(8)]
    scene.answer(scene.assign(scene.verify(filings[0]), scene.unit()))
    attach(scene, filings[0].case_id)
    browser, seen = scene.desk(), []
    for _round in range(2):
        ask(browser)
        work(scene)
        with opened(browser) as archive:
            cases, events = (table(archive, name) for name in ("case_record", "case_event"))
            trail, tracked = table(archive, "audit_entry"), table(archive, "tracking")
            (published,), (attached,) = table(archive, "public_case"), table(archive, "attachment")
            (file,) = json.loads(archive.read("manifest.json"))["files"]
            assert archive.read(file["path"])
        ids = {case["reference"]: case["id"] for case in cases}
        assert len(set(ids.values())) == len(filings)
        assert not set(ids.values()) & {filing.case_id for filing in filings}
        for rows in (cases, events, trail):
            assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
            assert min(row["id"] for row in rows) > 10**6
        assert {row["case_id"] for row in events} == set(ids.values())
        assert {row["reference"]: row["case_id"] for row in tracked} == ids
        first = ids[filings[0].reference]
        assert published["id"] == attached["case_id"] == first
        assert (attached["event_id"], file["attachment"]) == (None, attached["id"])
        assert str(attached["id"]) in file["path"]
        about = [row for row in trail if row["object_kind"] == "case"]
        assert {row["object_id"] for row in about} == set(ids.values())
        (answered,) = [row["data"]["event_id"] for row in trail if row["act"] == "case.answered"]
        (event,) = [row for row in events if row["kind"] == "answered"]
        assert (answered, event["case_id"]) == (event["id"], first)
        people = {row["object_id"] for row in trail if row["object_kind"] == "account"}
        assert all(one < 10**6 for one in people)
        seen.append(ids)
        with scene.inside() as session:
            session.execute(sa.update(AgencyExport).values(state="expired"))
    assert seen[0] != seen[1]
