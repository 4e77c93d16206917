"""Forms of decrees, documents and policies that are sent twice, or after going back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask

from sp4n.decrees.models import DecreeMember
from sp4n.documents.models import Document
from sp4n.policies.models import Policy
from tests.decrees.test_decrees import drafted
from tests.scenes import Scene


def number_of(scene: Scene, table: Any) -> int:
    with scene.inside() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_what_is_sent_twice_is_made_once(app: Flask, scene: Scene) -> None:
    desk = scene.desk()
    form = desk.open("/desk/dokumen/baru?jenis=sop").form("/dokumen/baru")
    pages = [desk.send(form, title="SOP Pengaduan", number="1/2026") for _time in range(2)]
    assert pages[0].path == pages[1].path
    assert number_of(scene, Document) == 1
    assert desk.send(form, title="SOP Pengaduan", number="2/2026").path != pages[0].path
    form = desk.open("/desk/kebijakan/baru").form("kebijakan")
    typed = {"title": "Kebijakan", "body": "Dasar."}
    pages = [desk.send(form, **typed) for _time in range(2)]
    assert pages[0].path == pages[1].path
    assert number_of(scene, Policy) == 1
    decree = drafted(scene, app.extensions["sp4n.storage"])
    form = desk.open(f"/desk/sk/{decree}/anggota").form("/anggota")
    for _time in range(2):
        assert "Anggota tim tersimpan" in desk.send(form, position="ketua", name="I Wayan").words
    assert number_of(scene, DecreeMember) == 1
