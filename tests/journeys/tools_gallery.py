"""What makes work at the desk quicker, as the admin whom `desk_pages` signed in."""

from __future__ import annotations

from sp4n.workbench.models import ReplyTemplate
from tests.journeys.gallery import LONG, Gallery, States
from tests.journeys.hiding_gallery import hiding_pages
from tests.journeys.visitor import Visitor


def tools_pages(visitor: Visitor, gallery: Gallery) -> States:
    yield from template_pages(visitor, gallery)
    yield from bulk_pages(visitor, gallery)
    yield from alike_pages(visitor, gallery)
    yield from view_pages(visitor, gallery)
    yield from on_behalf_pages(visitor, gallery)
    yield from hiding_pages(visitor, gallery)


def template_pages(visitor: Visitor, gallery: Gallery) -> States:
    home = f"{gallery.site}/kelola/templat"
    with gallery.scene.inside() as session:
        row = ReplyTemplate(name=LONG, body="Laporan {nomor}: {batas_waktu}.", unit_id=gallery.unit)
        session.add(row)
        session.flush()
        number = row.id
    for name, path in {"": "/", ", new": "/baru", ", changed": f"/{number}/ubah"}.items():
        visitor.open(home + path)
        yield f"templates{name}"
    visitor.type(body="Laporan {nomer}.")
    visitor.go_on()
    yield "templates, wrong"
    visitor.open(f"{gallery.site}/desk/laporan/{gallery.cases['in_progress'].reference}")
    visitor.choose("templat", f"i{number}")
    visitor.find("button[name=pakai_templat]").click()
    yield "templates, used"


def bulk_pages(visitor: Visitor, gallery: Gallery) -> States:
    desk, unit = f"{gallery.site}/desk", gallery.scene.unit("Dinas " + LONG)
    visitor.open(f"{desk}/massal")
    yield "bulk: none yet"
    visitor.open(f"{desk}/?status=unverified")
    visitor.find(".pick__box").first.check()
    yield "bulk: ticked"
    visitor.open(f"{desk}/massal/teruskan?semua=1")
    yield "bulk: assign"
    visitor.go_on()
    yield "bulk: assign, wrong"
    visitor.choose("unit_id", str(unit))
    visitor.go_on()
    yield "bulk: assign, looked at"
    visitor.go_on()
    yield "bulk: assigned"
    visitor.open(f"{desk}/massal/arsipkan?status=unverified&semua=1")
    visitor.choose("reason", "spam")
    visitor.type(message="Laporan {nomor}: {judul}.")
    visitor.go_on()
    yield "bulk: archive, looked at"
    visitor.go_on()
    yield "bulk: archive, waiting"
    visitor.go_on("form[action$='/hentikan']")
    yield "bulk: archive, stopped"
    visitor.open(f"{desk}/massal/jawab")
    yield "bulk: nothing chosen"
    visitor.open(f"{desk}/massal")
    yield "bulk: list"


def view_pages(visitor: Visitor, gallery: Gallery) -> States:
    desk = f"{gallery.site}/desk"
    visitor.open(f"{desk}/tampilan")
    yield "views: none yet"
    visitor.open(f"{desk}/?status=closed&jenis=pengaduan&tempo=hari-ini&hari=7")
    yield "views: narrowed"
    visitor.open(f"{desk}/tampilan/baru?status=closed&q=lampu&hari=7")
    visitor.go_on()
    yield "views: new, wrong"
    visitor.type(name=LONG[:60])
    visitor.go_on()
    yield "views: list"


def on_behalf_pages(visitor: Visitor, gallery: Gallery) -> States:
    visitor.open(f"{gallery.site}/desk/laporan-baru")
    yield "on behalf: form"
    visitor.go_on()
    yield "on behalf: form, wrong"
    visitor.choose("channel", "letter")
    visitor.choose("classification", "pengaduan")
    visitor.type(title=LONG, description="Jembatan retak.")
    visitor.go_on()
    yield "on behalf: receipt"


def alike_pages(visitor: Visitor, gallery: Gallery) -> States:
    """Cases about the same event, alone and together."""
    scene = gallery.scene
    first, second = (scene.verify(scene.filed(title=LONG)) for _one in range(2))
    page = f"{gallery.site}/desk/laporan/{first.reference}/serupa"
    visitor.open(page)
    yield "same event: found"
    visitor.go_on("form[action$='/serupa']")
    yield "same event: nothing chosen"
    visitor.open(page)
    visitor.type(reference=second.reference)
    visitor.go_on("form[action$='/serupa']")
    yield "same event: grouped"
    visitor.open(f"{page}/jawab")
    visitor.go_on()
    yield "same event: answer, wrong"
    visitor.open(page.removesuffix("/serupa"))
    yield "same event: case in a group"
    visitor.open(f"{page.removesuffix('/serupa')}/instansi-serupa")
    yield "same event: at other agencies"
    visitor.type(reference="bukan nomor")
    visitor.go_on("form[data-form=tautkan]")
    yield "same event: no such case elsewhere"
