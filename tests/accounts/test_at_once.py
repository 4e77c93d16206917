"""Two at once: of what may happen once, one happens."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.accounts import operations, queries
from sp4n.accounts.models import Account
from sp4n.audit.actors import SYSTEM
from sp4n.errors import Invalid, NotFound, NotPossible, SP4NError
from sp4n.organisation.operations import UnitAnswers, add_unit, change_unit
from sp4n.organisation.queries import unit_by_id, unit_tree
from sp4n.tenants.resolver import AgencyFacts
from tests.accounts.people import add_staff
from tests.factories import Inside, counter

PASSWORD = "sayur lodeh tanpa garam"


def at_once(
    inside: Inside, agency: AgencyFacts, *acts: Callable[[Session], object]
) -> list[type[SP4NError] | None]:
    """Each act in a transaction of its own, begun together; what it was refused with."""
    start = Barrier(len(acts))

    def run(act: Callable[[Session], object]) -> type[SP4NError] | None:
        try:
            with inside(agency) as session:
                session.scalars(sa.select(Account.id)).all()
                start.wait()
                act(session)
        except SP4NError as refusal:
            return type(refusal)
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_link_is_redeemed_once(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        person = add_staff(session)
        link = operations.make_token(session, account_id=person.id, purpose="reset")

    def redeem(session: Session) -> None:
        operations.redeem_token(session, token=link, password=PASSWORD)

    outcomes = at_once(inside, agency, redeem, redeem, redeem)
    assert sorted(outcomes, key=str) == sorted([None, NotFound, NotFound], key=str)


def test_two_admins_cannot_close_each_other(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        ids = [add_staff(session, "admin").id for _ in range(2)]

    def close(person_id: int) -> Callable[[Session], object]:
        return lambda session: operations.deactivate(
            session, person=queries.person_by_id(session, person_id=person_id), actor=SYSTEM
        )

    outcomes = at_once(inside, agency, *(close(person_id) for person_id in ids))
    assert sorted(outcomes, key=str) == sorted([None, NotPossible], key=str)


def test_one_address_is_invited_once(agency: AgencyFacts, inside: Inside) -> None:
    email = f"berdua{next(counter)}@contoh.go.id"

    def invite(session: Session) -> None:
        operations.invite(session, email=email, name="Berdua", role="viewer", actor=SYSTEM)

    outcomes = at_once(inside, agency, invite, invite)
    assert sorted(outcomes, key=str) == sorted([None, Invalid], key=str)


def test_two_moves_do_not_make_a_circle(agency: AgencyFacts, inside: Inside) -> None:
    with inside(agency) as session:
        one, two = (
            add_unit(session, answers=UnitAnswers(name), actor=SYSTEM).id for name in ("A", "B")
        )

    def move(unit_id: int, name: str, below: int) -> Callable[[Session], object]:
        answers = UnitAnswers(name, parent_id=below)
        return lambda session: change_unit(
            session, unit=unit_by_id(session, unit_id=unit_id), answers=answers, actor=SYSTEM
        )

    outcomes = at_once(inside, agency, move(one, "A", two), move(two, "B", one))
    assert sorted(outcomes, key=str) == sorted([None, Invalid], key=str)
    with inside(agency) as session:
        assert len(unit_tree(session)) == 2
