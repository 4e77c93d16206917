"""Lists of Flask-Admin: page by page, however long they are, and nothing is counted for them."""

from __future__ import annotations

import re

import sqlalchemy as sa

from bench.counting import statements
from tests.pages import Browser
from tests.scenes import Scene

PEOPLE = "/kelola/orang/"
MANY = """
INSERT INTO account (agency_id, email, name, role)
SELECT :agency, 'orang' || n || '@contoh.example', 'Orang', 'viewer' FROM generate_series(1, 130) n
"""


def test_each_row_is_on_one_page_and_none_is_counted(
    scene: Scene, admin: Browser, superuser: sa.Connection
) -> None:
    superuser.execute(sa.text(MANY), {"agency": scene.agency.id})
    admin.open(PEOPLE)
    seen: list[str] = []
    for page in range(3):
        with statements() as sent:
            found = admin.open(f"{PEOPLE}?page={page}")
        of_people = [one for one in sent if re.search(r"FROM account\b", one)]
        lists = [one for one in of_people if "ORDER BY" in one]
        assert lists
        assert all("LIMIT" in one for one in lists)
        assert not any(re.search(r"count\(", one, re.IGNORECASE) for one in of_people)
        seen += re.findall(r"orang\d+@contoh\.example", found.text)
        last = page == 2
        assert ("131 data" in found.words) == last
        assert ("Berikutnya" in found.words) != last
    assert "Data 51 sampai 100" in admin.open(f"{PEOPLE}?page=1").words
    assert len(seen) == len(set(seen)) == 130
    assert "1 data" in admin.open(f"{PEOPLE}?search=orang77@").words
    assert admin.open(f"{PEOPLE}?page=9999").status == 200


def test_of_many_colleagues_some_are_offered_and_the_others_found_by_address(
    scene: Scene, admin: Browser, superuser: sa.Connection
) -> None:
    unit = scene.unit()
    leaves = scene.person("liaison", "Wayan Pindah", units=[unit])
    path = f"{PEOPLE}{leaves.id}"
    assert "email rekan" not in admin.open(path).words
    many = MANY.replace("'viewer'", "'liaison'").replace("130", "250")
    superuser.execute(sa.text(many), {"agency": scene.agency.id})
    page = admin.open(path)
    assert page.text.count("<option") < 250
    days = {"starts_on": "2027-03-01", "ends_on": "2027-03-02"}
    form = page.form("tidak-bertugas")
    page = admin.send(form, email="siapa@contoh.example", **days)
    assert page.errors == ["Tidak ada rekan aktif dengan email ini."]
    page = admin.send(form, email="Orang99@contoh.example", **days)
    assert "Masa tidak bertugas tercatat." in page.words
    page = admin.open(f"{path}/tutup")
    assert page.text.count("<option") < 250
    admin.send(page.form("tutup"), email="orang77@contoh.example")
    found = superuser.execute(
        sa.text(
            "SELECT email FROM account a JOIN account_unit u ON u.account_id = a.id "
            "AND u.agency_id = a.agency_id WHERE u.unit_id = :unit"
        ),
        {"unit": unit},
    )
    assert found.scalars().all() == ["orang77@contoh.example"]
