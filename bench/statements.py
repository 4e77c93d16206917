"""How many statements the hot pages send: counted at the real doors, by an account of each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from bench.counting import statements
from bench.filing_house import House, Place, fields_of, house, to_the_check
from bench.scale import Scale
from bench.table import Row
from bench.visitor import a_case, a_sign_in, account, browser, first
from sp4n.accounts.models import Coordinator
from sp4n.accounts.operations import open_session
from sp4n.accounts.queries import actor_of
from sp4n.audit.actors import Actor
from sp4n.cases.operations import answer_case, note_case, verify_case
from sp4n.db import db
from sp4n.national.entries import enter_agency
from sp4n.tenants.edge import agency_edge, edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.web.sites import Site

PORT: Final = 8141
NATION: Final = "http://localhost:8141"
FILES, NOTES = 5, 16
Request = Callable[[], TestResponse]
STAFF: Final = ("admin", "liaison")
REASON: Final = "Menghitung pernyataan ke pangkalan data."


@dataclass(frozen=True)
class People:
    """A browser of each kind."""

    admin: FlaskClient
    liaison: FlaskClient
    coordinator: FlaskClient


def measure(scale: Scale) -> list[Row]:
    """At the largest agency. Of the second time: what a process reads once is read."""
    agencies, cases = scale.pick((20, 5_000), (690, 200_000))
    with house(PORT, agencies=agencies, cases=cases) as built:
        place = built.places[0]
        filed = counted(lambda: filing(built, place))
        pages = [(what, counted(visit), most) for what, visit, most in visits(built, place)]
    found = [(f"a report with {FILES} files, the final POST", filed, 10), *pages]
    return [Row.of(f"statements: {what}", sent, "", f"<= {most}") for what, sent, most in found]


def counted(ready: Callable[[], Request]) -> int:
    """`ready` does what comes before, which is not counted."""
    ready()()
    send = ready()
    with statements() as sent:
        answer = send()
    if answer.status_code not in (200, 303):
        raise RuntimeError(f"{answer.request.path} answered {answer.status}")
    return len(sent)


def visits(built: House, place: Place) -> Iterator[tuple[str, Callable[[], Request], int]]:
    """Which page, how, and how many statements it may take."""
    people, reference = signed_in(built, place), long_case(built, place)
    here, desk = built.origin(place), "/desk/laporan/"
    inside = f"/nasional/instansi/{place.slug}/laporan"
    yield "desk list of 50, an admin", visiting(people.admin, here, "/desk/"), 6
    yield "desk list of 50, a liaison", visiting(people.liaison, here, "/desk/"), 6
    yield "list of 50, a coordinator", visiting(people.coordinator, NATION, inside), 6
    of_case = f"one case of {NOTES + 4} events and {FILES} files"
    yield f"{of_case}, an admin", visiting(people.admin, here, desk + reference), 8
    yield f"{of_case}, a liaison", visiting(people.liaison, here, desk + reference), 8
    case = visiting(people.coordinator, NATION, f"{inside}/{reference}")
    yield f"{of_case}, a coordinator", case, 8
    yield "overview, a coordinator", visiting(people.coordinator, NATION, "/nasional/"), 6


def visiting(client: FlaskClient, origin: str, path: str) -> Callable[[], Request]:
    return lambda: lambda: client.get(path, base_url=origin)


def filing(built: House, place: Place) -> Request:
    """Ready for the button that sends it."""
    client, origin = built.app.test_client(), built.origin(place)
    page = to_the_check(client, origin, photos())
    address, fields = page.request.full_path, fields_of(page)
    return lambda: client.post(address, data=fields, base_url=origin)


def photos() -> list[tuple[BytesIO, str]]:
    taken = []
    for number in range(FILES):
        content = BytesIO()
        Image.new("RGB", (64 + number, 48), "gray").save(content, "JPEG")
        taken.append((BytesIO(content.getvalue()), f"foto {number}.jpg"))
    return taken


def long_case(built: House, place: Place) -> str:
    """The reference of the report that was filed last: verified, given to the unit of the first
    liaison, noted and answered."""
    with built.app.app_context(), agency_edge(place.id):
        session, case = db.session(), a_case(db.session())
        admin, liaison = (actor_of(session, account(session, role)) for role in STAFF)
        verify_case(
            session,
            case=case,
            actor=admin,
            supervision=False,
            category_id=None,
            public_title="Lampu padam",
            public_body="Lampu padam.",
            publish=True,
            unit_id=min(liaison.unit_ids),
        )
        for number in range(NOTES):
            note_case(session, case=case, actor=admin, body=f"catatan {number}")
        answer_case(session, case=case, actor=liaison, body="Dicek.", final=False)
        return case.reference


def signed_in(built: House, place: Place) -> People:
    app, here = built.app, built.origin(place)
    with app.app_context(), edge(NATIONAL):
        person = first(db.session(), Coordinator)
        actor = Actor("coordinator", person.id, person.name, person.role)
        token = open_session(db.session(), person=person)
    with app.app_context(), agency_edge(place.id):
        enter_agency(db.session(), actor=actor, reason=REASON)
        admin, liaison = (a_sign_in(db.session(), role) for role in STAFF)
    return People(
        admin=browser(app, here, {"sid": admin, "site": place.slug}),
        liaison=browser(app, here, {"sid": liaison, "site": place.slug}),
        coordinator=browser(app, NATION, {"sid": token, "site": Site("national").name}),
    )
