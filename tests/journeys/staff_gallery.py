"""Every page and state of those who sign in: their accounts, the desk, what its admin keeps, and
the national console."""

from __future__ import annotations

from secrets import token_hex

from sp4n.accounts import operations
from sp4n.accounts.queries import person_by_email
from sp4n.addresses.domains import domains, take_proof
from sp4n.addresses.probing import Proof
from tests.accounts.people import PASSWORD
from tests.factories import make_agency
from tests.files.making import picture
from tests.journeys.between_gallery import between_agencies
from tests.journeys.gallery import LONG, Gallery, States
from tests.journeys.plans_gallery import plan_pages
from tests.journeys.test_keepers import coordinator
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import Visitor
from tests.journeys.walks import sign_in, write_answer
from tests.scenes import Scene

REASON = "Menelusuri keluhan warga yang belum dijawab."


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
    visitor.open(f"{site}/atur-sandi/{link_and_device(gallery, email)}")
    yield "accounts: password to be set"
    visitor.type(password="pendek")
    visitor.go_on()
    yield "accounts: password to be set, wrong"
    sign_in(visitor, site, email, PASSWORD)
    yield "desk: list of a viewer"
    visitor.open(f"{site}/desk/laporan/{gallery.cases['unverified'].reference}")
    yield "desk: case of a viewer"
    visitor.open(f"{site}/akun")
    yield "accounts: own account"
    visitor.press("main a[href$='/akun/sandi']")
    yield "accounts: password"
    visitor.go_on()
    yield "accounts: password, wrong"
    visitor.open(f"{site}/akun")
    visitor.press("main form[action$='/akhiri-lain'] button")
    yield "accounts: other devices out"


def link_and_device(gallery: Gallery, email: str) -> str:
    """The secret of a mailed link, for someone who is signed in on another device already."""
    with gallery.scene.inside() as session:
        person = person_by_email(session, email=email)
        assert person is not None
        operations.open_session(session, person=person, device="Firefox di Android")
        return operations.make_token(session, account_id=person.id, purpose="reset")


def desk_pages(visitor: Visitor, gallery: Gallery) -> States:
    site = gallery.site
    visitor.open(f"{site}/masuk")
    yield "desk: sign-in"
    sign_in(visitor, site, email_of(gallery.scene, "admin"), PASSWORD)
    yield "desk: list"
    for name, path in {
        "list, late": "/desk/?terlambat=1",
        "list, nothing": "/desk/?q=qwxyz",
        "policies": "/desk/kebijakan",
        "policy, new": "/desk/kebijakan/baru",
        "instruments": "/desk/instrumen",
        "documents": "/desk/dokumen",
        "new document": "/desk/dokumen/baru",
        "who had to answer": "/desk/penanggung-jawab",
        "trail": "/kelola/jejak/",
        "trail, found": "/kelola/jejak/?pelaku=staff&kata=laporan",
        "trail, wrong": "/kelola/jejak/?laporan=123",
    }.items():
        visitor.open(site + path)
        yield f"desk: {name}"
    for state, case in gallery.cases.items():
        visitor.open(f"{site}/desk/laporan/{case.reference}")
        yield f"desk: case, {state}"
    yield from desk_forms(visitor, gallery)
    yield from plan_pages(visitor, gallery)


def desk_forms(visitor: Visitor, gallery: Gallery) -> States:
    """What a case's forms say when they were filled in wrongly; and the reporter's name, opened."""
    visitor.open(f"{gallery.site}/desk/laporan/{gallery.cases['unverified'].reference}")
    visitor.tick("publish")
    yield "desk: to be published"
    visitor.type(public_title="")
    visitor.go_on("form[action$='/verifikasi']")
    yield "desk: verify, wrong"
    case = f"{gallery.site}/desk/laporan/{gallery.cases['in_progress'].reference}"
    for act in ("jawab", "catatan", "arsipkan", "teruskan", "minta-keterangan"):
        visitor.open(case)
        # Folded away or not: what is sent without a word comes back with the reason.
        visitor.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        visitor.go_on(f"form[action$='/{act}']")
        yield f"desk: {act}, wrong"
    visitor.open(case)
    visitor.press("form[action$='/identitas'] button")
    yield "desk: identity"
    visitor.page.keyboard.press("?")
    yield "desk: keys"
    visitor.page.keyboard.press("Escape")
    visitor.open(f"{case}/petugas")
    yield "desk: who sees to it"
    yield from desk_acts(visitor, gallery)
    yield from between_agencies(visitor, gallery)


