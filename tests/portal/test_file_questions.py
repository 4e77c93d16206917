"""What an agency wants to be attached is asked for where files are attached."""

from __future__ import annotations

import sqlalchemy as sa

from sp4n.files.models import Attachment
from sp4n.settings.extra_questions import Kind, Question, When
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import Inside
from tests.portal.asking import HURT, ROLE, ask
from tests.portal.test_extra_questions import at_questions
from tests.portal.test_filing_files import photo
from tests.portal.walking import Walker
from tests.scenes import Scene

METER = Question("meter", Kind.FILE, "Foto meteran", "Photo of the meter", required=True)
CARD = Question(
    "kartu", Kind.FILE, "Kartu pasien", required=True, category="kesehatan",
    when=When("peran", "pasien"),
)  # fmt: skip
SKETCH = Question("denah", Kind.FILE, "Denah lokasi", help="Coretan tangan pun cukup.")


def test_what_is_required_comes_along_or_is_asked_for_again(
    walker: Walker, inside: Inside, agency: AgencyFacts, scene: Scene
) -> None:
    ask(inside, agency, METER, SKETCH)
    page = at_questions(walker)
    assert page.step == "lampiran"  # nothing else is asked
    assert "Langkah 4 dari 6" in page.words.replace("\xa0", " ")
    listed = ["".join(one.itertext()) for one in page.tree.iterfind(".//main//header//li")]
    assert listed[0].split() == ["Foto", "meteran"]
    assert "Denah lokasi (opsional)" in page.words
    assert "Coretan tangan pun cukup." in page.words
    assert "Boleh dilewati" not in page.words
    page = walker.go()
    assert (page.status, page.step) == (422, "lampiran")
    assert "Lampirkan yang diminta: Foto meteran." in page.error_at("attachments")
    assert walker.open(page.path.replace("lampiran", "periksa")).step == "lampiran"
    assert walker.go("unggah", [photo(1)]).step == "lampiran"
    assert walker.go().step == "identitas"
    walker.answer()
    page = walker.go()
    assert page.step == "selesai"
    desk = scene.desk().open(f"/desk/laporan/{page.marked('data-reference')}")
    assert "lubang 1.jpg" in desk.words


def test_it_depends_on_topic_and_answers_and_each_wants_a_file(
    walker: Walker, inside: Inside, agency: AgencyFacts
) -> None:
    ask(inside, agency, HURT, METER, ROLE, CARD)
    at_questions(walker)
    page = walker.go(q_peran="pasien")
    assert "Kartu pasien" in page.words
    page = walker.go("", [photo(1)])
    assert "diminta: Foto meteran; Kartu pasien." in page.error_at("attachments")
    with inside(agency) as session:  # what was sent is there, and need not be sent again
        assert session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 1
    assert walker.go("", [photo(2)]).step == "identitas"


def test_one_that_is_asked_for_since_is_asked_before_sending(
    walker: Walker, inside: Inside, agency: AgencyFacts
) -> None:
    walker.open("/lapor")
    walker.answer()
    ask(inside, agency, METER)
    page = walker.go()
    assert (page.status, page.step) == (422, "periksa")
    assert "Lampirkan yang diminta: Foto meteran." in page.error_at("attachments")
    page = walker.go("", [photo(1)])
    assert page.step in ("identitas", "periksa")


def test_an_admin_asks_for_a_file(scene: Scene) -> None:
    admin = scene.desk()
    page = admin.open("/kelola/pertanyaan/")
    page = admin.send(page.form("baru"), jenis="file", topik="")
    page = admin.send(page.form("baru"), label="Foto meteran", required=True)
    assert "Foto meteran" in page.words
    assert "Berkas" in page.words
    assert "Foto meteran" in admin.open("/kelola/pertanyaan/pratinjau").words
