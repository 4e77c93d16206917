"""What a page costs who opens it: requests and bytes over the wire, and what moves while it comes.

Read from the browser's own network log, so that what its cache gave costs nothing. A text that came
without compression counts as gzip would have it: in front of this house may stand a proxy that
compresses, and the budgets hold for what travels to a phone.
"""

from __future__ import annotations

import base64
import gzip
from dataclasses import dataclass, field
from typing import Any

from tests.journeys.visitor import Visitor

SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((one) => [one.value,
    one.sources.map(({ node }) => node && (node.className || node.nodeName)).join()])))
    .observe({ type: "layout-shift", buffered: true });
"""
SETTLED = 150  # ms after the page has loaded, for what moves late
TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")


@dataclass(frozen=True)
class Weight:
    requests: int
    size: int

    def __add__(self, other: Weight) -> Weight:
        return Weight(self.requests + other.requests, self.size + other.size)


@dataclass
class Answer:
    headers: dict[str, str]
    media_type: str
    wire: int = 0

    @property
    def is_plain_text(self) -> bool:
        names = {name.lower() for name in self.headers}
        return self.media_type.startswith(TEXT) and "content-encoding" not in names


@dataclass
class Scales:
    """Put under one visitor's page; `weigh` says what has come since it was last asked."""

    visitor: Visitor
    answers: dict[str, Answer] = field(default_factory=dict)
    cached: set[str] = field(default_factory=set)
    redirects: Weight = Weight(0, 0)

    def __post_init__(self) -> None:
        page = self.visitor.page
        page.add_init_script(SHIFTS)
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.on("Network.requestWillBeSent", self._redirected)
        self.session.on("Network.responseReceived", self._answered)
        self.session.on("Network.requestServedFromCache", self._cached)
        self.session.on("Network.loadingFinished", self._finished)

    def start_anew(self) -> None:
        """With an empty cache, as who comes for the first time."""
        self.visitor.page.wait_for_timeout(SETTLED)
        self._clear()
        self.session.send("Network.clearBrowserCache")

    def weigh(self) -> Weight:
        self.visitor.page.wait_for_timeout(SETTLED)
        found = [one for one in self.answers.items() if one[0] not in self.cached]
        weight = self.redirects + Weight(len(found), sum(self._size(*one) for one in found))
        self._clear()
        return weight

    def shift(self) -> float:
        """The cumulative layout shift of the page that is open."""
        return float(self.visitor.page.evaluate("shifts.reduce((sum, [one]) => sum + one, 0)"))

    def _clear(self) -> None:
        self.answers.clear()
        self.redirects = Weight(0, 0)

    def _size(self, number: str, answer: Answer) -> int:
        if not answer.is_plain_text:
            return answer.wire
        got = self.session.send("Network.getResponseBody", {"requestId": number})
        body = base64.b64decode(got["body"]) if got["base64Encoded"] else got["body"].encode()
        return answer.wire - len(body) + len(gzip.compress(body, 6))

    def _redirected(self, event: dict[str, Any]) -> None:
        if "redirectResponse" in event:
            self.redirects += Weight(1, int(event["redirectResponse"]["encodedDataLength"]))

    def _answered(self, event: dict[str, Any]) -> None:
        said = event["response"]
        if said["url"].startswith("data:"):
            return
        self.answers[event["requestId"]] = Answer(said["headers"], said["mimeType"])
        if said["fromDiskCache"]:
            self.cached.add(event["requestId"])

    def _cached(self, event: dict[str, Any]) -> None:
        self.cached.add(event["requestId"])

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.answers:
            self.answers[event["requestId"]].wire = int(event["encodedDataLength"])
