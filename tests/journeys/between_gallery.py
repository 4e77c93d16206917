"""Pages of cases between agencies, at the desk of one that sends and is sent some."""

from __future__ import annotations

from sp4n.cases.operations import send_case
from sp4n.cases.queries import case_by_reference
from tests.factories import make_agency
from tests.journeys.gallery import Gallery, States
from tests.journeys.visitor import Visitor
from tests.scenes import Scene


def between_agencies(visitor: Visitor, gallery: Gallery) -> States:
    """A case that is passed on, and one that another agency has sent here."""
    scene = gallery.scene
    other = Scene(scene.app, make_agency(scene.app))
    filing, theirs = scene.filed(), other.filed()
    reason = "Jalan ini jalan provinsi, bukan jalan kabupaten."
    send_case_on(other, theirs.reference, scene, reason)
    path = f"{gallery.site}/desk/laporan/{filing.reference}/instansi-lain"
    visitor.open(f"{path}?q={other.agency.slug}")
    yield "desk: another agency, found"
    visitor.open(f"{path}?ke={scene.agency.slug}")
    yield "desk: another agency, wrong"
    visitor.open(f"{path}?ke={other.agency.slug}")
    visitor.go_on("form[action*='/instansi-lain']")
    yield "desk: sent on, wrong"
    send_case_on(scene, filing.reference, other, reason)
    visitor.open(f"{gallery.site}/desk/laporan/{filing.reference}")
    yield "desk: case on its way"
    visitor.open(f"{gallery.site}/desk/kiriman")
    yield "desk: sent here"
    visitor.press("main table a >> nth=-1")  # of another walk, one may lie there
    yield "desk: sent here, one"


def send_case_on(at: Scene, reference: str, to: Scene, reason: str) -> None:
    with at.inside() as session:
        case = case_by_reference(session, reference=reference, actor=at.admin)
        send_case(session, case=case, actor=at.admin, to=to.agency, reason=reason)