def desk_acts(visitor: Visitor, gallery: Gallery) -> States:
    """A case that is acted on, and one that somebody else was quicker with."""
    filing = gallery.scene.verify(gallery.scene.filed())
    case = f"{gallery.site}/desk/laporan/{filing.reference}"
    visitor.open(case)
    write_answer(visitor, "Kami periksa besok pagi.")
    visitor.choose("final", "no")
    gallery.scene.answer(filing, "Lebih cepat.")
    visitor.go_on("form[action$='/jawab']")
    yield "desk: somebody was quicker"
    visitor.open(case)
    write_answer(visitor, "Lampunya sudah diganti.")
    visitor.choose("final", "yes")
    visitor.go_on("form[action$='/jawab']")
    yield "desk: answered"
    stale = gallery.scene.filed()
    visitor.open(f"{gallery.site}/desk/laporan/{stale.reference}")
    visitor.find("form[action$='/verifikasi'] [name=publish]").uncheck()
    gallery.scene.archive(stale)
    visitor.go_on("form[action$='/verifikasi']")
    yield "desk: not possible any more"


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
        "units, narrowed and sorted": "unit/?search=Dinas&sort=0&desc=1",
        "people": "orang/",
        "person": f"orang/{person.id}",
        "account, to be closed": f"orang/{person.id}/tutup",
        "provider": "penyedia/",
    }.items():
        visitor.open(f"{site}/kelola/{path}")
        yield f"keeping: {name}"
    for name, path in {"new unit": "unit/baru", "invite": "orang/undang"}.items():
        visitor.open(f"{site}/kelola/{path}")
        yield f"keeping: {name}"
        visitor.go_on()
        yield f"keeping: {name}, wrong"
    yield from export_pages(visitor, gallery)
    visitor.open(f"{site}/kelola/unit/{gallery.unit}/hapus")
    visitor.go_on()
    yield "keeping: unit in use"
    visitor.open(f"{site}/kelola/orang/{person.id}/tutup")
    visitor.go_on()
    yield "keeping: account closed"


def export_pages(visitor: Visitor, gallery: Gallery) -> States:
    visitor.open(f"{gallery.site}/kelola/ekspor/")
    yield "keeping: exports"
    visitor.go_on()
    yield "keeping: exports, wrong"
    visitor.type(password=PASSWORD)
    visitor.go_on()
    yield "keeping: export under way"
    visitor.go_on("form[action$='/batal']")
    yield "keeping: export cancelled"


def settings_pages(visitor: Visitor, gallery: Gallery) -> States:
    """`/kelola/pengaturan/`, as the same admin: from nothing to a version that is past."""
    home = f"{gallery.site}/kelola/pengaturan/"
    visitor.open(home)
    yield "settings: all default"
    for group in ("tampilan", "gambar", "tautan", "surat", "publikasi"):
        visitor.open(home + group)
        yield f"settings: {group}"
    for phone in ("(0361) 111222", "(0361) 333444"):
        visitor.open(f"{home}kontak")
        visitor.type(contact_phone=phone)
        visitor.go_on()
        visitor.open(f"{home}terbitkan")
        visitor.type(reason=f"Nomor {phone}")
        visitor.go_on()
    yield "settings: published"
    yield from pictures_pages(visitor, gallery, f"{home}gambar")
    visitor.open(f"{home}kontak")
    visitor.type(contact_phone="bukan nomor", opening_hours=LONG)
    visitor.go_on()
    yield "settings: kontak, wrong"
    visitor.type(contact_phone="(0361) 555666")
    visitor.go_on()
    yield "settings: a draft"
    visitor.go_on("form[action$='/pratinjau']")
    yield "settings: preview"
    visitor.open(f"{gallery.site}/")
    yield "settings: front page in a preview"
    visitor.open(f"{gallery.site}/?akhiri-pratinjau=1")
    visitor.open(f"{home}terbitkan")
    visitor.go_on()
    yield "settings: to be published, wrong"
    yield from calendar_pages(visitor, gallery)
    for name in ("buang", "riwayat", "riwayat/1"):
        visitor.open(home + name)
        yield f"settings: {name}"
    visitor.go_on()
    yield "settings: riwayat/1, wrong"


