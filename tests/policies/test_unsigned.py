"""What holds as data and is not signed yet: told apart from what is missing, by everyone."""

from __future__ import annotations

from typing import Any

from flask import Flask

from sp4n import clock
from tests.action_plans.making import LIST, as_stored, in_force
from tests.files.making import document, pdf_bytes
from tests.policies.test_pages import JANUARY, RULE, published
from tests.scenes import Scene, coordinator_browser


def standings(scene: Scene) -> dict[str, Any]:
    said = scene.browser().client.get("/dokumen.json").json
    return {one["kind"]: one["standing"] for one in said["duties"]}


def test_a_ratified_plan_without_its_pdf_is_not_missing_and_its_pdf_comes_later(
    app: Flask, scene: Scene
) -> None:
    plan_id = in_force(scene, signed=False)
    head = scene.desk(scene.person("head"))
    assert "Disahkan dan berlaku, PDF-nya belum diunggah." in head.open("/desk/instrumen").words
    page = head.follow(head.open(f"{LIST}/{plan_id}"), "Unggah PDF yang ditandatangani")
    assert "Berlaku, PDF belum diunggah" in scene.browser().open("/dokumen").words
    assert standings(scene)["action_plan"] == "unsigned"
    console = coordinator_browser(app)
    there = f"/nasional/dokumen?q={scene.agency.slug}&instrumen=action_plan&keadaan="
    assert "1 berlaku tanpa PDF" in console.open(there + "unsigned").words
    assert "Tidak ada instansi yang cocok" in console.open(there + "missing").words
    form = page.form("/berkas")
    refused = head.send(form)
    assert refused.errors == ["Unggah berkas PDF yang sudah ditandatangani."]
    signed = ("sk.pdf", pdf_bytes(document()))
    assert "PDF tersimpan" in head.send(form, file=signed).words
    kept = as_stored(scene, plan_id).document_id
    again = head.send(form, file=signed)  # the back button, and once more
    assert (again.status, as_stored(scene, plan_id).document_id) == (409, kept)
    assert head.open(f"{LIST}/{plan_id}/berkas").path == f"{LIST}/{plan_id}"
    assert standings(scene)["action_plan"] == "in_force"
    assert "Disahkan dan berlaku." in head.open("/desk/instrumen").words
    for role in ("liaison", "viewer"):
        other = scene.desk(scene.person(role))
        other.strict = False
        assert other.open(f"{LIST}/{plan_id}/berkas").status == 403


def test_a_policy_in_force_without_its_pdf_is_not_missing(app: Flask, scene: Scene) -> None:
    published(scene, RULE, {**RULE, "element": "performance"}, {**RULE, "element": "users"})
    with clock.frozen(JANUARY):
        page = scene.desk().open("/desk/instrumen")
        assert "PDF yang ditandatangani belum ada di daftar dokumen." in page.words
        assert any(one.endswith("/desk/dokumen/baru?jenis=policy") for one in page.links)
        assert standings(scene)["policy"] == "unsigned"
        there = f"/nasional/dokumen?q={scene.agency.slug}&instrumen=policy&keadaan=unsigned"
        assert scene.agency.name in coordinator_browser(app).open(there).words
