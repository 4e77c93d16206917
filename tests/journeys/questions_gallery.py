"""An agency's own questions: as its admin writes and tries them, as a reporter meets them, and as
the desk reads the answers."""

from __future__ import annotations

from tests.accounts.people import PASSWORD
from tests.factories import Inside, make_agency
from tests.journeys.gallery import Gallery, States
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import Visitor
from tests.journeys.walks import REPORT, numbers_of, sign_in, track
from tests.portal.asking import EVERY, HURT, ask
from tests.scenes import Scene

HOME = "/kelola/pertanyaan/"


def question_pages(visitor: Visitor, gallery: Gallery) -> States:
    """Of an agency of its own: the others' forms stay as they are."""
    scene = Scene(gallery.app, make_agency(gallery.app))
    site = gallery.house.site(scene.agency)
    yield from writing_pages(visitor, site, scene)
    yield from answering_pages(visitor, site)
    filed = numbers_of(visitor)
    track(visitor, site, filed)
    yield "questions: answers, tracked"
    visitor.open(f"{site}/desk/laporan/{filed.reference}")
    yield "questions: answers, at the desk"


def writing_pages(visitor: Visitor, site: str, scene: Scene) -> States:
    sign_in(visitor, site, email_of(scene, "admin"), PASSWORD)
    visitor.open(f"{site}{HOME}")
    yield "questions: none yet"
    visitor.open(f"{site}{HOME}baru?jenis=one&topik=kesehatan")
    yield "questions: a new one"
    visitor.go_on()
    yield "questions: a new one, wrong"
    ask(Inside(scene.app), scene.agency, *EVERY)
    visitor.open(f"{site}{HOME}")
    yield "questions: several"
    visitor.open(f"{site}{HOME}peran")
    yield "questions: one of them"
    visitor.open(f"{site}{HOME}pratinjau?topik=kesehatan")
    yield "questions: tried"
    visitor.go_on("main form[data-form=coba]")
    yield "questions: tried, wrong"
    visitor.choose("q_peran", "lain")
    visitor.go_on("main form[data-form=coba]")
    yield "questions: tried, not ours"
    visitor.open(f"{site}{HOME}{HURT.key}")
    visitor.go_on("main form[action$='/berhenti']")
    yield "questions: one retired"
    visitor.open(f"{site}/kelola/pengaturan/terbitkan")
    yield "questions: to be published"
    for path in ("", scene.unit()):
        visitor.open(f"{site}/kelola/aturan-unit/{path}")
        yield f"rules of units: {'one' if path else 'all'}"


def answering_pages(visitor: Visitor, site: str) -> States:
    visitor.open(f"{site}/lapor")
    visitor.choose("classification", REPORT.classification)
    visitor.go_on()
    visitor.type(title=REPORT.title, description=REPORT.description)
    visitor.go_on()
    visitor.choose("category", "kesehatan")
    visitor.go_on()
    yield "filing: agency's questions"
    visitor.go_on()
    yield "filing: agency's questions, wrong"
    visitor.choose("q_peran", "lain")
    visitor.go_on()
    yield "filing: agency's questions, not ours"
    # With scripts, what an answer asks for is there at once, and goes with it.
    visitor.choose("q_peran", "pasien")
    visitor.type(q_kamar="Melati 3")
    visitor.choose("q_peran", "keluarga")
    assert not visitor.field("q_kamar").is_visible()
    visitor.choose("q_peran", "pasien")
    assert visitor.field("q_kamar").input_value() == "Melati 3"
    visitor.choose("q_luka", "tidak")
    for _page in ("attachments", "identity", "check"):
        visitor.go_on()
    yield "filing: agency's questions, to be checked"
    visitor.go_on()
