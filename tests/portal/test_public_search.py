"""Public cases of all agencies and of one, by words, slips, topic, place, state, time and order;
and what is not public is in none of them."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases.public_search import Asked, search_public
from sp4n.db import db
from sp4n.settings.queries import categories, category_by_key
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency, Region
from sp4n.tenants.resolver import AgencyFacts
from sp4n.tenants.scope import UNSCOPED
from tests.factories import ClientFor, make_agency
from tests.page_rules import words_in
from tests.pages import Browser, Page
from tests.scenes import Scene


@pytest.fixture
def browser(client_for: ClientFor) -> Browser:
    return Browser(client_for(None))


def titles_on(page: Page) -> list[str]:
    return [words_in(one) for one in page.find_all("feed__title")]


def asked(browser: Browser, **about: str) -> list[str]:
    return titles_on(browser.open("/laporan?" + urlencode(about)))


def published(scene: Scene, title: str, **over: object) -> str:
    days = over.pop("days_ago", 0)
    filing = scene.filed(at=clock.now() - timedelta(days=int(str(days))))
    scene.verify(filing, public_title=title, **over)
    return filing.reference


def a_province(app: Flask) -> str:
    """One that no other agency is in."""
    code = f"9{next(numbers)}"
    with app.app_context(), edge(NATIONAL):
        db.session.add(Region(code=code, name=f"Provinsi Uji {code}", kind="provinsi"))
    return code


numbers = iter(range(100, 1000))


def test_one_search_finds_cases_of_all_agencies_and_leads_to_theirs(
    app: Flask, browser: Browser, agency: AgencyFacts, other_agency: AgencyFacts
) -> None:
    here, there = Scene(app, agency), Scene(app, other_agency)
    mine = published(here, "Jembatan zamrud retak", days_ago=2)
    published(there, "Jembatan zamrud ambruk")
    published(there, "Pagar zamrud lepas", public_body="Bukan yang dicari.")
    page = browser.open("/laporan?q=jembatan+zamrud")
    assert titles_on(page) == ["Jembatan zamrud ambruk", "Jembatan zamrud retak"]
    led = urlsplit(page.link("Jembatan zamrud retak"))
    assert (led.hostname, led.path) == (f"{agency.slug}.localhost", f"/laporan/{mine}")
    assert agency.short_name in page.words
    assert asked(browser, q="zamrud", urut="terlama")[0] == "Jembatan zamrud retak"
    assert titles_on(browser.open(f"/laporan?q={mine}")) == ["Jembatan zamrud retak"]


def test_a_slip_finds_what_was_meant_and_says_so(browser: Browser, scene: Scene) -> None:
    published(scene, "Trotoar kuarsa berlubang")
    page = browser.open("/laporan?q=trotoar+kuarza")
    assert titles_on(page) == ["Trotoar kuarsa berlubang"]
    assert "Tidak ada laporan yang memuat “trotoar kuarza”" in page.words
    assert "“trotoar kuarsa”" in page.words
    page = scene.browser().open("/laporan?q=trotoar+kuarza")
    assert titles_on(page) == ["Trotoar kuarsa berlubang"]
    assert titles_on(browser.open("/laporan?q=qqqqzzzz+xxwwvv")) == []


def test_lists_are_narrowed_by_topic_state_time_and_agency(
    app: Flask, browser: Browser, scene: Scene
) -> None:
    with scene.inside() as session:
        topic = next(one for one in categories(session) if one.parent_id is not None)
        above = next(one for one in categories(session) if one.id == topic.parent_id)
    published(scene, "Opal satu", category_id=topic.id, days_ago=40)
    filing = scene.filed()
    scene.verify(filing, public_title="Opal dua", category_id=above.id)
    scene.answer(filing)
    published(scene, "Opal tiga", days_ago=3)
    both = {"q": "opal"}
    assert asked(browser, **both) == ["Opal dua", "Opal tiga", "Opal satu"]
    assert asked(browser, **both, topik=above.key) == ["Opal dua", "Opal satu"]
    assert asked(browser, **both, topik=topic.key) == ["Opal satu"]
    assert asked(browser, **both, status="in_progress") == ["Opal dua"]
    assert asked(browser, **both, sejak="30") == ["Opal dua", "Opal tiga"]
    assert asked(browser, **both, sejak="7", status="unhandled") == ["Opal tiga"]
    here = scene.browser()
    assert asked(here, topik=above.key) == ["Opal dua", "Opal satu"]
    assert asked(here, topik=above.key, urut="terlama", sejak="90") == ["Opal satu", "Opal dua"]
    assert asked(here, status="in_progress") == ["Opal dua"]
    page = here.open("/laporan?status=closed")
    assert "Tidak ada laporan yang cocok" in page.words


def test_a_province_has_the_cases_of_its_agencies_and_each_of_them_alone(
    app: Flask, browser: Browser
) -> None:
    code = a_province(app)
    one, two = (Scene(app, make_agency(app, region_code=code)) for _number in range(2))
    published(one, "Safir satu", days_ago=1)
    published(two, "Safir dua")
    page = browser.open(f"/laporan?provinsi={code}")
    assert titles_on(page) == ["Safir dua", "Safir satu"]
    form = next(form for form in page.forms() if "instansi" in form.controls)
    assert set(form.choices("instansi")) == {"", one.agency.slug, two.agency.slug}
    page = browser.send(form, instansi=one.agency.slug)
    assert titles_on(page) == ["Safir satu"]
    # An agency of another place is not asked for here.
    assert asked(browser, provinsi=code, instansi="tiadakab") == ["Safir dua", "Safir satu"]


def test_the_map_counts_each_province_and_leads_to_it(app: Flask, browser: Browser) -> None:
    from sp4n.portal.national_cases import _counts

    code = a_province(app)
    published(Scene(app, make_agency(app, region_code=code)), "Mirah")
    _counts.forget()
    page = browser.open("/laporan/peta")
    row = next(one for one in page.tree.iter("tr") if f"Uji {code}" in words_in(one))
    assert words_in(row).split()[-1] == "1"
    assert titles_on(browser.open(f"/laporan?provinsi={code}")) == ["Mirah"]


def test_pages_go_on_by_key_whatever_is_asked(app: Flask, browser: Browser) -> None:
    code = a_province(app)
    scenes = [Scene(app, make_agency(app, region_code=code)) for _number in range(2)]
    for number in range(22):
        published(scenes[number % 2], f"Topas {number:02}", days_ago=number)
    for about in ({"provinsi": code}, {"q": "topas"}, {"q": "topas", "urut": "terlama"}):
        page = browser.open("/laporan?" + urlencode(about))
        first = titles_on(page)
        rest = titles_on(browser.follow(page, "Berikutnya"))
        assert (len(first), len(rest)) == (20, 2)
        wanted = [f"Topas {number:02}" for number in range(22)]
        assert first + rest == (wanted[::-1] if "urut" in about else wanted)


def test_what_is_not_public_is_found_by_nothing(app: Flask, browser: Browser, scene: Scene) -> None:
    hidden = [
        scene.filed(title="Rubi tersembunyi"),
        scene.verify(scene.filed(title="Rubi internal"), publish=False),
        scene.verify(scene.filed(title="Rubi rahasia", confidential=True)),
    ]
    gone = scene.verify(scene.filed(), public_title="Rubi arsip")
    scene.archive(gone)
    redacted = scene.verify(
        scene.filed(title="Rubi asli", description="Rubi milik Wirawan."), public_title="Batu merah"
    )
    shut = make_agency(app)
    published(Scene(app, shut), "Rubi tutup")
    with app.app_context(), edge(NATIONAL):
        db.session.execute(sa.update(Agency).where(Agency.id == shut.id).values(status="suspended"))
    for here in (browser, scene.browser()):
        assert asked(here, q="rubi") == []
        assert asked(here, q="wirawan") == []
        for filing in (*hidden, gone):
            assert asked(here, q=filing.reference) == []
        assert asked(here, q=redacted.reference) == ["Batu merah"]


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%27%20%26%20!%3A*%28",
        "q=" + "a" * 3000,
        "q=😀",
        "topik=tiada&status=archived&provinsi=9999&instansi=x&sejak=-1&urut=x&sebelum=@@",
        "provinsi=%00&topik=%27",
        "sebelum=WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwgMV0%3D",
        "q=a&q=b&provinsi=pusat&instansi=",
    ],
)
def test_whatever_the_address_says_is_answered(browser: Browser, scene: Scene, query: str) -> None:
    assert browser.open(f"/laporan?{query}").status == 200
    assert scene.browser().open(f"/laporan?{query}").status == 200


def test_no_plan_reads_all_that_is_public(app: Flask, scene: Scene) -> None:
    """With sequential scans off, each question still has an index to go by, and lists by topic sort
    no more than their pages."""
    with app.app_context(), edge(UNSCOPED):
        session = db.session()
        topic = category_by_key(session, "jalan-rusak") or categories(session)[0]
        for about in (
            Asked(),
            Asked(topics=(topic.id,)),
            Asked(agencies=(scene.agency.id,), topics=(topic.id,)),
            Asked(agencies=(scene.agency.id,), own_topic=1),
            Asked(agencies=(1, 2, 3), topics=(1, 2)),
            Asked(text="lampu"),
            Asked(text="lampu", agencies=(1, 2), topics=(1, 2), state="closed"),
        ):
            plans = plans_of(session, about)
            assert all("Index" in one for one in plans), about
            assert not any("Seq Scan" in one for one in plans), about


def plans_of(session, about: Asked) -> list[str]:  # type: ignore[no-untyped-def]
    asked: list[str] = []

    def explain(conn, _cursor, statement, parameters, *_rest) -> None:  # type: ignore[no-untyped-def]
        if statement.startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))  # type: ignore[arg-type]

    sa.event.listen(sa.Engine, "before_cursor_execute", explain)
    try:
        search_public(session, about, limit=5)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", explain)
    plans = []
    with session.connection().connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        for statement, parameters in asked:
            if "public_case" in statement and "newest" not in statement:
                rows = cursor.execute(f"EXPLAIN {statement}", parameters, prepare=False).fetchall()
                plans.append("\n".join(row[0] for row in rows))
        cursor.execute("RESET enable_seqscan")
    return plans


def test_two_letters_are_a_word_and_no_beginning_of_one(browser: Browser, scene: Scene) -> None:
    published(scene, "Zirkonia retak")
    assert asked(browser, q="zirk") == ["Zirkonia retak"]
    assert asked(browser, q="zi") == []
