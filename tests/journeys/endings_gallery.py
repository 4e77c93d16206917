"""How cases end: what a reporter can do then, what their agency and a coordinator see."""

from __future__ import annotations

from sp4n.cases.operations import FiledCase, accept_answer, contest_case, rate_case
from tests.accounts.people import PASSWORD
from tests.journeys.gallery import LONG, Gallery, States
from tests.journeys.test_keepers import coordinator
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import Visitor
from tests.journeys.walks import Filed, sign_in, track
from tests.scenes import Scene


def closed(scene: Scene, filing: FiledCase | None = None) -> FiledCase:
    found = filing or scene.verify(scene.filed(), public_title=LONG)
    scene.answer(found, final=True)
    with scene.inside() as session:
        accept_answer(session, case=scene.case(found, session))
    return found


def contested(scene: Scene, filing: FiledCase) -> None:
    with scene.inside() as session:
        contest_case(session, case=scene.case(filing, session), body="Masih padam.")


def ending_pages(visitor: Visitor, gallery: Gallery) -> States:
    filing = closed(gallery.scene)
    track(visitor, gallery.site, Filed(filing.reference, filing.access_code))
    yield "ending: closed"
    visitor.go_on("form[action$='/penilaian']")
    yield "ending: rating, wrong"
    for name in ("access", "response", "transparency"):
        visitor.choose(name, "4")
    visitor.choose("result", "1")
    visitor.find("[name=comment]").fill(LONG)
    visitor.go_on("form[action$='/penilaian']")
    yield "ending: rated, and not solved"
    visitor.go_on("form[action$='/sanggahan']")
    yield "ending: contest, wrong"
    visitor.find("[name=objection]").fill("Malamnya padam lagi.")
    visitor.go_on("form[action$='/sanggahan']")
    yield "ending: contested"
    visitor.press("main a[href$='/tarik'], aside a[href$='/tarik']")
    yield "ending: to be taken back"
    visitor.go_on()
    yield "ending: taken back"


def dispute_pages(visitor: Visitor, gallery: Gallery) -> States:
    scene = gallery.scene
    filing = closed(scene)
    with scene.inside() as session:
        scores = dict.fromkeys(("access", "response", "transparency", "result"), 4)
        rate_case(session, case=scene.case(filing, session), scores=scores, comment=LONG)
    contested(scene, filing)
    contested(scene, closed(scene, filing))
    sign_in(visitor, gallery.site, email_of(scene, "admin"), PASSWORD)
    visitor.open(f"{gallery.site}/desk/penilaian")
    yield "ending: ratings"
    visitor.open(f"{gallery.site}/desk/laporan/{filing.reference}")
    yield "ending: disputed, at the desk"
    sign_in(visitor, gallery.house.origin, coordinator(gallery.app, "coordinator"), PASSWORD)
    visitor.open("/nasional/sanggahan")
    yield "ending: disputes"
    visitor.press(f"main a[href*='{filing.reference}']")
    visitor.type(reason="Menelaah sanggahan kedua pelapor.")
    visitor.go_on("form[action*='/buka']")
    yield "ending: to be decided"
    visitor.go_on("form[action$='/putusan']")
    yield "ending: decision, wrong"
    visitor.choose("verdict", "overturn")
    visitor.find("[name=reasons]").fill("Fotonya menunjukkan lampunya belum menyala.")
    visitor.go_on("form[action$='/putusan']")
    yield "ending: decided"
