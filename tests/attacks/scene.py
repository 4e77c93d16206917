"""Three reports through the form: without identity, anonymous with one, confidential with one. All
that follows from them is done, too: tracking, a reply, an answer, the letters by way of Redis."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from redis import Redis

from sp4n import clock
from sp4n.accounts import operations as accounts
from sp4n.jobs import run, transport
from sp4n.jobs.queues import MAIL
from sp4n.jobs.worker import make_worker
from sp4n.tenants.resolver import AgencyFacts
from tests.accounts.browsing import cookie_of, give_cookie
from tests.accounts.people import add_staff
from tests.attacks.visiting import CSRF, Visitor, csrf_token
from tests.factories import ClientFor, Inside, make_agency
from tests.files.making import document, exif, pdf_bytes, picture
from tests.portal.walking import Walker

# A minute that no other time of the tests has.
MOMENT = datetime(2026, 11, 3, 3, 41, 27, 345678, tzinfo=UTC)
BROWSER, ADDRESS = "KenariPeramban/9.9", "203.0.113.177"


@dataclass(frozen=True)
class Reporter:
    """What somebody types; the same word never stands for two people."""

    word: str
    phone: str = ""
    ticked: tuple[str, ...] = ()

    @property
    def typed(self) -> dict[str, str]:
        who = {
            "reporter_name": f"Kenari {self.word}Nama",
            "reporter_email": f"{self.word.lower()}surel@contoh.id",
            "reporter_phone": self.phone,
        }
        story = {name: f"{self.word}{name}" for name in ("title", "description", "location")}
        nobody = dict.fromkeys(who, "")
        return {**story, **(who if self.phone else nobody), **dict.fromkeys(self.ticked, "y")}

    @property
    def reply(self) -> str:
        return f"{self.word}balasan"

    @property
    def traces(self) -> list[str]:
        """Of who it is; the phone number in each way it may be written."""
        digits = re.sub(r"\D", "", self.phone)
        return [f"{self.word}Nama", f"{self.word}surel", self.phone, digits, digits[1:]]


NOBODY = Reporter("Kenaritanpa")
HIDDEN = Reporter("Kenarianonim", "0812 9797 5353 1", ("anonymous",))
NAMED = Reporter("Kenarirahasia", "0813 9797 5353 2", ("confidential",))


@dataclass
class Scene:
    """What was filed, and what it left outside the database and the folders."""

    traceless: AgencyFacts
    others: AgencyFacts
    references: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    redis: dict[str, bytes] = field(default_factory=dict)


class Kept(logging.Handler):
    """Everything that is logged, by anybody, at any level."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name} {record.levelname} {self.format(record)}")


def play(app: Flask) -> Scene:
    scene, root = Scene(make_agency(app), make_agency(app)), logging.getLogger()
    log, level = Kept(scene.log), root.level
    root.addHandler(log)
    root.setLevel(logging.DEBUG)
    try:
        with clock.frozen(MOMENT):
            report(app, scene, scene.traceless, NOBODY)
            for reporter in (HIDDEN, NAMED):
                report(app, scene, scene.others, reporter)
        with clock.frozen(MOMENT + timedelta(hours=2)):
            mail_everything(app, scene)
    finally:
        root.removeHandler(log)
        root.setLevel(level)
    return scene


def report(app: Flask, scene: Scene, agency: AgencyFacts, who: Reporter) -> None:
    """From the first page to the receipt; then the case is followed and written back to."""
    admin = an_admin(app, agency)
    walker = Walker(ClientFor(app)(agency))
    walker.client.environ_base.update(HTTP_USER_AGENT=BROWSER, REMOTE_ADDR=ADDRESS)
    photo = (picture(exif=exif()), "foto.jpg", "image/jpeg")
    letter = (pdf_bytes(document()), "surat.pdf", "application/pdf")
    page = walker.file([photo, letter], **who.typed)
    assert page.step == "selesai", page.summary
    reference, code = page.marked("data-reference"), page.marked("data-access-code")
    handle = page.path.partition("?")[2]
    assert walker.client.get(f"/lapor/bukti?{handle}").status_code == 200
    token = walker.open("/lacak").tree.find(".//input[@name='csrf_token']").get("value")
    form = {"csrf_token": token, "reference": reference, "access_code": code}
    assert walker.send("/lacak", form).status == 200
    reply = {"csrf_token": token, "body": who.reply}
    assert walker.send(f"/lacak/{reference}/tanggapan", reply).status == 200
    scene.cookies.append(repr(cookie_of(walker.client)))
    scene.references[who.word] = reference
    handle_case(admin, reference)


def handle_case(admin: Visitor, reference: str) -> None:
    """Opened, verified, answered, by the agency's admin on the desk."""
    redacted = {"public_title": "Lampu", "public_body": "Padam", "public_location": "Kuta"}
    public = {**redacted, "publish": "y"}
    answer = {"body": "Kami periksa.", "final": "yes"}
    for path, data in (("", None), ("/verifikasi", public), ("/jawab", answer)):
        said = admin.ask(f"/desk/laporan/{reference}{path}", data)
        assert said.status == 200, f"{path}: {said.trail}"


def an_admin(app: Flask, agency: AgencyFacts) -> Visitor:
    with Inside(app)(agency) as session:
        token = accounts.open_session(session, person=add_staff(session, "admin"))
    client = ClientFor(app)(agency)
    give_cookie(client, {"csrf_token": CSRF, "site": agency.slug, "sid": token})
    return Visitor("admin", client, csrf_token(app))


def mail_everything(app: Flask, scene: Scene) -> None:
    """By way of Redis and a worker in this process; what staff are owed becomes a row for each."""
    run.serve(app)
    connection = transport.connect(app)
    queue = transport.queue(MAIL, connection)
    for _round in range(2):
        for agency in (scene.traceless, scene.others):
            for outbox_id in owed(app, agency):
                ids, name = (agency.id, outbox_id), f"outbox-{agency.id}-{outbox_id}"
                transport.hand_over(queue, "sp4n.jobs.run.run_outbox", *ids, job_id=name)
        scene.redis |= kept_in(connection)
        make_worker(app, MAIL, connection).work(burst=True, logging_level="DEBUG")
        scene.redis |= kept_in(connection)


def owed(app: Flask, agency: AgencyFacts) -> list[int]:
    """Also what waits for the next full hour, which has come."""
    sql = "SELECT id FROM outbox WHERE state IN ('waiting', 'scheduled') ORDER BY id"
    with Inside(app)(agency) as session:
        session.execute(
            sa.text("UPDATE outbox SET state = 'waiting' WHERE due_at <= :now"),
            {"now": clock.now()},
        )
        return list(session.scalars(sa.text(sql)))


def kept_in(redis: Redis) -> dict[str, bytes]:
    """Every key with all that it holds."""
    read: dict[bytes, Callable[[bytes], Any]] = {
        b"string": redis.get,
        b"hash": redis.hgetall,
        b"list": lambda key: redis.lrange(key, 0, -1),
        b"set": redis.smembers,
        b"zset": lambda key: redis.zrange(key, 0, -1, withscores=True),
    }
    found = {}
    for key in redis.scan_iter():
        kind = redis.type(key)
        if kind in read:  # else it has gone meanwhile
            found[key.decode()] = repr(read[kind](key)).encode()
    return found
