"""Every page and state of the journeys, one after the other: each walk leads a visitor from state
to state and yields the name of the one that is open. Here those of the public; those of people who
sign in are in `staff_gallery`, refusals and mails in `refusals_gallery`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask

from sp4n import clock
from sp4n.cases.operations import FiledCase
from tests.factories import make_agency
from tests.files.making import picture
from tests.journeys.conftest import House
from tests.journeys.visitor import Visitor
from tests.journeys.walks import REPORT, Filed, answer_questions, track
from tests.scenes import Scene

States = Iterator[str]
LONG = "Pengaduan" + "panjangsekali" * 8
STATES = ("unverified", "unhandled", "in_progress", "awaiting_reply", "closed", "archived")


@dataclass(frozen=True)
class Gallery:
    """One agency with a case in every state, one that takes no reports, and who may look at them.

    The titles are as long as a title may be, in one word: what breaks a page is there."""

    app: Flask
    house: House
    scene: Scene
    cases: dict[str, FiledCase]
    unit: int
    suspended: str
    folder: Path

    @property
    def site(self) -> str:
        return self.house.site(self.scene.agency)

    def filed(self, state: str) -> Filed:
        case = self.cases[state]
        return Filed(case.reference, case.access_code)


def furnished(app: Flask, house: House, folder: Path, **over: str) -> Gallery:
    scene = Scene(app, make_agency(app, contact_phone="(0361) 123", address="Jalan Uji 1", **over))
    unit = scene.unit("Dinas " + LONG)
    suspended = make_agency(app, status="suspended")
    return Gallery(app, house, scene, cases_of(scene, unit), unit, house.site(suspended), folder)


def cases_of(scene: Scene, unit: int) -> dict[str, FiledCase]:
    """Each state's, and: one that is late, an anonymous and a confidential one."""
    late = clock.now() - timedelta(days=40)
    found = {
        "late": scene.filed(at=late, title=LONG),
        "unverified": scene.filed(title=LONG),
        "anonymous": scene.filed(anonymous=True),
        "confidential": scene.filed(confidential=True),
        "archived": scene.archive(scene.filed()),
        "on_hold": scene.hold(scene.filed(title=LONG), f"Di jalan apa? {LONG}"),
    }
    for state in STATES[1:5]:
        found[state] = scene.verify(scene.filed(), public_title=LONG)
        scene.assign(found[state], unit)
    for state in STATES[2:5]:
        scene.answer(found[state], final=state != "in_progress")
    scene.note(found["in_progress"], "Sudah saya telepon.")
    return found


def national_pages(visitor: Visitor, gallery: Gallery) -> States:
    slug = gallery.scene.agency.slug
    for name, path in {
        "front": "/",
        "found": f"/?q={slug}",
        "nothing found": "/?q=qwxyz",
        "directory": "/instansi",
        "directory, nothing": "/instansi?jenis=kementerian&q=qwxyz",
        "public cases": "/laporan?provinsi=pusat",
        "public cases on the map": "/laporan/peta",
        "track": "/lacak?reference=KP7-4XM-9R3T",
        "not found": "/tidak/ada",
        "sign-in": "/masuk",
        "forgotten": "/lupa-sandi",
    }.items():
        visitor.open(path)
        yield f"national: {name}"


def agency_pages(visitor: Visitor, gallery: Gallery) -> States:
    for name, path in {
        "front": "/",
        "public list": "/laporan",
        "public list, nothing": "/laporan?q=qwxyz",
        "public list, narrowed": "/laporan?sejak=365&urut=terlama",
        "public case": f"/laporan/{gallery.cases['awaiting_reply'].reference}",
        "support": f"/dukungan/{gallery.cases['awaiting_reply'].reference}",
        "follow": f"/laporan/{gallery.cases['awaiting_reply'].reference}/ikuti",
        "follow, asked": f"/laporan/{gallery.cases['awaiting_reply'].reference}/ikuti/terkirim",
        "not found": "/tidak/ada",
    }.items():
        visitor.open(gallery.site + path)
        yield f"agency: {name}"
    visitor.open(gallery.suspended)
    yield "agency: suspended"