def calendar_pages(visitor: Visitor, gallery: Gallery) -> States:
    """Days off and time limits, in the draft that is there."""
    visitor.open(f"{gallery.site}/kelola/libur/")
    yield "settings: days off, none"
    visitor.type(day="2027-03-03", name="Hari Raya Galungan", ground="SE Gubernur 17/2026")
    visitor.go_on("main form:has([name=ground])")
    yield "settings: days off, a draft"
    visitor.go_on("main form:has([name=ground])")
    yield "settings: days off, wrong"
    visitor.open(f"{gallery.site}/kelola/batas-waktu/")
    visitor.type(verification="9", first_answer="2")
    visitor.go_on()
    yield "settings: limits, wrong"
    visitor.type(verification="2")
    visitor.go_on()
    yield "settings: limits, a draft"
    visitor.open(f"{gallery.site}/kelola/batas-waktu/unit/{gallery.unit}")
    yield "settings: limits of a unit"
    yield from topics_pages(visitor, gallery)
    visitor.open(f"{gallery.site}/kelola/pengaturan/terbitkan")
    yield "settings: to be published, with limits and days off"
    visitor.open(f"{gallery.site}/kelola/pengaturan/dampak")
    yield "settings: what it touches"


def topics_pages(visitor: Visitor, gallery: Gallery) -> States:
    home, name = f"{gallery.site}/kelola/topik/", f"Lampu {token_hex(3)}"
    visitor.open(f"{home}baru")
    visitor.go_on()
    yield "settings: a new topic, wrong"
    visitor.choose("under", "jalan-rusak")
    visitor.type(name=name)
    visitor.go_on()
    visitor.find(f"main details:has-text('{name}') summary").click()
    yield "settings: topics"
    visitor.press(f"main details a:has-text('{name}')")
    visitor.type(first_answer="99")
    visitor.go_on()
    yield "settings: a topic, wrong"
    yield from routing_pages(visitor, gallery)


def routing_pages(visitor: Visitor, gallery: Gallery) -> States:
    home, number = f"{gallery.site}/kelola/penyaluran/", token_hex(3)
    visitor.open(home)
    yield "settings: routing, no rules"
    visitor.open(f"{home}baru")
    visitor.go_on()
    yield "settings: a new rule, wrong"
    for name, words in (("Lampu jalan", "lampu"), ("Lampu di pasar", "lampu pasar")):
        visitor.open(f"{home}baru")
        visitor.type(name=f"{name} {number}", words=words)
        visitor.choose("unit_id", str(gallery.unit))
        visitor.go_on()
    yield "settings: routing, one rule never reached"
    visitor.open(f"{home}uji")
    yield "settings: routing, tried"


