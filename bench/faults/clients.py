"""People as the house meets them: a browser that tries again, with the same form, until it is told.

What is acknowledged here must be in the database at the end: a report when its confirmation was
shown, an answer when the desk sent us back to the case.
"""

from __future__ import annotations

import html
import re
import time
from typing import Any, Final, cast

import requests
from requests.adapters import HTTPAdapter

from bench.faults.ledger import Answer, Filing, Ledger

PATIENCE: Final = 150.0  # seconds until a person gives up altogether
PAUSE: Final = 0.4
TIMEOUT: Final = (5, 30)
STEPS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("jenis", {"classification": "pengaduan"}),
    ("isi", {"description": "Lampu jalan di depan pasar padam sejak hari Senin malam."}),
    ("tempat", {"occurred_on": "", "location": "Jalan Raya Mengwi", "category": "kesehatan"}),
    ("lampiran", {}),
    ("identitas", {"reporter_name": "Siti Rahma", "reporter_phone": "081234567890"}),
)


class GaveUp(Exception):
    """No answer within a person's patience; what was sent may be there or not."""


class Unexpected(Exception):
    """The house answered something that no fault explains."""


class Browser:
    """One session at one agency's site."""

    def __init__(self, origin: str, slug: str, ledger: Ledger) -> None:
        self.site = f"{origin}/i/{slug}"
        self.ledger = ledger
        self.http = requests.Session()
        self.http.trust_env = False  # no proxy of this machine's

    def get(self, path: str) -> requests.Response:
        return self._until_answered("GET", path)

    def post(self, path: str, data: dict[str, str], files: Any = None) -> requests.Response:
        return self._until_answered("POST", path, data=data, files=files)

    def _until_answered(self, method: str, path: str, **body: Any) -> requests.Response:
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            answer = self.once(method, path, **body)
            if answer is not None and answer.status_code < 500 and answer.status_code != 429:
                return answer
            time.sleep(PAUSE)
        raise GaveUp(f"{method} {path}")

    def once(self, method: str, path: str, **body: Any) -> requests.Response | None:
        """One try; None where no answer came. Redirects of a POST are not followed.

        A server may close a connection that it kept just as the next request is on its way, which
        no client can tell from outside (RFC 9112, 9.3.1): that is noted apart."""
        opened = self._connections()
        try:
            answer = self.http.request(
                method,
                self.site + path,
                timeout=TIMEOUT,
                allow_redirects=method == "GET",
                **body,
            )
        except requests.RequestException as error:
            kept = 0 < opened == self._connections()
            cut_off = "cut off, kept connection" if kept else "cut off"
            self.ledger.note("refused" if is_refusal(error) else cut_off)
            # A connection that was kept may be as dead as the server behind it.
            self.http.close()
            return None
        self.ledger.note(str(answer.status_code))
        return answer

    def _connections(self) -> int:
        """How many were opened since the last that broke."""
        adapter = cast(HTTPAdapter, self.http.get_adapter(self.site))
        return adapter.poolmanager.connection_from_url(self.site).num_connections


def is_refusal(error: requests.RequestException) -> bool:
    """Nobody listened, so nothing was taken and broken off."""
    return "refused" in str(error).lower()


class Reporter:
    """Files one report; the same form key is sent at every try."""

    def __init__(self, browser: Browser, filing: Filing) -> None:
        self.browser = browser
        self.filing = filing
        self.hidden: dict[str, str] = {}

    @property
    def email(self) -> str:
        return f"pelapor{self.filing.title.rpartition(' ')[2]}@contoh.id"

    def file(self) -> None:
        self.begin()
        self.send()
        self.read_confirmation()

    def begin(self, *names: str) -> None:
        """These questions; all of them, up to the answers to check, where none is named."""
        page = self.browser.get("/lapor")
        self.hidden = {name: field_of(page.text, name) for name in ("csrf_token", "form_key")}
        self.answer(*(names or [name for name, _answers in STEPS]))

    def answer(self, *names: str) -> None:
        own = {"isi": {"title": self.filing.title}, "identitas": {"reporter_email": self.email}}
        for name, answers in STEPS:
            if name in names:
                expect_303(
                    self.browser.post(
                        f"/lapor/{name}", {**self.hidden, **answers, **own.get(name, {})}
                    )
                )

    def send(self) -> None:
        expect_303(self.browser.post("/lapor/periksa", self.hidden))

    def twin(self) -> Browser:
        """Another connection of the same browser."""
        twin = Browser("", "", self.browser.ledger)
        twin.site = self.browser.site
        twin.http.cookies.update(self.browser.http.cookies)
        return twin

    def read_confirmation(self) -> None:
        """By a POST of the same form, which leads there again: the key is in no address."""
        sent = self.browser.post("/lapor/periksa", self.hidden)
        address = expect_303(sent).headers["Location"]
        page = self.browser.get("/lapor/selesai" + address[address.index("?") :])
        self.filing.access_code = shown(page.text, "access-code")
        self.filing.reference = shown(page.text, "reference")


class Officer:
    """An agency's admin, who verifies what came in and answers it."""

    def __init__(self, browser: Browser, email: str, password: str) -> None:
        self.browser = browser
        self.email = email
        self.password = password

    def sign_in(self) -> None:
        page = self.browser.get("/masuk")
        token = {"csrf_token": field_of(page.text, "csrf_token"), "next": "", "kept": ""}
        expect_303(
            self.browser.post("/masuk", {**token, "email": self.email, "password": self.password})
        )

    def handle(self, filing: Filing, answer: Answer, *, final: bool) -> None:
        self._do(filing.reference, "verifikasi", {"category_id": "", "unit_id": ""}, "/jawab")
        words = {"body": answer.body, "final": "yes" if final else "no"}
        self._do(filing.reference, "jawab", words, answer.body)
        answer.acknowledged = True

    def _do(self, reference: str, act: str, typed: dict[str, str], trace: str) -> None:
        """A refused act may be one that was done although its answer never came: look."""
        case = f"/desk/laporan/{reference}"
        for _try in range(5):
            page = self.browser.get(case).text
            if trace in page:
                return
            hidden = {name: field_of(page, name) for name in ("csrf_token", "version")}
            if self.browser.post(f"{case}/{act}", {**hidden, **typed}).status_code in (302, 303):
                return
        raise Unexpected(f"{act} {reference}")


def expect_303(answer: requests.Response) -> requests.Response:
    if answer.status_code not in (302, 303):
        raise Unexpected(f"{answer.status_code} {answer.url}: {heading_in(answer.text)}")
    return answer


def field_of(page: str, name: str) -> str:
    """The value of the first hidden field of this name."""
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page)
    if found is None:
        raise Unexpected(f"no field {name}: {heading_in(page)}")
    return html.unescape(found[1])


def shown(page: str, name: str) -> str:
    """What a confirmation says, by the attribute that marks it."""
    found = re.search(rf"data-{name}[^>]*>([^<]+)<", page)
    if found is None:
        raise Unexpected(f"no confirmation: {heading_in(page)}")
    return found[1].strip()


def heading_in(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[1])).strip() if found else page[:80]
