"""Short messages: numbers, lengths, what is said, how often, and a gateway that misbehaves."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases.operations import FiledCase
from sp4n.jobs.registry import NeverPossible
from sp4n.notices import sms
from sp4n.notices.sms import EXTENSION, SmsGateway, SmsRefused, mobile_number, parts_of
from tests.desk.test_holding import tracked
from tests.notices.conftest import Post
from tests.pages import Page
from tests.scenes import Scene


@dataclass
class Gateway:
    """A real server. `answers`: the statuses it gives, in turn, then 202; 0 hangs up, -1 waits."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    got: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def client(self) -> SmsGateway:
        return SmsGateway(f"http://geheim%21@127.0.0.1:{self.port}/kirim")


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append({"path": self.path, **json.loads(body)})
            made.headers.append(dict(self.headers))
            status = made.answers.pop(0) if made.answers else 202
            if status <= 0:
                sleep(0.6 if status < 0 else 0)
                self.connection.close()
                return
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"http://127.0.0.1:{made.port}/lain")
            self.end_headers()

        def log_message(self, *_about: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def on(app: Flask, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    monkeypatch.setitem(app.extensions, EXTENSION, gateway.client)
    return gateway


def send(client: SmsGateway) -> None:
    client.send(to="+6281234567890", sender="Pemkab Uji", text="Halo", name="outbox-1-2")


def test_a_message_is_posted_with_the_secret_and_its_name(gateway: Gateway) -> None:
    send(gateway.client)
    wanted = {"to": "+6281234567890", "from": "Pemkab Uji", "text": "Halo", "id": "outbox-1-2"}
    assert gateway.got == [{"path": "/kirim", **wanted}]
    assert gateway.headers[0]["Authorization"] == "Bearer geheim!"
    assert gateway.headers[0]["Idempotency-Key"] == "outbox-1-2"


@pytest.mark.parametrize("status", [429, 500, 503, 401, 302])
def test_a_gateway_that_cannot_now_is_asked_again(gateway: Gateway, status: int) -> None:
    gateway.answers = [status]
    with pytest.raises(SmsRefused, match=str(status)):
        send(gateway.client)
    assert len(gateway.got) == 1


@pytest.mark.parametrize("status", [400, 404, 422])
def test_what_is_refused_for_good_is_not_sent_again(gateway: Gateway, status: int) -> None:
    gateway.answers = [status]
    with pytest.raises(NeverPossible):
        send(gateway.client)


def test_one_that_hangs_up_is_slow_or_away_is_an_error_to_try_again(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms, "PATIENCE_SECONDS", 0.2)
    for answer in (0, -1):
        gateway.answers = [answer]
        with pytest.raises(Exception) as fault:  # noqa: PT011 - whatever the network says
            send(gateway.client)
        assert not isinstance(fault.value, NeverPossible)
    with pytest.raises(OSError, match="refused"):
        send(SmsGateway("http://x@127.0.0.1:1/"))


def test_nothing_goes_out_unencrypted() -> None:
    with pytest.raises(NeverPossible):
        send(SmsGateway("http://x@gateway.example/"))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0812 3456 7890", "+6281234567890"),
        ("+62 812-3456-7890", "+6281234567890"),
        ("62812.3456.7890", "+6281234567890"),
        ("(0812) 3456789", "+628123456789"),
        ("81234567890", "+6281234567890"),
        ("0361 234567", None),
        ("0812", None),
        ("+1 202 555 0100", None),
        ("08123456789012345", None),
        ("0812345678x", None),
        ("０８１２３４５６７８９０", None),
        ("", None),
    ],
)
def test_numbers_are_written_as_the_world_does(typed: str, number: str | None) -> None:
    assert mobile_number(typed) == number


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ā" * 70, 1),
        ("ā" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_lengths_are_those_of_the_network(text: str, parts: int) -> None:
    assert parts_of(text) == parts


@pytest.fixture(autouse=True)
def _fresh(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    counters = app.extensions["sp4n.throttle"].counters
    monkeypatch.setattr(counters, "redis", None)
    counters.memory.reset()


def code_in(text: str) -> str:
    return re.findall(r"\b[0-9]{6}\b", text)[0]


def confirm(scene: Scene, filing: FiledCase, code: str) -> Page:
    browser, page = tracked(scene, filing)
    return browser.send(page.form("/nomor"), code=code)


def test_a_number_gets_a_code_and_nothing_more_until_that_is_typed(
    scene: Scene, on: Gateway, post: Post, superuser: sa.Connection
) -> None:
    filing = scene.verify(scene.filed(reporter_email="", language="en"))
    scene.answer(filing, "ISI-JAWABAN")
    post.deliver(scene.agency)
    [asked] = on.got
    assert asked["to"] == "+6281234567890"
    assert f"code {code_in(asked['text'])}" in asked["text"]
    assert parts_of(asked["text"]) <= 2
    wrong = confirm(scene, filing, f"{(int(code_in(asked['text'])) + 1) % 1_000_000:06d}")
    assert (wrong.status, len(wrong.errors)) == (422, 1)
    code = code_in(asked["text"])
    assert "sudah dipastikan" in confirm(scene, filing, f" {code[:3]} {code[3:]}").text
    scene.answer(filing, "ISI-LAIN")
    scene.note(filing, "CATATAN")
    post.deliver(scene.agency)
    text = on.got[-1]["text"]
    assert len(on.got) == 2
    assert "has been answered" in text
    assert filing.reference in text
    assert "/lacak" in text
    assert parts_of(text) <= 2
    assert "ISI" not in str(on.got)
    assert filing.access_code not in str(on.got)
    again = scene.verify(scene.filed(reporter_email=""))  # the same number: known to be theirs
    post.deliver(scene.agency)
    assert "sudah diverifikasi" in on.got[-1]["text"]
    assert not tracked(scene, again)[1].has_form("/nomor")
    rows = superuser.execute(
        sa.text("SELECT n::text FROM sms_number n WHERE agency_id = :a"), {"a": scene.agency.id}
    )
    assert "81234567890" not in " ".join(rows.scalars())


def test_somebody_elses_number_in_many_reports_is_hardly_written_to(
    scene: Scene, on: Gateway, post: Post
) -> None:
    filings = [scene.verify(scene.filed(reporter_email="")) for _number in range(4)]
    post.deliver(scene.agency)
    assert len(on.got) == 1
    for days in range(1, 9):
        with clock.frozen(clock.now() + timedelta(days=2 * days)):
            scene.answer(filings[days % 4])
            post.deliver(scene.agency)
    assert len(on.got) == 4  # once for each of the four


def test_a_code_is_sent_again_when_asked_for_a_few_times_and_the_former_is_void(
    scene: Scene, on: Gateway, post: Post
) -> None:
    filing = scene.verify(scene.filed(reporter_email=""))
    post.deliver(scene.agency)
    browser, page = tracked(scene, filing)
    assert browser.send(page.form("/kode-nomor")).status == 409
    for minutes in (11, 22):
        with clock.frozen(clock.now() + timedelta(minutes=minutes)):
            browser.send(browser.open(page.path).form("/kode-nomor"))
            post.deliver(scene.agency)
    codes = [code_in(one["text"]) for one in on.got]
    assert len(codes) == len(set(codes)) == 3
    assert not browser.open(page.path).has_form("/kode-nomor")
    assert confirm(scene, filing, codes[0]).status == 422
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert "lewat waktunya" in confirm(scene, filing, codes[2]).errors[0]
    assert confirm(scene, filing, codes[2]).status == 200
    stranger = scene.browser().client
    assert stranger.post(f"/lacak/{filing.reference}/nomor").status_code in (400, 404)


def test_no_more_than_a_few_a_day_and_each_once_whatever_fails(
    scene: Scene, on: Gateway, post: Post
) -> None:
    filing = scene.verify(scene.filed())
    on.answers = [503]
    post.deliver(scene.agency)
    post.wake()
    post.deliver(scene.agency)
    assert len({one["id"] for one in on.got}) == 1
    confirm(scene, filing, code_in(on.got[-1]["text"]))
    on.got.clear()
    others = [scene.verify(scene.filed()) for _number in range(2)]
    for _answer in range(5):
        scene.answer(filing)
        scene.answer(others[0])
    post.deliver(scene.agency)
    assert len({one["id"] for one in on.got}) == 5  # of one number, whatever the case


def test_without_a_gateway_or_a_mobile_number_nothing_is_owed_or_sent(
    scene: Scene, app: Flask, gateway: Gateway, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, EXTENSION, None)
    scene.verify(scene.filed())
    count = sa.text("SELECT count(*) FROM outbox WHERE agency_id = :a AND kind = 'case.sms'")
    assert post.superuser.scalar(count, {"a": scene.agency.id}) == 0
    monkeypatch.setitem(app.extensions, EXTENSION, gateway.client)
    scene.verify(scene.filed(reporter_phone="0361 234567"))
    nothing = {"reporter_name": "", "reporter_email": "", "reporter_phone": ""}
    scene.verify(scene.filed(anonymous=True, **nothing))
    post.deliver(scene.agency)
    assert gateway.got == []


@pytest.mark.parametrize(("is_on", "words"), [(True, "SMS singkat"), (False, "tidak mengirim SMS")])
def test_the_form_says_whether_sms_is_sent(
    scene: Scene, app: Flask, monkeypatch: pytest.MonkeyPatch, is_on: bool, words: str
) -> None:
    found = SmsGateway("https://x@gateway.example/") if is_on else None
    monkeypatch.setitem(app.extensions, EXTENSION, found)
    with app.test_request_context(base_url=f"http://{scene.agency.slug}.localhost:8000"):
        said = app.jinja_env.from_string(
            "{% from 'portal/filing/_sms.html' import phone_hint %}{{ phone_hint() }}"
        ).render()
    assert words in said
