"""Looks at the page that is open with axe and with eyes of our own: lists of faults, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

EYES: Final = Path(__file__).with_name("examining.js").read_text()
WCAG: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# axe leaves this one of 2.2 off unless it is asked for.
ALSO: Final = ("target-size",)
NARROWEST: Final = 320
PAINTED: Final = """(rules) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    document.adoptedStyleSheets = [sheet];
}"""
# It would fetch the style sheets anew, and say where each fault is in ways that nobody reads.
TERSE: Final = {"resultTypes": ["violations"], "preload": False, "selectors": False}
RUN: Final = """async (wanted) => (await axe.run(document, wanted)).violations.map(
    (one) => one.id + ": " + one.nodes.slice(0, 3).map(
        (node) => node.html.slice(0, 110) + " " +
            [...node.any, ...node.all, ...node.none][0].message
    ).join(" / ")
)"""
Scheme = Literal["light", "dark"]
# As Chromium's accessibility tree calls them.
CONTROLS: Final = (
    *("button", "link", "textbox", "searchbox", "checkbox", "radio", "combobox", "listbox"),
    *("spinbutton", "Date", "DisclosureTriangle", "image", "dialog", "table"),
)
ONCE: Final = ("main", "banner", "contentinfo")
NAMED_APART: Final = ("navigation", "complementary", "region", "search")


class Examiner:
    """Of one page as it is open; leaves it at the size, colours and text that it came with."""

    def __init__(self, page: Page, scheme: Scheme = "light") -> None:
        self.page, self.scheme = page, scheme
        # A colour on its way to another is neither of them.
        page.emulate_media(reduced_motion="reduce")
        page.evaluate(EYES)

    def rules(self) -> list[str]:
        """Every rule of WCAG 2.0 to 2.2 A and AA that a machine can check, and axe's own."""
        run = {"type": "tag", "values": [*WCAG, "best-practice"]}
        return self._axe(
            self.scheme, {"runOnly": run, "rules": {rule: {"enabled": True} for rule in ALSO}}
        )

    def wcag(self) -> list[str]:
        """Without what axe asks of whole sites: landmarks, say."""
        return self._axe(self.scheme, {"runOnly": {"type": "tag", "values": list(WCAG)}})

    def contrast(self, scheme: Scheme) -> list[str]:
        """The one rule whose answer depends on colours."""
        return self._axe(scheme, {"runOnly": {"type": "rule", "values": ["color-contrast"]}})

    def other_shape(self, width: int, scheme: Scheme) -> list[str]:
        """What the width of the window and the scheme have a say in, at others than its own."""
        rules = {"type": "rule", "values": ["color-contrast"]}
        with self._resized(width):
            return [*self._axe(scheme, {"runOnly": rules}), *self._ask("tooWide")]

    def paint(self, rules: str) -> None:
        """Over what the page has: the same words as in another agency's /warna.css."""
        self.page.evaluate(PAINTED, rules)

    def reflow(self) -> list[str]:
        with self._resized(NARROWEST):
            return self._ask("tooWide")

    def large_text(self) -> list[str]:
        """At twice the size, as the browser's own setting has it."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("Page.enable")
        session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
        found = self._ask("tooWide")
        session.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
        session.detach()
        return found

    def forced_colours(self) -> list[str]:
        self.page.emulate_media(forced_colors="active")
        found = self._ask("colourless")
        self.page.emulate_media(forced_colors="none")
        return found

    def faults_said(self) -> list[str]:
        """To be asked before anything has moved the focus."""
        return self._ask("quietFaults")

    def motion(self) -> list[str]:
        return self._ask("moving")

    def names(self) -> list[str]:
        """What a screen reader is told: a name for every control, places that can be told apart."""
        session = self.page.context.new_cdp_session(self.page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        session.detach()
        told = [
            (said(node, "role"), said(node, "name")) for node in nodes if not node.get("ignored")
        ]
        return [*faults_of_names(told)]

    def focus(self) -> list[str]:
        """The one key press tells the browser that a keyboard is in use."""
        self.page.keyboard.press("Tab")
        return self._ask("unseenFocus")

    @contextmanager
    def _resized(self, width: int) -> Iterator[None]:
        size = self.page.viewport_size
        assert size is not None
        self.page.set_viewport_size({"width": width, "height": size["height"]})
        yield
        self.page.set_viewport_size(size)

    def _axe(self, scheme: Scheme, options: dict[str, Any]) -> list[str]:
        self.page.emulate_media(color_scheme=scheme)
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        found: list[str] = self.page.evaluate(RUN, {**TERSE, **options})
        self.page.emulate_media(color_scheme=self.scheme)
        return found

    def _ask(self, question: str) -> list[str]:
        found: list[str] = self.page.evaluate(f"examining.{question}()")
        return found


def said(node: dict[str, Any], what: str) -> str:
    return str(node.get(what, {}).get("value", "")).strip()


def faults_of_names(told: list[tuple[str, str]]) -> Iterator[str]:
    """`told`: role and name of everything that is read out."""
    counted = Counter(told)
    roles = Counter(role for role, _name in told)
    yield from (f"{role} without a name" for role, name in counted if role in CONTROLS and not name)
    yield from (f"{roles[role]} times {role}" for role in ONCE if roles[role] > 1)
    if not roles["dialog"]:  # there is nothing else while one is open
        yield from (f"no {role}" for role in ("main", "banner", "heading") if not roles[role])
    for (role, name), times in counted.items():
        if role in NAMED_APART and times > 1:
            yield f"{times} times {role} {name!r}"
