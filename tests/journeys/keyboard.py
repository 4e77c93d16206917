"""Hands that never leave the keys: what is reached by Tab is looked at on the way there."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.journeys.examining import EYES
from tests.journeys.visitor import FORWARD, Visitor

MOST = 90  # presses; no page has more to stop at
FOCUSED = "(one) => one === document.activeElement"
# Where the keyboard is: an own number for each control that it ever stood on.
PLACE = """() => {
    const one = document.activeElement;
    window.places ??= new Map();
    if (one === document.body) return 0;
    if (!places.has(one)) places.set(one, places.size + 1);
    return places.get(one);
}"""


class Keyboard:
    """Of one visitor; presses what a person would, and never points at anything."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page
        self.page.context.add_init_script(EYES)

    def to(self, what: str | Locator, key: str = "Tab") -> Locator:
        """Forward (or, by Shift+Tab, back) to the first of these, or the one that is there."""
        wanted = self.visitor.find(what).first if isinstance(what, str) else what
        for _press in range(MOST):
            if wanted.evaluate(FOCUSED):
                return wanted
            self.press(key)
        raise AssertionError(f"{what} is not reached on {self.page.url}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            faults = self.page.evaluate("examining.unseenNow()")
            assert not faults, f"{self.page.url}: {faults}"

    def type(self, **fields: str) -> None:
        """Over whatever stands there."""
        for name, text in fields.items():
            self.to(self.visitor.field(name))
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(text)

    def choose(self, name: str, value: str) -> None:
        """A radio: Tab reaches its group, arrows the one that is meant."""
        group = self.visitor.find(f".page [type=radio][name='{name}']")
        self.to(f".page [type=radio][name='{name}']:is(:checked, :focus), .page [name='{name}']")
        self.page.keyboard.press("Space")
        wanted = self.visitor.find(f".page [type=radio][name='{name}'][value='{value}']")
        for _press in range(group.count()):
            if wanted.is_checked():
                return
            self.press("ArrowDown")
        raise AssertionError(f"{name}={value} cannot be chosen on {self.page.url}")

    def select(self, name: str, words: str) -> None:
        """An entry of a list, by its first letters."""
        field = self.to(self.visitor.field(name))
        self.page.keyboard.type(words)
        chosen = field.evaluate("one => one.selectedOptions[0].text.trim()")
        assert chosen.startswith(words), chosen

    def follow(self, what: str | Locator) -> None:
        """A link or a button that leads to a page."""
        self.to(what)
        self.enter()

    def go_on(self, form: str = FORWARD) -> None:
        self.follow(f"{form} button[type=submit]:not([name])")

    def enter(self, key: str = "Enter") -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        self.visitor.look()

    def round(self) -> int:
        """Once through the page and out of it again; how many stops there were."""
        seen: list[int] = []
        for _press in range(MOST):
            self.press("Tab")
            seen.append(self.page.evaluate(PLACE))
            if seen[-1] in (0, seen[0]) and len(seen) > 1:
                return len(set(seen) - {0})
            assert len(seen) < 2 or seen[-1] != seen[-2], f"held fast on {self.page.url}"
        raise AssertionError(f"no way out of {self.page.url}")
