"""Every page and state of keeping an agency's people: invited by a list, away, leaving,
and with a second factor."""

from __future__ import annotations

import pyotp

from sp4n import clock
from sp4n.accounts.queries import person_by_email
from tests.accounts.people import PASSWORD
from tests.attacks.planting import a_key
from tests.journeys.gallery import Gallery, States
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import Visitor
from tests.journeys.walks import sign_in

GUESTS = """nama,email,peran,unit
Ni Made Uji,made.{0}@contoh.go.id,pimpinan,
I Wayan Uji,wayan.{0}@contoh.go.id,penghubung,
"""
WRONG = "Ketut Uji,ketut@,pengurus,Dinas Entah\n"


def people_pages(visitor: Visitor, gallery: Gallery) -> States:
    """`/kelola/orang/`, as an agency's admin."""
    home, guests = f"{gallery.site}/kelola/orang/", GUESTS.format(visitor.device.language)
    sign_in(visitor, gallery.site, email_of(gallery.scene, "admin"), PASSWORD)
    visitor.open(f"{home}undang-banyak")
    yield "people: a list"
    visitor.go_on("form[action$='/undang-banyak']")
    yield "people: a list, wrong"
    visitor.type(text=guests + WRONG)
    visitor.go_on("form[action$='/undang-banyak']")
    yield "people: a list, in part"
    visitor.type(text=guests)
    visitor.go_on("form[action$='/undang-banyak']")
    yield "people: a list, ready"
    visitor.go_on("form[action$='/kirim']")
    yield "people: a list, invited"
    visitor.open(f"{home}undang-banyak")
    visitor.type(text=guests)
    visitor.go_on("form[action$='/undang-banyak']")
    yield "people: a list, known"
    yield from absence_pages(visitor, gallery)
    yield from leaving_pages(visitor, gallery)


def leaving_pages(visitor: Visitor, gallery: Gallery) -> States:
    home = f"{gallery.site}/kelola/orang/"
    leaving = gallery.scene.person("liaison", units=[gallery.unit])
    head = gallery.scene.person("head", "Putu Pimpinan")
    gallery.scene.desk(leaving).open("/akun")
    visitor.open(f"{home}{leaving.id}")
    yield "people: signed in somewhere"
    visitor.open(f"{home}{leaving.id}/tutup")
    yield "people: leaving"
    visitor.find("[name=successor_id]").select_option(str(head.id))
    visitor.go_on("form[action$='/tutup']")
    yield "people: leaving, wrong"
    visitor.open(f"{home}{gallery.scene.admin.id}/tutup")
    yield "people: an admin leaving"


def absence_pages(visitor: Visitor, gallery: Gallery) -> States:
    """As the admin sees it, who also stands in."""
    away = gallery.scene.person("liaison", "Wayan Cuti", units=[gallery.unit])
    gallery.scene.away(away, gallery.scene.admin)
    visitor.open(f"{gallery.site}/kelola/orang/{away.id}")
    yield "people: away"
    visitor.go_on("form[action$='/tidak-bertugas']")
    yield "people: away, wrong"
    visitor.open(f"{gallery.site}/desk/")
    yield "people: a deputy's list"
    visitor.open(f"{gallery.site}/desk/laporan/{gallery.cases['in_progress'].reference}")
    yield "people: a deputy's case"


def own_absence_pages(visitor: Visitor, gallery: Gallery) -> States:
    """As a liaison notes it."""
    visitor.page.context.clear_cookies()
    email = email_of(gallery.scene, "liaison")
    sign_in(visitor, gallery.site, email, PASSWORD)
    visitor.open(f"{gallery.site}/akun")
    yield "people: a liaison's account"
    visitor.open(f"{gallery.site}/desk/tidak-bertugas")
    yield "people: own absence"
    day = clock.today(gallery.scene.agency.zone).isoformat()
    visitor.find("[name=starts_on]").fill(day)
    visitor.find("[name=ends_on]").fill(day)
    visitor.go_on("form[action$='/tidak-bertugas']")
    yield "people: own absence, wrong"
    visitor.find("[name=deputy_id]").select_option(index=1)
    visitor.go_on("form[action$='/tidak-bertugas']")
    yield "people: own absence, noted"


def second_factor_pages(visitor: Visitor, gallery: Gallery) -> States:
    """Turned on, and asked for."""
    visitor.page.context.clear_cookies()
    email = email_of(gallery.scene, "viewer")
    sign_in(visitor, gallery.site, email, PASSWORD)
    visitor.open(f"{gallery.site}/akun/dua-langkah")
    yield "people: second factor, off"
    visitor.type(current=PASSWORD)
    visitor.go_on("form[action$='/mulai']")
    yield "people: second factor, to be set up"
    secret = visitor.find("main code").inner_text()
    visitor.type(code="000000")
    visitor.go_on("form[action$='/pasang']")
    yield "people: second factor, wrong"
    visitor.type(code=pyotp.TOTP(secret).now())
    visitor.go_on("form[action$='/pasang']")
    yield "people: recovery codes"
    visitor.open(f"{gallery.site}/akun/dua-langkah")
    yield "people: second factor, on"
    visitor.go_on("form[action$='/matikan']")
    yield "people: second factor, not turned off"
    visitor.page.context.clear_cookies()
    sign_in(visitor, gallery.site, email, PASSWORD)
    yield "people: second step"
    visitor.type(code="000000")
    visitor.go_on("form[action$='/kode']")
    yield "people: second step, wrong"
    visitor.open(f"{gallery.site}/masuk")
    visitor.press("form[data-form=kunci] button")
    yield "people: passkey asked for"


def passkey_pages(visitor: Visitor, gallery: Gallery) -> States:
    """One is added by a device that refuses; and one that is there."""
    visitor.page.context.clear_cookies()
    email = email_of(gallery.scene, "head")
    sign_in(visitor, gallery.site, email, PASSWORD)
    visitor.open(f"{gallery.site}/akun/kunci-sandi/baru")
    yield "people: new passkey"
    visitor.type(name="", current=PASSWORD)
    visitor.go_on("form[action$='/baru']")
    yield "people: new passkey, wrong"
    visitor.type(name="Telepon kantor", current=PASSWORD)
    visitor.go_on("form[action$='/baru']")
    yield "people: passkey to be made"
    with gallery.scene.inside() as session:
        person = person_by_email(session, email=email)
        assert person is not None
        key = a_key(session, person, "Telepon kantor")
    visitor.open(f"{gallery.site}/akun/dua-langkah")
    yield "people: passkeys"
    visitor.open(f"{gallery.site}/akun/kunci-sandi/{key}/hapus")
    visitor.go_on("form[action$='/hapus']")
    yield "people: passkey to be removed, wrong"
    visitor.open(f"{gallery.site}/akun/dua-langkah/kode-baru")
    yield "people: new recovery codes"
    visitor.page.context.clear_cookies()
    sign_in(visitor, gallery.site, email, PASSWORD)
    yield "people: second step elsewhere"
