"""People of the tests: an account or coordinator with a password, made without a mail."""

from __future__ import annotations

from functools import cache

from sqlalchemy.orm import Session

from sp4n.accounts import passwords
from sp4n.accounts.models import Account, Coordinator, CoordinatorCredential, Credential
from tests.factories import counter

PASSWORD = "kuda hijau menari di atap"


@cache
def its_hash() -> str:
    return passwords.hash_password(PASSWORD)


def add_staff(session: Session, role: str = "admin", **over: str) -> Account:
    values = {"email": f"orang{next(counter)}@contoh.go.id", "name": "Ni Luh Uji", **over}
    account = Account(role=role, **values)
    session.add(account)
    session.flush()
    session.add(Credential(account_id=account.id, password_hash=its_hash()))
    session.flush()
    return account


def add_coordinator(session: Session, role: str = "coordinator") -> Coordinator:
    email = f"koordinator{next(counter)}@contoh.go.id"
    person = Coordinator(email=email, name="Ayu Nasional", role=role)
    session.add(person)
    session.flush()
    session.add(CoordinatorCredential(coordinator_id=person.id, password_hash=its_hash()))
    session.flush()
    return person
