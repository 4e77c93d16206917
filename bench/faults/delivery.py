"""Faults of what follows a filing: workers and relay killed, one agency in front of all others."""

from __future__ import annotations

import random
import time
from typing import Final

import sqlalchemy as sa

from bench.faults.proxy import Weather
from bench.faults.scene import Place, Scene
from bench.faults.traffic import Traffic
from bench.faults.verdict import case_rows, none_of
from bench.surroundings import becomes
from bench.table import Row

KILL_EVERY: Final = 3.0
MAILER: Final = "worker mail"
VICTIMS: Final = (MAILER, "worker upkeep", "relay", "jobs")
NOISE: Final = 20_000
QUIET_MAILS: Final = 5.0
WORKED_OFF: Final = 900.0
NOT_IN_TIME: Final = 999.0  # past every goal


def worker_kill(scene: Scene) -> list[Row]:
    """A worker, the relay, or what they are made of, at random, while mail is owed all the time."""
    kills, killed = scene.scale.pick(14, 200), 0
    with Traffic(scene, filers=2) as traffic:
        while killed < kills:
            time.sleep(KILL_EVERY)
            role = random.choice(VICTIMS)
            victim = scene.house.children().get(role)
            if victim is not None:
                victim.kill()
                killed += 1
                if role in (MAILER, "jobs"):  # nobody else's death excuses a mail that comes twice
                    scene.ledger.killed()
        at_work = mail_arrives(scene, 60, scene.calm)
    behind = mail_arrives(scene, WORKED_OFF)
    return [
        Row.of("kills of workers and relay", killed, ""),
        Row.of("reports filed meanwhile", traffic.filed, "", ">= 1"),
        Row.of(
            "a report filed after the last kill is mailed", at_work or NOT_IN_TIME, "s", "<= 60"
        ),
        Row.of("the same behind all that its agency owed", behind or NOT_IN_TIME, "s"),
        none_of("of these mails, not come at all", [] if behind else ["behind what was owed"]),
        *case_rows(scene, traffic),
    ]


def mail_arrives(scene: Scene, within: float, place: Place | None = None) -> float | None:
    """Seconds from a report's confirmation to its mail; None where it does not come in time."""
    reporter = scene.reporter(place)
    reporter.file()
    filed = time.time()
    arrived = becomes(lambda: scene.servers.mailbox.first_to(reporter.email), within)
    came = scene.servers.mailbox.first_to(reporter.email) or 0.0
    return max(0.001, came - filed) if arrived else None


def noisy_agency(scene: Scene) -> list[Row]:
    """One agency owes 20,000 notices at once; somebody else's is not to wait for them."""
    noisy, quiet = scene.places[0], scene.places[1]
    scene.reporter(noisy).file()
    owe_much(scene, noisy)
    waits = []
    for _ in range(scene.scale.pick(5, 20)):
        waits.append(mail_arrives(scene, 60, quiet) or NOT_IN_TIME)
        time.sleep(1)
    dropped = drop_noise(scene, noisy)
    return [
        Row.of("notices that one agency owed at once", NOISE, ""),
        Row.of("of these gone out meanwhile", NOISE - dropped, ""),
        Row.of("slowest of another agency's notices", max(waits), "s", f"<= {QUIET_MAILS:g}"),
        Row.of("the middle one of them", sorted(waits)[len(waits) // 2], "s"),
        *case_rows(scene),
    ]


OWE: Final = sa.text("""
    INSERT INTO outbox (agency_id, queue, kind, object_id, due_at)
    SELECT :agency, 'mail', 'notice.case_verified', (
        SELECT min(id) FROM case_event WHERE agency_id = :agency), now()
    FROM generate_series(1, :noise)""")
DROP: Final = sa.text("""
    DELETE FROM outbox
    WHERE agency_id = :agency AND kind = 'notice.case_verified' AND state = 'waiting'
    AND object_id = (SELECT min(id) FROM case_event WHERE agency_id = :agency)""")


def owe_much(scene: Scene, place: Place) -> None:
    with scene.engine.connect() as connection:
        connection.execute(OWE, {"agency": place.id, "noise": NOISE})


def drop_noise(scene: Scene, place: Place) -> int:
    """What of it has not gone out is taken back: sending it all would show nothing more."""
    with scene.engine.connect() as connection:
        return connection.execute(DROP, {"agency": place.id}).rowcount


def smtp(scene: Scene) -> list[Row]:
    """The mail server is slow, refuses for now, hangs up in the middle; then it is well again."""
    mailbox, proxy, each = scene.servers.mailbox, scene.servers.smtp_proxy, scene.scale.pick(3, 20)
    scene.settle()  # else it would wait behind what an earlier fault left
    with proxy.weather(Weather(latency=1.0)):
        slow = mail_arrives(scene, 60)
    mailbox.refusal = "451 4.3.0 come back later"
    file_some(scene, each)
    becomes(lambda: mailbox.refused >= each, 30)
    mailbox.refusal = ""
    with proxy.weather(Weather(cut_after=700)):
        file_some(scene, each)
        time.sleep(5)
    again = tried_again(scene)
    return [
        Row.of(
            "mail through a server that takes a second a line", slow or NOT_IN_TIME, "s", "<= 60"
        ),
        Row.of("recipients refused for now", mailbox.refused, "", f">= {each}"),
        Row.of("letters put off for another attempt", again, "", f">= {2 * each}"),
        *case_rows(scene),
    ]


def file_some(scene: Scene, number: int) -> None:
    for _ in range(number):
        scene.reporter().file()


def tried_again(scene: Scene) -> int:
    put_off = "SELECT count(*) FROM outbox WHERE state = 'scheduled' AND last_error <> ''"
    with scene.engine.connect() as connection:
        return int(connection.scalar(sa.text(put_off)) or 0)
