"""What is hidden is found however it is written, and stays hidden wherever a case goes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.cases import operations
from sp4n.cases.masking import masked
from sp4n.cases.personal_data import found_in
from sp4n.cases.publicity_queries import Face, face_of
from sp4n.cases.references import with_check
from sp4n.errors import NotPossible
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.between import between
from tests.cases.making import ADMIN, a_case, verified
from tests.factories import Inside, make_agency


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NIK saya 5171014506900003.", ["nik"]),
        ("ktp 5171 0145 0690 0003", ["nik"]),
        ("KK: 5171010101100001", ["kk"]),
        ("SK nomor 1234567890123456 tahun 2026", []),
        ("HP 0812-3456-7890, +62 812 3456 7890, (0361) 225521", ["phone"] * 3),
        ("0812.3456.7890 atau 62812345678901", ["phone"] * 2),
        ("Rp 081.234.567.890, tanggal 02-11-2026, jam 08.00-16.00, 0.8123456789", []),
        ("surel made.w@contoh.co.id, kantor layanan@badungkab.go.id", ["email"]),
        ("made (at) contoh.com", ["email"]),
        ("rek BCA 123 456 7890 a.n. Made", ["account"]),
        ("mobil DK 1234 AB di RT 03 RW 04, 3 M 20 B", ["plate"]),
        ("hubungi 112 atau 1500-123", []),
        ("x" * 5000 + "@" * 5000 + "0" * 5000, []),
    ],
)
def test_personal_data_is_found_by_its_shape(text: str, found: list[str]) -> None:
    assert [one.kind for one in found_in(text)] == found


def test_a_reference_is_no_plate() -> None:
    reference = with_check("K23XYF9R3")
    assert reference.startswith("K23-XYF-")
    assert not found_in(f"Laporan {reference} selesai")
    assert [one.text for one in found_in(f"{reference}: mobil K 23 XYF")] == ["K 23 XYF"]


def test_names_are_found_where_they_are_written_as_names() -> None:
    text = "Kata MADE Wirawan: made in Indonesia, Wirawan pergi."
    found = [one.text for one in found_in(text, names=["Made Wirawan"])]
    assert found == ["MADE Wirawan", "Wirawan"]


@pytest.mark.parametrize(
    ("text", "hidden", "left"),
    [
        ("Pak Gede di Gedebage", ["gede"], "Pak ▇▇▇ di Gedebage"),
        ("0812 34567890, +62-812-3456-7890, 62812345678901", ["081234567890"], None),
        ("Jl.\nMelati  5", ["Jl. Melati 5"], "▇▇▇"),
        ("a+b (c)", ["a+b (c)"], "▇▇▇"),
        ("made@contoh.id", ["MADE@contoh.id"], "▇▇▇"),
    ],
)
def test_a_passage_is_masked_however_it_is_written(
    text: str, hidden: list[str], left: str | None
) -> None:
    wanted = "▇▇▇, ▇▇▇, 62812345678901" if left is None else left
    assert masked(text, hidden) == wanted


def test_what_was_hidden_stays_hidden_with_the_next_agency(
    app: Flask, superuser: sa.Connection, agency: AgencyFacts
) -> None:
    walk = between(app, superuser, agency, make_agency(app))
    filing = walk.here.filed(title="Rumah Pak Gede gelap", description="Pak Gede terjatuh.")
    words = {"public_title": "Rumah Pak Gede gelap", "public_body": "Pak Gede terjatuh."}
    walk.here.verify(filing, hidden=["Gede"], **words)
    walk.here.answer(filing, "Pak Gede sudah kami kunjungi.")
    sent = walk.send(filing)
    walk.accept(sent)
    walk.work()
    public = "SELECT p::text FROM public_case p WHERE reference = :r"
    there = str(superuser.scalar(sa.text(public), {"r": filing.reference}))
    assert "Gede" not in there
    assert "sudah kami kunjungi" in there
    with walk.there.inside() as session:
        case = walk.case(session, filing.reference)
        assert case is not None
        assert face_of(session, case).hidden == ("Gede",)
        assert "Gede" in face_of(session, case).body
    admin = walk.there.desk()
    form = admin.open(f"/desk/laporan/{filing.reference}").form("/verifikasi")
    assert form.values["hide"] == "Gede"
    assert form.values["public_body"] == "Pak Gede terjatuh."
    assert admin.send(form).status == 200
    assert "Gede" not in str(superuser.scalar(sa.text(public), {"r": filing.reference}))


def test_a_decision_is_of_those_who_come_first(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        case = verified(session, a_case(session, agency))
        seen = case.version
        face = Face("Lampu", "Lampu padam.", "")
        asked = {"case": case, "actor": ADMIN, "published": True, "version": seen}
        operations.set_publicity(session, face=face, **asked)
        with pytest.raises(NotPossible):
            operations.set_publicity(session, face=Face("Lain", "Lain.", ""), **asked)


@pytest.mark.parametrize("state", ["unverified", "archived", "trial"])
def test_what_is_no_public_matter_is_not_published(
    state: str, app: Flask, agency: AgencyFacts, inside: Inside
) -> None:
    if state == "trial":
        agency = make_agency(app, status="preparing")
    with inside(agency) as session:
        case = a_case(session, agency)
        if state == "trial":
            verified(session, case, publish=False)
        if state == "archived":
            words = {"reason": "spam", "message": "Iklan."}
            operations.archive_case(session, case=case, actor=ADMIN, **words)
        with pytest.raises(NotPossible):
            operations.set_publicity(
                session,
                case=case,
                actor=ADMIN,
                published=True,
                face=Face("Lampu", "Lampu padam.", ""),
            )
