"""Whether a case is unaltered, and what is held about its reporter."""

from __future__ import annotations

from sp4n.seals.codes import proof_code
from sp4n.seals.operations import seal_new
from tests.accounts.people import PASSWORD
from tests.journeys.gallery import LONG, Gallery, States
from tests.journeys.test_keepers import coordinator
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import Visitor
from tests.journeys.walks import Filed, sign_in, track


def proof_pages(visitor: Visitor, gallery: Gallery) -> States:
    scene, site = gallery.scene, gallery.site
    filing, secret = scene.filed(title=LONG), gallery.app.config["SECRET_KEY"]
    with scene.inside() as session:
        seal_new(session, secret=secret)
    visitor.open(f"{site}/periksa")
    visitor.go_on()
    yield "proof: wrong"
    code = proof_code(secret, filing.reference)
    visitor.open(f"{site}/periksa?nomor={filing.reference}&bukti={code}")
    yield "proof: intact"
    visitor.open(f"{site}/segel")
    yield "proof: heads"
    track(visitor, site, Filed(filing.reference, filing.access_code))
    data = f"{site}/lacak/{filing.reference}/data"
    visitor.open(data)
    yield "own data"
    for path in ("perbaiki", "hapus"):
        visitor.open(f"{data}/{path}")
        visitor.go_on(f"form[action$='/{path}']")
        yield f"own data: {path}, wrong"


def retention_pages(visitor: Visitor, gallery: Gallery) -> States:
    sign_in(visitor, gallery.site, email_of(gallery.scene, "admin"), PASSWORD)
    visitor.open(f"{gallery.site}/kelola/retensi/")
    visitor.type(contact="99")
    visitor.go_on("form[data-form='retensi']")
    yield "retention: wrong"
    sign_in(visitor, gallery.house.origin, coordinator(gallery.app, "coordinator"), PASSWORD)
    visitor.open("/nasional/retensi")
    yield "retention: of every agency"