def filing_pages(visitor: Visitor, gallery: Gallery) -> States:
    """Each question as it is asked, and as it comes back when it was answered wrongly."""
    fake, photo = gallery.folder / "palsu.jpg", gallery.folder / "lampu.jpg"
    fake.write_bytes(b"<script>alert(1)</script>")
    photo.write_bytes(picture(size=(800, 600)))
    wrong = {
        "content": {"title": "Gelap", "description": "Gelap"},
        "place": {"occurred_on": (clock.today(clock.CAPITAL) + timedelta(days=2)).isoformat()},
        "identity": {"reporter_name": "Made", "reporter_email": "made@", "reporter_phone": "1"},
    }
    visitor.open(f"{gallery.site}/lapor")
    yield "filing: classification"
    visitor.go_on()
    yield "filing: classification, wrong"
    visitor.choose("classification", REPORT.classification)
    visitor.go_on()
    for name, typed in wrong.items():
        yield f"filing: {name}"
        visitor.type(**typed)
        visitor.go_on()
        yield f"filing: {name}, wrong"
        answer_again(visitor, name)
        visitor.go_on()
        if name == "place":
            yield from attachment_pages(visitor, fake, photo)
    yield "filing: check"
    visitor.press("main a[href$='#title']")
    yield "filing: one answer changed"
    visitor.go_on()
    visitor.go_on()
    yield "filing: sent"
    visitor.open(f"{gallery.site}/lapor/isi?formulir=tidakada")
    yield "filing: form lost"


def answer_again(visitor: Visitor, question: str) -> None:
    if question == "content":
        visitor.type(title=REPORT.title, description=REPORT.description)
    elif question == "place":
        visitor.type(occurred_on=REPORT.occurred_on)
    else:
        visitor.type(reporter_email=REPORT.reporter_email, reporter_phone=REPORT.reporter_phone)


def attachment_pages(visitor: Visitor, fake: Path, photo: Path) -> States:
    yield "filing: attachments"
    visitor.field("attachments").set_input_files([fake])
    visitor.go_on()
    yield "filing: attachments, wrong"
    visitor.field("attachments").set_input_files([photo])
    visitor.press("main button[name=unggah]")
    yield "filing: attachments, some there"
    visitor.go_on()


def unfinished_pages(visitor: Visitor, gallery: Gallery) -> States:
    """Of a browser that left a form in the middle, and of one that changed what it had sent."""
    visitor.open(f"{gallery.site}/lapor")
    walk = answer_questions(visitor, REPORT)
    next(walk)
    next(walk)
    content = visitor.page.url
    next(walk)
    visitor.open(f"{gallery.site}/lapor")
    yield "filing: one is unfinished"
    visitor.open(content)
    stale = visitor.page.context.new_page()
    stale.goto(content)
    for _page in answer_questions_from(visitor):
        pass
    visitor.go_on()
    stale.locator("[name=title]").fill("Judul yang lain sama sekali")
    stale.locator("main form[method=post] button:not([name])").first.click()
    stale.wait_for_load_state()
    own, visitor.page = visitor.page, stale
    yield "filing: changed after sending"
    visitor.page = own
    stale.close()


def answer_questions_from(visitor: Visitor) -> States:
    """From the second question on, whatever it says already, to the page of answers."""
    while "/lapor/periksa" not in visitor.page.url:
        yield visitor.page.url
        visitor.go_on()


def tracking_pages(visitor: Visitor, gallery: Gallery) -> States:
    visitor.open(f"{gallery.site}/lacak")
    yield "tracking: asked"
    visitor.go_on()
    yield "tracking: nothing typed"
    track(visitor, gallery.site, Filed(gallery.cases["late"].reference, "XXXX-XXXX-XXXX-XXXX"))
    yield "tracking: wrong code"
    for state in ("late", "on_hold", *STATES):
        track(visitor, gallery.site, gallery.filed(state))
        yield f"tracking: {state}"
        if state == "in_progress":
            visitor.go_on("form[action$='/tanggapan']")
            yield "tracking: reply, wrong"
        if state == "awaiting_reply":
            visitor.find("form[action$='/selesai'] button").click()
            yield "tracking: asks before closing"
            visitor.page.keyboard.press("Escape")
