"""/kelola/pengaturan: drafted, looked at as the public will see it, published, taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.configuration.operations import PUBLISH_LATER
from sp4n.jobs import run
from sp4n.jobs.models import Outbox
from sp4n.notices.jobs import sender_of
from sp4n.tenants.resolver import agency_by_id
from tests.factories import make_agency
from tests.pages import Browser, Page
from tests.scenes import Scene

HOME = "/kelola/pengaturan/"
LOOK, CONTACT, MAIL = (f"{HOME}{key}" for key in ("tampilan", "kontak", "surat"))
PUBLISH, HISTORY = f"{HOME}terbitkan", f"{HOME}riwayat"
NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # 12.00 WITA


def change(browser: Browser, path: str, **typed: str) -> Page:
    return browser.send(browser.open(path).form(path.rpartition("/")[2]), **typed)


def publish(browser: Browser, reason: str = "Nomor baru", **typed: str) -> Page:
    return browser.send(browser.open(PUBLISH).form("terbitkan"), reason=reason, **typed)


def public(scene: Scene) -> Page:
    """The front page as anybody sees it."""
    return scene.browser().open("/")


def test_what_is_drafted_is_seen_by_nobody_until_it_is_published(
    scene: Scene, admin: Browser
) -> None:
    page = change(admin, CONTACT, contact_phone="(0361) 777888", opening_hours="Senin, 08.00")
    assert "Warga belum melihat" in page.text
    assert "2 perubahan yang belum terbit" in page.words
    assert "777888" not in public(scene).text
    page = admin.open(PUBLISH)
    assert "(0361) 777888" in page.words
    page = publish(admin)
    assert "Warga sudah melihat" in page.text
    front = public(scene).text
    assert "(0361) 777888" in front
    assert "Senin, 08.00" in front


def test_a_preview_shows_the_draft_to_who_drafts_it_and_sends_nothing(
    scene: Scene, admin: Browser
) -> None:
    change(admin, LOOK, welcome_title="Ceritakan kepada kami", colour="#7a1f5c")
    frames = admin.send(admin.open(HOME).form("pratinjau"))
    assert len(list(frames.tree.iter("iframe"))) == 2
    assert "frame-src 'self'" in frames.headers["Content-Security-Policy"]
    page = admin.open("/")
    assert page.heading == "Ceritakan kepada kami"
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "Hanya Anda yang melihat" in page.text
    assert "#7a1f5c" in admin.open("/warna.css").text
    assert public(scene).heading != "Ceritakan kepada kami"
    sent = admin.client.post("/lapor/jenis", data={"classification": "pengaduan"})
    assert sent.status_code == 409
    page = admin.follow(admin.open("/laporan"), "Akhiri pratinjau")
    assert page.heading != "Ceritakan kepada kami"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert admin.open(f"{HOME}pratinjau").path == HOME


def test_what_goes_back_to_its_default_does_so_in_the_preview_too(
    scene: Scene, admin: Browser
) -> None:
    change(admin, CONTACT, contact_phone="(0361) 111222", opening_hours="Senin, 08.00")
    publish(admin)
    assert "Dari daftar nasional instansi" in admin.open(LOOK).words  # its colour
    form = admin.open(CONTACT).form("kontak")
    admin.send(form, ("bawaan", "opening_hours"), contact_phone="")
    admin.send(admin.open(HOME).form("pratinjau"))
    front = admin.open("/").text
    assert "Senin, 08.00" not in front
    assert "111222" not in front
    assert "111222" in public(scene).text


def test_a_colour_that_cannot_be_read_is_darkened_and_said_so(admin: Browser) -> None:
    page = change(admin, LOOK, colour="#ffee55")
    assert "Di atas #ffee55 tulisan putih sukar dibaca" in page.text
    assert "Warna kami ubah menjadi #" in page.text
    assert len(page.find_all("swatches__picture")) == 2
    assert 'value="#ffee55"' not in admin.open(LOOK).text


@pytest.mark.parametrize(
    ("path", "typed", "words"),
    [
        (CONTACT, {"contact_email": "bukan email"}, "alamat email seperti"),
        (CONTACT, {"contact_phone": "telepon saja"}, "nomor telepon dengan angka"),
        (CONTACT, {"address": "x" * 201}, "Paling panjang 200 huruf"),
        (LOOK, {"colour": "merah"}, "Tulis warna seperti"),
        (LOOK, {"welcome_title": "x" * 81}, "Paling panjang 80 huruf"),
        (MAIL, {"mail_signature": "x" * 201}, "Paling panjang 200 huruf"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_kept(
    admin: Browser, path: str, typed: dict[str, str], words: str
) -> None:
    page = change(admin, path, **typed)
    assert page.status == 422
    assert any(words in error for error in page.errors)
    if "colour" not in typed:
        assert page.form(path.rpartition("/")[2]).values[next(iter(typed))] in typed.values()
    assert "belum terbit" not in admin.open(HOME).words


def test_the_default_is_one_press_away_and_equal_to_it_is_not_kept(
    scene: Scene, admin: Browser
) -> None:
    default = scene.agency.colour
    change(admin, LOOK, colour="#7a1f5c", welcome_title="Halo")
    form = admin.open(LOOK).form("tampilan")
    page = admin.send(form, ("bawaan", "colour"))
    form = page.form("tampilan")
    assert form.values["colour"] == default
    assert form.values["welcome_title"] == "Halo"
    assert "Satu diatur sendiri" in admin.open(HOME).words


def test_a_name_is_the_registers_and_a_forged_field_changes_nothing(
    scene: Scene, admin: Browser
) -> None:
    form = admin.open(LOOK).form("tampilan")
    assert "name" not in form.controls
    admin.send_filled(form, {**form.values, "name": "Instansi Palsu", "status": "suspended"})
    publish(admin)
    assert "Instansi Palsu" not in public(scene).text


def test_two_who_draft_at_once_do_not_overwrite_each_other(scene: Scene, admin: Browser) -> None:
    other = scene.desk(scene.person("admin", "Made Rekan"))
    mine = admin.open(CONTACT).form("kontak")
    change(other, CONTACT, contact_phone="(0361) 111222")
    page = admin.send(mine, contact_phone="(0361) 333444")
    assert page.status == 409
    assert "Made Rekan baru saja mengubah draf ini" in " ".join(page.errors)
    assert page.form("kontak").values["contact_phone"] == "(0361) 333444"
    assert "Di draf sekarang: (0361) 111222" in page.words
    admin.send(page.form("kontak"))
    assert admin.open(CONTACT).form("kontak").values["contact_phone"] == "(0361) 333444"


@pytest.mark.parametrize("meanwhile", ["published", "thrown away", "restored"])
def test_a_form_from_before_does_not_overwrite_what_came_after(
    scene: Scene, admin: Browser, meanwhile: str
) -> None:
    """Where the draft that it was made from is gone, and another one looks like it."""
    other = scene.desk(scene.person("admin", "Made Rekan"))
    for phone in ("(0361) 100001", "(0361) 100002"):
        change(other, CONTACT, contact_phone=phone)
        publish(other)
    change(other, CONTACT, contact_phone="(0361) 100003")
    mine = admin.open(CONTACT).form("kontak")
    if meanwhile == "restored":
        other.send(other.open(f"{HISTORY}/1").form("riwayat/1"), reason="Nomor lama")
    else:
        if meanwhile == "published":
            publish(other)
        else:
            other.send(other.open(f"{HOME}buang").form("buang"))
        change(other, CONTACT, address="Jalan Baru 7")
    page = admin.send(mine, opening_hours="Senin")
    assert page.status == 409
    assert page.form("kontak").values["opening_hours"] == "Senin"
    page = admin.send(page.form("kontak"))
    assert "Draf tersimpan" in page.text


@pytest.mark.parametrize("number", ["0", "2", str(2**63), "9" * 30, "-1", "satu"])
def test_versions_that_there_are_not_are_not_found(
    scene: Scene, admin: Browser, number: str
) -> None:
    change(admin, CONTACT, contact_phone="(0361) 111222")
    publish(admin)
    change(admin, CONTACT, contact_phone="(0361) 333444")  # version 2 is a draft
    assert admin.open(f"{HISTORY}/{number}").status == 404


@pytest.mark.parametrize(
    "at", ["2026-11-24T08:00", "2036-11-26T08:00", "9999-12-31T23:59", "besok"]
)
def test_a_schedule_is_for_the_coming_year(admin: Browser, at: str) -> None:
    with clock.frozen(NOON):
        change(admin, CONTACT, contact_phone="(0361) 111222")
        page = publish(admin, when="later", publish_at=at)
    assert page.status == 422
    assert len(page.errors) == 1
    assert page.form("terbitkan").values["reason"] == "Nomor baru"


def test_what_was_not_looked_at_is_not_published(scene: Scene, admin: Browser) -> None:
    change(admin, CONTACT, contact_phone="(0361) 111222")
    form = admin.open(PUBLISH).form("terbitkan")
    change(admin, CONTACT, contact_phone="(0361) 999000")
    page = admin.send(form, reason="Sudah dilihat")
    assert page.status == 409
    assert "111222" not in public(scene).text
    assert "999000" not in public(scene).text


def test_publishing_asks_for_the_reason(admin: Browser) -> None:
    change(admin, CONTACT, contact_phone="(0361) 111222")
    page = publish(admin, reason="")
    assert page.status == 422
    assert any("Tulis alasannya" in error for error in page.errors)


def test_a_past_version_is_restored_in_one_act(scene: Scene, admin: Browser) -> None:
    for phone in ("(0361) 111222", "(0361) 333444"):
        change(admin, CONTACT, contact_phone=phone)
        publish(admin, reason=f"Nomor {phone}")
    history = admin.open(HISTORY)
    assert "Nomor (0361) 111222" in history.words
    page = admin.follow(history, "Versi 1")
    assert "(0361) 333444" in page.words
    admin.send(page.form("riwayat/1"), reason="Nomor lama masih dipakai")
    front = public(scene).text
    assert "111222" in front
    assert "333444" not in front
    assert "Versi 3" in admin.open(HISTORY).words
    acts = admin.open("/desk/jejak").words
    assert acts.count("Menerbitkan pengaturan") == 3 + 1  # and among what can be searched for


def test_a_schedule_publishes_by_itself_and_can_be_taken_back(scene: Scene, admin: Browser) -> None:
    with clock.frozen(NOON):
        change(admin, CONTACT, contact_phone="(0361) 111222")
        page = publish(admin, when="later", publish_at="2026-11-24T08:00")
        assert page.status == 422
        page = publish(admin, when="later", publish_at="2026-11-26T08:00")
        assert "26 November 2026" in page.words
        page = admin.send(page.form("batal-jadwal"))
        publish(admin, when="later", publish_at="2026-11-25T14:00")
    assert due(scene, NOON + timedelta(hours=1)) == []
    assert due(scene, NOON + timedelta(hours=3)) == [PUBLISH_LATER]
    assert "111222" in public(scene).text


def due(scene: Scene, at: datetime) -> list[str]:
    """Does what has become due of this room by then, and says what it was."""
    run.serve(scene.app)
    with clock.frozen(at), scene.inside() as session:
        wanted = sa.select(Outbox.id).where(
            Outbox.kind == PUBLISH_LATER, Outbox.due_at <= at, Outbox.state == "scheduled"
        )
        found = list(session.scalars(wanted))
        session.execute(sa.update(Outbox).where(Outbox.id.in_(found)).values(state="waiting"))
    done = []
    with clock.frozen(at):
        for outbox_id in found:
            run.run_outbox(scene.agency.id, outbox_id)
            done.append(PUBLISH_LATER)
    return done[:1]


def test_a_draft_can_be_thrown_away(scene: Scene, admin: Browser) -> None:
    change(admin, CONTACT, contact_phone="(0361) 111222")
    page = admin.send(admin.open(f"{HOME}buang").form("buang"))
    assert "Draf dibuang" in page.text
    assert "belum terbit" not in page.words
    assert admin.open(CONTACT).form("kontak").values["contact_phone"] != "(0361) 111222"


def test_mail_ends_as_the_agency_wants(scene: Scene, admin: Browser) -> None:
    change(admin, MAIL, mail_signature="Tim Pengaduan\nSiap melayani")
    with scene.inside():
        assert sender_of(agency_by_id(scene.agency.id)).signature == ""
    publish(admin)
    with scene.inside():
        signature = sender_of(agency_by_id(scene.agency.id)).signature
    assert signature == "Tim Pengaduan\nSiap melayani"


@pytest.mark.parametrize("role", ["liaison", "head", "viewer"])
@pytest.mark.parametrize("path", [HOME, LOOK, PUBLISH, HISTORY, f"{HOME}buang"])
def test_only_an_admin_may(scene: Scene, role: str, path: str) -> None:
    assert scene.desk(scene.person(role)).open(path).status == 403


def test_another_agencys_settings_are_another_world(
    scene: Scene, app: Flask, admin: Browser
) -> None:
    other = Scene(app, make_agency(app))
    change(other.desk(), CONTACT, contact_phone="(0361) 555999")
    publish(other.desk())
    assert "555999" in public(other).text
    assert "555999" not in public(scene).text
    assert "555999" not in admin.open(CONTACT).text
    assert admin.open(f"{HISTORY}/1").status == 404
