"""Reporters' rights: what is held is shown, taken along, corrected, and erased everywhere."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.cases.models import CaseRecord, Identity
from sp4n.cases.operations import FiledCase
from sp4n.db import Base
from sp4n.figures.queries import figures_of
from sp4n.jobs.models import Outbox
from sp4n.jobs.run import run_outbox, serve
from sp4n.privacy.operations import ELSEWHERE, erase_here, erase_waiting
from sp4n.seals.codes import proof_code
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.between import between
from tests.desk.test_splitting import parts_of, split
from tests.pages import Browser, Page
from tests.scenes import Scene
from tests.seals.test_pages import checked
from tests.seals.test_sealing import seal

WHO = ("Kenarinamasaya", "kenarisurel@contoh.id", "0812 7777 5353")


@pytest.fixture
def filed(scene: Scene) -> FiledCase:
    name, email, phone = WHO
    return scene.verify(scene.filed(reporter_name=name, reporter_email=email, reporter_phone=phone))


def following(scene: Scene, filed: FiledCase) -> Browser:
    browser = scene.browser()
    page = browser.open("/lacak")
    browser.send(page.form("lacak"), reference=filed.reference, access_code=filed.access_code)
    return browser


def sent(browser: Browser, filed: FiledCase, path: str, form: str, **typed: str) -> Page:
    page = browser.open(f"/lacak/{filed.reference}/data{path}")
    return browser.send(page.form(form), **{"access_code": filed.access_code, **typed})


def sealed(scene: Scene, filed: FiledCase) -> bytes | None:
    with scene.inside() as session:
        wanted = sa.select(Identity.sealed).where(Identity.case_id == filed.case_id)
        return session.scalar(wanted)


def test_what_is_held_is_shown_with_the_code_and_the_look_is_noted(
    scene: Scene, filed: FiledCase
) -> None:
    browser = following(scene, filed)
    assert f"/lacak/{filed.reference}/data" in browser.open(f"/lacak/{filed.reference}").text
    page = browser.open(f"/lacak/{filed.reference}/data")
    assert "Lampu jalan padam" in page.words
    assert not any(one in page.text for one in WHO)
    assert not any(
        one in sent(browser, filed, "", "data", access_code="X" * 16).text for one in WHO
    )
    page = sent(browser, filed, "", "data")
    assert all(one in page.text for one in WHO)
    assert "Anda sendiri" in browser.open(f"/lacak/{filed.reference}/data").words


def test_all_of_it_is_taken_along(scene: Scene, filed: FiledCase) -> None:
    browser = following(scene, filed)
    page = browser.open(f"/lacak/{filed.reference}/data")
    form = {**page.form("data").values, "access_code": filed.access_code, "bawa": "1"}
    answer = browser.client.post(f"/lacak/{filed.reference}/data", data=form)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        told = json.loads(packed.read("data.json"))
    assert told["identity"]["name"] == WHO[0]
    assert told["description"]


def test_name_and_contact_are_corrected(scene: Scene, filed: FiledCase) -> None:
    browser = following(scene, filed)
    wrong = sent(browser, filed, "/perbaiki", "perbaiki", email="bukan surel", name="Ketut")
    assert wrong.status == 422
    assert "Ketut" in wrong.text
    assert sent(browser, filed, "/perbaiki", "perbaiki").status == 422  # nothing to change
    sent(browser, filed, "/perbaiki", "perbaiki", email="baru@contoh.id")
    opened = scene.app.extensions["sp4n.sealer"].open(sealed(scene, filed))
    assert opened == {"name": WHO[0], "email": "baru@contoh.id", "phone": WHO[2]}


def test_who_somebody_is_goes_and_case_figures_and_seals_stay(
    scene: Scene, filed: FiledCase, superuser: sa.Connection
) -> None:
    seal(scene)
    before, numbers = sealed(scene, filed), figures(scene)
    assert before is not None
    browser = following(scene, filed)
    wrong = sent(browser, filed, "/hapus", "hapus", access_code="X" * 16)
    assert (wrong.status, sealed(scene, filed)) == (422, before)
    assert "sudah dihapus" in sent(browser, filed, "/hapus", "hapus").words
    assert found(superuser, [before, *(one.encode() for one in WHO)]) == set()
    assert figures(scene) == numbers
    seal(scene)
    assert checked(scene, filed) == "partly_removed"
    desk = scene.desk().open(f"/desk/laporan/{filed.reference}")
    assert "Identitas dihapus atas permintaan pelapor" in desk.words
    again = sent(browser, filed, "/hapus", "hapus")
    assert again.status == 409


def test_the_parts_of_a_report_forget_who_made_it_too(
    scene: Scene, filed: FiledCase, superuser: sa.Connection
) -> None:
    split(scene, filed, "Jalan berlubang", "Lampu padam")
    assert len(parts_of(scene, filed)) == 2
    assert "sudah dihapus" in sent(following(scene, filed), filed, "/hapus", "hapus").words
    kept = sa.select(sa.func.count()).where(Identity.agency_id == scene.agency.id)
    assert superuser.scalar(kept) == 0


def figures(scene: Scene) -> object:
    with scene.inside() as session:
        return figures_of(session, scene.agency.id)


def found(superuser: sa.Connection, words: list[bytes]) -> set[str]:
    """Columns of any table that hold one of these."""
    return {where for where, raw in values(superuser) if any(one in raw for one in words)}


def values(superuser: sa.Connection) -> Iterator[tuple[str, bytes]]:
    for table in Base.metadata.sorted_tables:
        for row in superuser.execute(sa.select(table)):
            for column, value in row._mapping.items():
                if isinstance(value, str | bytes | memoryview | list | dict):
                    plain = isinstance(value, bytes | memoryview)
                    yield f"{table.name}.{column}", bytes(value) if plain else str(value).encode()


def test_a_letter_that_waits_goes_nowhere_after_an_erasure(
    app: Flask, scene: Scene, filed: FiledCase
) -> None:
    with scene.inside() as session:
        owed = sa.select(Outbox.id).where(Outbox.kind.startswith("notice.case"))
        waiting = list(session.scalars(owed))
    assert waiting
    sent(following(scene, filed), filed, "/hapus", "hapus")
    serve(app)
    for outbox_id in waiting:
        run_outbox(scene.agency.id, outbox_id)
    with scene.inside() as session:
        states = session.scalars(sa.select(Outbox.state).where(Outbox.id.in_(waiting)))
        assert set(states) == {"done"}


def test_where_the_law_wants_it_kept_an_erasure_waits_for_the_end(scene: Scene) -> None:
    filing = scene.verify(scene.filed(), supervision=True, publish=False)
    browser = following(scene, filing)
    page = sent(browser, filing, "/hapus", "hapus")
    assert "UU 27/2022 Pasal 15" in page.words
    assert sealed(scene, filing) is not None
    assert sent_again(browser, filing) == 409
    with scene.inside() as session:
        assert erase_waiting(session) == 0
    scene.archive(filing)
    with scene.inside() as session:
        assert erase_waiting(session) == 1
    assert sealed(scene, filing) is None


def sent_again(browser: Browser, filed: FiledCase) -> int:
    return sent(browser, filed, "/hapus", "hapus").status


def test_who_left_nothing_has_nothing_to_erase(scene: Scene) -> None:
    nobody = dict.fromkeys(("reporter_name", "reporter_email", "reporter_phone"), "")
    filing = scene.filed(anonymous=True, **nobody)
    browser = following(scene, filing)
    assert "Tidak ada yang tersimpan" in browser.open(f"/lacak/{filing.reference}/data").words
    assert sent(browser, filing, "/hapus", "hapus").status == 409


def test_nobody_comes_here_without_the_code(scene: Scene, filed: FiledCase) -> None:
    browser = scene.browser()
    for path in ("", "/perbaiki", "/hapus"):
        assert browser.client.get(f"/lacak/{filed.reference}/data{path}").status_code == 404


def test_a_receipt_of_an_erased_case_still_proves(scene: Scene, filed: FiledCase) -> None:
    """Replayed: it shows what it always did, and nobody's name."""
    seal(scene)
    code = proof_code(scene.app.config["SECRET_KEY"], filed.reference)
    sent(following(scene, filed), filed, "/hapus", "hapus")
    page = scene.browser().open(f"/periksa?nomor={filed.reference}&bukti={code}")
    assert "segel tetap sah" in page.words
    assert not any(one in page.text for one in WHO)


