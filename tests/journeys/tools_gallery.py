"""What makes work at the desk quicker, as the admin whom `desk_pages` signed in."""

from __future__ import annotations

from sp4n.workbench.models import ReplyTemplate
from tests.journeys.gallery import LONG, Gallery, States
from tests.journeys.visitor import Visitor


def tools_pages(visitor: Visitor, gallery: Gallery) -> States:
    yield from template_pages(visitor, gallery)


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
