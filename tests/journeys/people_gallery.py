"""Every page and state of keeping an agency's people: invited by a list, and leaving."""

from __future__ import annotations

from tests.accounts.people import PASSWORD
from tests.journeys.gallery import Gallery, States
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import Visitor
from tests.journeys.walks import sign_in

GUESTS = """nama,email,peran,unit
Ni Made Uji,made.uji@contoh.go.id,pimpinan,
I Wayan Uji,wayan.uji@contoh.go.id,penghubung,
"""
WRONG = "Ketut Uji,ketut@,pengurus,Dinas Entah\n"


def people_pages(visitor: Visitor, gallery: Gallery) -> States:
    """`/kelola/orang/`, as an agency's admin."""
    home = f"{gallery.site}/kelola/orang/"
    sign_in(visitor, gallery.site, email_of(gallery.scene, "admin"), PASSWORD)
    visitor.open(f"{home}undang-banyak")
    yield "people: a list"
    visitor.go_on("form[action$='/undang-banyak']")
    yield "people: a list, wrong"
    visitor.type(text=GUESTS + WRONG)
    visitor.go_on("form[action$='/undang-banyak']")
    yield "people: a list, in part"
    visitor.type(text=GUESTS)
    visitor.go_on("form[action$='/undang-banyak']")
    yield "people: a list, ready"
    visitor.go_on("form[action$='/kirim']")
    yield "people: a list, invited"
    visitor.open(f"{home}undang-banyak")
    visitor.type(text=GUESTS)
    visitor.go_on("form[action$='/undang-banyak']")
    yield "people: a list, known"
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
