"""Every page and state of the journeys, one after the other: each walk leads a visitor from state
to state and yields the name of the one that is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask

from sp4n import clock
from sp4n.cases.operations import FiledCase
from tests.accounts.people import PASSWORD
from tests.factories import make_agency
from tests.files.making import picture
from tests.journeys.conftest import House
from tests.journeys.test_keepers import coordinator
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import Visitor
from tests.journeys.walks import REPORT, Filed, answer_questions, sign_in, track
from tests.scenes import Scene

States = Iterator[str]
LONG = "Pengaduan" + "panjangsekali" * 8
STATES = ("unverified", "unhandled", "in_progress", "awaiting_reply", "closed", "archived")
REASON = "Menelusuri keluhan warga yang belum dijawab."


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
        "public case": f"/laporan/{gallery.cases['awaiting_reply'].reference}",
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
    for state in ("late", *STATES):
        track(visitor, gallery.site, gallery.filed(state))
        yield f"tracking: {state}"
        if state == "in_progress":
            visitor.go_on("form[action$='/tanggapan']")
            yield "tracking: reply, wrong"
        if state == "awaiting_reply":
            visitor.find("form[action$='/selesai'] button").click()
            yield "tracking: asks before closing"
            visitor.page.keyboard.press("Escape")


def account_pages(visitor: Visitor, gallery: Gallery) -> States:
    """Getting in: wrongly, with a letter, and what one keeps about oneself."""
    site, email = gallery.site, email_of(gallery.scene, "viewer")
    sign_in(visitor, site, email, "salah sekali sandinya")
    yield "accounts: sign-in, wrong"
    visitor.open(f"{site}/lupa-sandi")
    visitor.go_on()
    yield "accounts: forgotten, wrong"
    visitor.type(email=email)
    visitor.go_on()
    yield "accounts: letter on its way"
    visitor.open(f"{site}/atur-sandi/{'x' * 43}")
    yield "accounts: link over"
    sign_in(visitor, site, email, PASSWORD)
    yield "desk: list of a viewer"
    visitor.open(f"{site}/kelola/")
    yield "desk: not allowed"
    visitor.open(f"{site}/akun")
    yield "accounts: own account"
    visitor.press("main a[href$='/akun/sandi']")
    yield "accounts: password"
    visitor.go_on()
    yield "accounts: password, wrong"


def desk_pages(visitor: Visitor, gallery: Gallery) -> States:
    site = gallery.site
    visitor.open(f"{site}/masuk")
    yield "desk: sign-in"
    sign_in(visitor, site, email_of(gallery.scene, "admin"), PASSWORD)
    yield "desk: list"
    for name, path in {
        "list, late": "/desk/?terlambat=1",
        "list, nothing": "/desk/?q=qwxyz",
        "trail": "/desk/jejak",
    }.items():
        visitor.open(site + path)
        yield f"desk: {name}"
    for state, case in gallery.cases.items():
        visitor.open(f"{site}/desk/laporan/{case.reference}")
        yield f"desk: case, {state}"
    yield from desk_forms(visitor, gallery)


def desk_forms(visitor: Visitor, gallery: Gallery) -> States:
    """What a case's forms say when they were filled in wrongly; and the reporter's name, opened."""
    visitor.open(f"{gallery.site}/desk/laporan/{gallery.cases['unverified'].reference}")
    visitor.tick("publish")
    yield "desk: to be published"
    visitor.type(public_title="")
    visitor.go_on("form[action$='/verifikasi']")
    yield "desk: verify, wrong"
    case = f"{gallery.site}/desk/laporan/{gallery.cases['in_progress'].reference}"
    for act in ("jawab", "catatan", "arsipkan", "teruskan"):
        visitor.open(case)
        # Folded away or not: what is sent without a word comes back with the reason.
        visitor.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        visitor.go_on(f"form[action$='/{act}']")
        yield f"desk: {act}, wrong"
    visitor.open(case)
    visitor.press("form[action$='/identitas'] button")
    yield "desk: identity"


def keeping_pages(visitor: Visitor, gallery: Gallery) -> States:
    """`/kelola/`, as the admin whom `desk_pages` signed in."""
    site = gallery.site
    person = gallery.scene.person("liaison", units=[gallery.unit])
    for name, path in {
        "index": "",
        "units": "unit/",
        "units, nothing": "unit/?search=qwxyz",
        "unit": f"unit/{gallery.unit}/ubah",
        "unit, to be deleted": f"unit/{gallery.unit}/hapus",
        "people": "orang/",
        "person": f"orang/{person.id}",
        "account, to be closed": f"orang/{person.id}/tutup",
    }.items():
        visitor.open(f"{site}/kelola/{path}")
        yield f"keeping: {name}"
    for name, path in {"new unit": "unit/baru", "invite": "orang/undang"}.items():
        visitor.open(f"{site}/kelola/{path}")
        yield f"keeping: {name}"
        visitor.go_on()
        yield f"keeping: {name}, wrong"


def console_pages(visitor: Visitor, gallery: Gallery) -> States:
    slug = gallery.scene.agency.slug
    sign_in(visitor, gallery.house.origin, coordinator(gallery.app, "super_admin"), PASSWORD)
    yield "console: overview"
    for name, path in {
        "agencies": "/nasional/instansi",
        "agencies, nothing": "/nasional/instansi?q=qwxyz",
        "agency": f"/nasional/instansi/{slug}",
        "keeping": "/nasional/kelola/",
        "kept agencies": "/nasional/kelola/instansi/",
        "new agency": "/nasional/kelola/instansi/baru",
        "kept agency": f"/nasional/kelola/instansi/{gallery.scene.agency.id}",
        "agency, to be changed": f"/nasional/kelola/instansi/{gallery.scene.agency.id}/ubah",
        "people": "/nasional/kelola/orang/",
    }.items():
        visitor.open(path)
        yield f"console: {name}"
    visitor.open(f"/nasional/instansi/{slug}/buka")
    yield "console: asked for a reason"
    visitor.go_on("form[action$='/buka']")
    yield "console: asked for a reason, wrong"
    visitor.type(reason=REASON)
    visitor.go_on("form[action$='/buka']")
    yield "console: inside"
    reference = gallery.cases["awaiting_reply"].reference
    visitor.open(f"/nasional/instansi/{slug}/laporan/{reference}")
    yield "console: case"
    visitor.open(f"/nasional/instansi/{slug}/admin-pertama")
    yield "console: first admin"
    visitor.go_on("form[action$='/admin-pertama']")
    yield "console: first admin, wrong"


WALKS = {
    "public": (national_pages, agency_pages),
    "filing": (filing_pages, unfinished_pages),
    "tracking": (tracking_pages,),
    "accounts": (account_pages,),
    "desk": (desk_pages, keeping_pages),
    "console": (console_pages,),
}