def test_a_part_that_the_law_wants_kept_forgets_who_made_it_once_it_has_ended(
    scene: Scene, filed: FiledCase
) -> None:
    split(scene, filed, "Jalan berlubang", "Pungli di loket")
    kept = [one.id for one in parts_of(scene, filed)][-1]
    with scene.inside() as session:
        weighty = session.get_one(CaseRecord, (scene.agency.id, kept))
        weighty.confidential = weighty.supervision = True
    sent(following(scene, filed), filed, "/hapus", "hapus")

    def known() -> list[int]:
        with scene.inside() as session:
            return list(session.scalars(sa.select(Identity.case_id)))

    assert known() == [kept]
    with scene.inside() as session:
        assert erase_waiting(session) == 0
        session.get_one(CaseRecord, (scene.agency.id, kept)).supervision = False
    with scene.inside() as session:
        assert erase_waiting(session) == 1
    assert known() == []


def test_a_part_that_has_gone_elsewhere_is_erased_there_too(
    app: Flask, scene: Scene, other_agency: AgencyFacts, filed: FiledCase, superuser: sa.Connection
) -> None:
    two = between(app, superuser, scene.agency, other_agency)
    split(scene, filed, "Jalan berlubang")
    (part,) = parts_of(scene, filed)
    two.hand_over(replace(filed, case_id=part.id, reference=part.reference))
    with scene.inside() as session:  # as when another agency that had the whole asks for it
        erase_here(session, reference=filed.reference)
        owed = sa.select(Outbox.object_id).where(Outbox.kind == ELSEWHERE)
        assert list(session.scalars(owed)) == [part.id]