def addresses_pages(visitor: Visitor, gallery: Gallery) -> States:
    """`/kelola/alamat/`, as the admin of an agency of their own: the others' address stays."""
    scene = Scene(gallery.app, make_agency(gallery.app))
    site = gallery.site.replace(gallery.scene.agency.slug, scene.agency.slug)
    sign_in(visitor, site, email_of(scene, "admin"), PASSWORD)
    for name, path in {"addresses": "", "rename": "ganti"}.items():
        visitor.open(f"{site}/kelola/alamat/{path}")
        yield f"keeping: {name}"
    visitor.type(slug="nasional")
    visitor.go_on()
    yield "keeping: rename, wrong"
    visitor.open(f"{site}/kelola/alamat/domain/baru")
    visitor.type(domain="bukan domain")
    visitor.go_on()
    yield "keeping: new domain, wrong"
    visitor.type(domain=f"lapor.{scene.agency.slug}.go.id")
    visitor.go_on()
    yield "keeping: domain"
    with scene.inside() as session:
        for row in domains(session):
            take_proof(session, row=row, proof=Proof("dns", arrives=True))
    visitor.page.reload()
    yield "keeping: domain, proven"
    visitor.press("main a[href$='/hapus']")
    yield "keeping: domain, to be removed"
    visitor.open(f"{site}/kelola/alamat/")
    yield "keeping: addresses with a domain"
    visitor.open(f"{site}/kelola/alamat/ganti")
    visitor.type(slug=f"{scene.agency.slug}baru")
    visitor.go_on()
    yield "keeping: rename, to be confirmed"
    visitor.go_on()
    yield "keeping: renamed"


def pictures_pages(visitor: Visitor, gallery: Gallery, address: str) -> States:
    fake, photo = gallery.folder / "logo.svg", gallery.folder / "kantor.jpg"
    fake.write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    photo.write_bytes(picture(size=(900, 500)))
    visitor.open(address)
    visitor.field("logo_berkas").set_input_files([fake])
    visitor.go_on()
    yield "settings: gambar, wrong"
    visitor.field("logo_berkas").set_input_files([photo])
    visitor.field("cover_berkas").set_input_files([photo])
    visitor.go_on()
    visitor.open(address)
    yield "settings: gambar, chosen"


def console_pages(visitor: Visitor, gallery: Gallery) -> States:
    slug = gallery.scene.agency.slug
    sign_in(visitor, gallery.house.origin, coordinator(gallery.app, "super_admin"), PASSWORD)
    yield "console: overview"
    for name, path in {
        "agencies": "/nasional/instansi",
        "agencies, nothing": "/nasional/instansi?q=qwxyz",
        "agency": f"/nasional/instansi/{slug}",
        "escalations": "/nasional/eskalasi",
        "instruments": "/nasional/dokumen?q=uji",
        "action plans": "/nasional/rencana-aksi",
        "measuring of policies": "/nasional/kebijakan/perhitungan",
        "road maps": "/nasional/rencana-aksi/road-map",
        "new road map": "/nasional/rencana-aksi/road-map/baru",
        "handed to the Ombudsman": "/nasional/ombudsman",
        "keeping": "/nasional/kelola/",
        "kept agencies": "/nasional/kelola/instansi/",
        "new agency": "/nasional/kelola/instansi/baru",
        "kept agency": f"/nasional/kelola/instansi/{gallery.scene.agency.id}",
        "agency, to be changed": f"/nasional/kelola/instansi/{gallery.scene.agency.id}/ubah",
        "people": "/nasional/kelola/orang/",
        "numbers": "/nasional/kelola/ketentuan/",
        "defaults": "/nasional/kelola/bawaan/",
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
    yield from suspension_pages(visitor, gallery)


def suspension_pages(visitor: Visitor, gallery: Gallery) -> States:
    """Of an agency of its own: the others' stays open."""
    agency = make_agency(gallery.app)
    visitor.open(f"/nasional/kelola/instansi/{agency.id}")
    visitor.find("main details summary").click()
    yield "console: to be suspended"
    visitor.go_on("form[action$='/tangguhkan']")
    yield "console: to be suspended, wrong"
    visitor.type(reason="Masa peralihan sistem.")
    visitor.go_on("form[action$='/tangguhkan']")
    yield "console: suspended"
    for name, path in {
        "own account": "/akun",
        "password": "/akun/sandi",
        "not found": "/x",
    }.items():
        visitor.open(path)
        yield f"console: {name}"
