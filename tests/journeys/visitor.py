"""A person at a browser: opens, types, presses; and notices on every page what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response

PHONE, SMALL_PHONE, DESK = 390, 320, 1280
# Chromium logs every answer of 400 and above as an error; refusals are part of the walks.
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


# But the button beside similar reports, by which a reporter stops.
FORWARD = "main form[method=post]:not([action$='/berhenti'])"
SEEN = """() => {
    const page = document.documentElement, edge = page.clientWidth;
    const beyond = (one) => one.getBoundingClientRect().right > edge + 1;
    const names = [...document.querySelectorAll("body *")].filter(beyond).map(
        (one) => one.tagName.toLowerCase() + "." + (one.getAttribute("class") || "")
    );
    return {
        headings: document.querySelectorAll("h1").length,
        language: page.lang,
        wide: page.scrollWidth - edge,
        who: names.slice(0, 12),
    };
}"""


@dataclass(frozen=True)
class Device:
    """What the person holds: `scripts` off is a browser without JavaScript."""

    width: int = DESK
    scripts: bool = True
    language: str = "id"
    scheme: Literal["light", "dark"] = "light"
    sharpness: float = 1

    @property
    def context(self) -> dict[str, Any]:
        height = 844 if self.width < 700 else 900
        return {
            "viewport": {"width": self.width, "height": height},
            "device_scale_factor": self.sharpness,
            "java_script_enabled": self.scripts,
            "has_touch": self.width < 700,
            "accept_downloads": True,
            "color_scheme": self.scheme,
        }


class Visitor:
    """Each act ends with a look at the page that it led to."""

    def __init__(self, page: Page, device: Device, origin: str) -> None:
        self.page = page
        self.device = device
        self.origin = origin
        self.faults: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("request", self._asked)
        page.on("response", self._answered)

    def open(self, address: str) -> None:
        """`address`: a whole one, or a path of the national site; in the visitor's language."""
        whole = address if "://" in address else self.origin + address
        if self.device.language != "id":
            whole += ("&" if "?" in whole else "?") + f"lang={self.device.language}"
        self.page.goto(whole)
        self.look()

    def find(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def type(self, **fields: str) -> None:
        for name, text in fields.items():
            self.field(name).fill(text)

    def field(self, name: str) -> Locator:
        return self.find(f".page [name='{name}']:not([type=hidden])")

    def choose(self, name: str, value: str) -> None:
        """A radio, or an entry of a list."""
        radio = self.find(f".page input[type=radio][name='{name}'][value='{value}']")
        if radio.count():
            radio.check()
        else:
            self.field(name).select_option(value)

    def tick(self, *names: str) -> None:
        for name in names:
            self.find(f".page input[type=checkbox][name='{name}']").check()

    def unfold(self, act: str) -> None:
        """The panel of an act that is not the one due is folded."""
        fold = self.find(f"details:not([open]):has(form[action$='/{act}']) > summary")
        if fold.count():
            fold.click()

    def go_on(self, form: str = FORWARD) -> None:
        """The button that goes forward has no name and stands first in its form."""
        self.press(self.find(f"{form} button[type=submit]:not([name], [hidden])").first)

    def press(self, what: Locator | str) -> None:
        """A link or a button that leads to a page."""
        with self.page.expect_navigation():
            (self.find(what) if isinstance(what, str) else what).click()
        self.look()

    def look(self) -> None:
        """No fault so far, one h1, the language asked for, and nothing beyond the right edge."""
        assert not self.faults, f"{self.page.url}: {self.faults}"
        found = self.page.evaluate(SEEN)
        assert found["headings"] == 1, f"{self.page.url}: {found['headings']} h1"
        assert found["wide"] <= 0, f"{self.page.url}: {found['wide']} px too wide: {found['who']}"
        assert found["language"] == self.device.language, self.page.url

    @property
    def words(self) -> str:
        return self.find(".page").inner_text()

    @property
    def title(self) -> str:
        return self.page.title()

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not REFUSED.search(message.text):
            self.faults.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        """A page asks nobody but the house itself; where a person goes from it is their affair."""
        host, own = urlsplit(request.url).netloc, urlsplit(self.origin).netloc
        if host and not f".{host}".endswith(f".{own}") and not request.is_navigation_request():
            self.faults.append(f"asks others: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} {response.url}")


@contextmanager
def visiting(browser: Browser, origin: str, device: Device) -> Iterator[Visitor]:
    """A browser profile of its own: no cookie of anybody else's."""
    context = browser.new_context(**device.context)
    context.set_default_timeout(20_000)
    try:
        yield Visitor(context.new_page(), device, origin)
    finally:
        context.close()
