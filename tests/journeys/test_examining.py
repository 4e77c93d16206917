"""The examinations are examined: each finds the fault that was planted for it, and none in a page
that has none. No house is needed for that, only a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.examining import EYES, Examiner
from tests.journeys.visitor import PHONE, Device, Visitor, visiting
from tests.journeys.weighing import Scales

pytestmark = pytest.mark.browser

SITE = "http://rumah.localhost"
STYLE = """
body { color: #222; background: #fff; }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #111; } a { color: #9cf; } }
button, input { border: 1px solid; min-height: 44px; }
:focus-visible { outline: 3px solid #1a4fd0; }
"""
SUMMARY = """<div tabindex="-1" data-error-summary><a href="#umur">Isi umur.</a></div>
<p id="salah">Isi umur.</p><label for="umur">Umur</label>
<input id="umur" aria-describedby="salah"><script>document.querySelector("div").focus()</script>"""
FINE = '<p>Isi.</p><a href="/">Ke depan</a><button type="button">Kirim</button>'
Look = Callable[[Examiner], list[str]]


def dark(page: Examiner) -> list[str]:
    return page.contrast("dark")


LOOKS: tuple[Look, ...] = (
    Examiner.faults_said,
    Examiner.rules,
    dark,
    Examiner.reflow,
    Examiner.large_text,
    Examiner.forced_colours,
    Examiner.motion,
    Examiner.names,
    Examiner.focus,
)
PLANTED: list[tuple[str, Look, str]] = [
    ("<input>", Examiner.rules, "label"),
    ("<p style='color: #999'>Pucat.</p>", Examiner.rules, "color-contrast"),
    ("<p style='color: #444'>Gelap.</p>", dark, "color-contrast"),
    ("<h2>Dalam</h2><h4>Terlalu dalam</h4>", Examiner.rules, "heading-order"),
    (
        "<style>a { display: block; width: 9px; height: 9px; overflow: hidden }</style>"
        "<a href='/a'>a</a><a href='/b'>b</a><a href='/c'>c</a>",
        Examiner.rules,
        "target-size",
    ),
    ("<div style='width: 350px'>Lebar.</div>", Examiner.reflow, "too wide"),
    ("<p style='width: 9px; overflow: hidden'>Terpotong</p>", Examiner.reflow, "cut off"),
    ("<p style='width: 16em'>Lebar.</p>", Examiner.large_text, "too wide"),
    ("<style>button { border: 0 }</style>", Examiner.forced_colours, "without an edge"),
    (
        "<ul><li><a href='/a' aria-current='page'>a</a></li><li><a href='/b'>b</a></li></ul>",
        Examiner.forced_colours,
        "does not look current",
    ),
    ("<style>a { transition: color 1s }</style>", Examiner.motion, "moves"),
    ("<style>html { scroll-behavior: smooth }</style>", Examiner.motion, "glides"),
    ("<button type='button'></button>", Examiner.names, "button without a name"),
    ("<nav><a href='/a'>a</a></nav><nav><a href='/b'>b</a></nav>", Examiner.names, "2 times nav"),
    ("<main>Dua</main>", Examiner.names, "2 times main"),
    ("<style>a:focus { outline: none }</style>", Examiner.focus, "no outline"),
    (
        "<header style='position: fixed; inset: 0; background: #fff'>Di atas</header>",
        Examiner.focus,
        "hidden while it has the focus",
    ),
    (SUMMARY, Examiner.faults_said, "title"),
    (SUMMARY.replace("<script>", "<script>if (0) "), Examiner.faults_said, "the focus is on"),
    (SUMMARY.replace("aria-describedby", "data-x"), Examiner.faults_said, "not said"),
    ("<script>document.title = 'Galat: Judul'</script>", Examiner.faults_said, "the page does not"),
]


def page_with(content: str) -> str:
    return (
        f"<!DOCTYPE html><html lang='id'><head><title>Judul</title><style>{STYLE}</style>"
        "<meta name='viewport' content='width=device-width'></head><body>"
        f"<header>Atas</header><main id='main'>{content}<h1>Judul</h1></main></body></html>"
    )


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Visitor]:
    with visiting(chromium, SITE, Device(PHONE)) as found:
        yield found


def show(page: Page, content: str) -> None:
    page.route(
        f"{SITE}/",
        lambda route: route.fulfill(body=page_with(content), content_type="text/html"),
    )
    page.goto(f"{SITE}/")


def test_a_page_without_a_fault_has_none(visitor: Visitor) -> None:
    show(visitor.page, FINE)
    examiner = Examiner(visitor.page)
    assert {look.__name__: found for look in LOOKS if (found := look(examiner))} == {}


@pytest.mark.parametrize(("content", "look", "fault"), PLANTED)
def test_a_planted_fault_is_found(visitor: Visitor, content: str, look: Look, fault: str) -> None:
    show(visitor.page, content + FINE)
    found = look(Examiner(visitor.page))
    assert any(fault in one for one in found), found


def test_a_keyboard_sees_that_it_is_under_a_bar(visitor: Visitor) -> None:
    show(visitor.page, f"{FINE}<div style='position: fixed; inset: 0; background: #fff'></div>")
    visitor.page.evaluate(EYES)
    visitor.page.keyboard.press("Tab")
    assert "hidden" in visitor.page.evaluate("examining.unseenNow()")[0]


def test_a_visitor_notices_what_a_page_asks_of_others_and_says_to_the_console(
    visitor: Visitor,
) -> None:
    visitor.page.route("https://lain.example/**", lambda route: route.fulfill(body=""))
    show(visitor.page, "<img alt='' src='https://lain.example/x'><script>nothing()</script>")
    visitor.page.wait_for_load_state()
    assert {fault.partition(":")[0] for fault in visitor.faults} == {"asks others", "script"}


def test_scales_see_what_jumps_and_what_a_text_weighs(visitor: Visitor) -> None:
    scales = Scales(visitor)
    show(visitor.page, f"<p>{'Kata yang diulang. ' * 5000}</p>")
    weight = scales.weigh()
    assert weight.requests == 1
    assert 200 < weight.size < 5_000
    visitor.page.evaluate(
        "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
    )
    visitor.page.evaluate("main.prepend('x '.repeat(999))")
    visitor.page.wait_for_function("shifts.length > 0")
    assert scales.shift() > 0.02
