"""Pages of an agency that is not live yet, and what its admin writes and looks at before."""

from __future__ import annotations

from tests.accounts.people import PASSWORD
from tests.factories import make_agency
from tests.journeys.gallery import LONG, Gallery, States
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import Visitor
from tests.journeys.walks import sign_in
from tests.scenes import Scene


def beginning_pages(visitor: Visitor, gallery: Gallery) -> States:
    """Of an agency of its own."""
    scene = Scene(gallery.app, make_agency(gallery.app, status="preparing"))
    site = gallery.house.site(scene.agency)
    visitor.open(f"{site}/lapor")
    yield "beginning: told to citizens"
    sign_in(visitor, site, email_of(scene, "admin"), PASSWORD)
    scene.unit("Dinas " + LONG)
    for name, path in {
        "index": "/kelola/",
        "what lacks": "/kelola/mulai/",
        "front page": "/",
    }.items():
        visitor.open(f"{site}{path}")
        yield f"beginning: {name}"
    filing = scene.filed(title=LONG)
    for name, path in {
        "list with a trial": "/desk/",
        "a trial": f"/desk/laporan/{filing.reference}",
    }.items():
        visitor.open(f"{site}{path}")
        yield f"beginning: {name}"
    visitor.open(f"{site}/kelola/pesan/")
    yield "beginning: letters"
    visitor.open(f"{site}/kelola/pesan/diterima")
    yield "beginning: a letter"
    visitor.type(body_id="Terima kasih, {nama}.")
    visitor.go_on("form[action$='/diterima']")
    yield "beginning: a letter, wrong"
