"""The attacks through the ORM, and beside it, on every owned table; each tells whose rows it saw.

Run as a request of one agency would run them: a session in its scope, the row of another agency
known by its key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, aliased, make_transient_to_detached
from sqlalchemy.orm.attributes import flag_modified

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, BetweenTwo
from sp4n.tenants.scope import ScopeError
from tests.rules.attacks import with_fresh_keys

Key = dict[str, Any]
# Agency ids of the rows seen, or for writes as many of theirs as rows were reached.
Attack = Callable[[Session, Any, Key], list[int]]


def owned_models() -> list[type[Any]]:
    found = {mapper.class_ for mapper in Base.registry.mappers}
    return sorted(
        (model for model in found if issubclass(model, (AgencyOwned, BetweenTwo))),
        key=lambda model: str(model.__tablename__),
    )


def key_of(model: type[Any], row: Key) -> Key:
    return {column.name: row[column.name] for column in model.__table__.primary_key}


def breaches(session: Session, rows: dict[str, Key], attacks: dict[str, Attack]) -> Iterator[str]:
    """`rows`: one row of another agency in each table."""
    for model in owned_models():
        row = rows[model.__tablename__]
        for name, attack in attacks.items():
            seen = seen_by(session, model, row, attack)
            if row["agency_id"] in seen:
                yield f"{model.__tablename__}: {name}"


def seen_by(session: Session, model: type[Any], row: Key, attack: Attack) -> list[int]:
    """Nothing where it is refused; undone in any case."""
    nested = session.begin_nested()
    try:
        return attack(session, model, row)
    except (ScopeError, SQLAlchemyError):
        return []
    finally:
        nested.rollback()
        session.expunge_all()


# -- what the ORM's criterion covers ----------------------------------------------------------


def get(session: Session, model: Any, row: Key) -> list[int]:
    found = session.get(model, tuple(key_of(model, row).values()))
    return [found.agency_id] if found else []


def filtered(session: Session, model: Any, row: Key) -> list[int]:
    wanted = sa.select(model).where(model.agency_id == row["agency_id"])
    return [found.agency_id for found in session.scalars(wanted)]


def everything(session: Session, model: Any, row: Key) -> list[int]:
    return list(session.scalars(sa.select(model.agency_id)))


def by_query(session: Session, model: Any, row: Key) -> list[int]:
    found = session.query(model).filter_by(agency_id=row["agency_id"])
    return [one.agency_id for one in found] + [row["agency_id"]] * found.count()


def renamed(session: Session, model: Any, row: Key) -> list[int]:
    other = aliased(model)
    return list(session.scalars(sa.select(other.agency_id)))


def joined(session: Session, model: Any, row: Key) -> list[int]:
    other = aliased(model)
    pairs = sa.select(model.agency_id, other.agency_id).join(other, sa.true())
    return [agency_id for pair in session.execute(pairs) for agency_id in pair]


def joined_outside(session: Session, model: Any, row: Key) -> list[int]:
    other = aliased(model)
    pairs = sa.select(other.agency_id).select_from(model).outerjoin(other, sa.true())
    return [agency_id for agency_id in session.scalars(pairs) if agency_id]


def counted(session: Session, model: Any, row: Key) -> list[int]:
    theirs = model.agency_id == row["agency_id"]
    number = session.scalar(sa.select(sa.func.count()).select_from(model).where(theirs))
    return [row["agency_id"]] * int(number or 0)


def existing(session: Session, model: Any, row: Key) -> list[int]:
    theirs = sa.select(model).where(model.agency_id == row["agency_id"])
    return [row["agency_id"]] if session.scalar(sa.select(theirs.exists())) else []


def existing_beside(session: Session, model: Any, row: Key) -> list[int]:
    other = aliased(model)
    theirs = sa.select(other).where(other.agency_id == row["agency_id"]).exists()
    mine = session.execute(sa.select(model.agency_id).where(theirs)).all()
    return [row["agency_id"]] * len(mine)


def in_a_subquery(session: Session, model: Any, row: Key) -> list[int]:
    inner = sa.select(model.agency_id).where(model.agency_id == row["agency_id"]).subquery()
    return list(session.scalars(sa.select(inner.c.agency_id)))


def as_a_value(session: Session, model: Any, row: Key) -> list[int]:
    inner = sa.select(model.agency_id).where(model.agency_id == row["agency_id"]).limit(1)
    found = session.scalar(sa.select(inner.scalar_subquery()))
    return [found] if found else []


def in_a_cte(session: Session, model: Any, row: Key) -> list[int]:
    inner = sa.select(model.agency_id).cte()
    return list(session.scalars(sa.select(inner.c.agency_id)))


def in_a_union(session: Session, model: Any, row: Key) -> list[int]:
    both = sa.union_all(sa.select(model.agency_id), sa.select(model.agency_id))
    return list(session.scalars(both))


def locked(session: Session, model: Any, row: Key) -> list[int]:
    return list(session.scalars(sa.select(model.agency_id).with_for_update()))


def updated(session: Session, model: Any, row: Key) -> list[int]:
    theirs = sa.update(model).where(model.agency_id == row["agency_id"])
    return [row["agency_id"]] * reached(session, theirs.values(agency_id=model.agency_id))


def updated_and_told(session: Session, model: Any, row: Key) -> list[int]:
    every = sa.update(model).values(agency_id=model.agency_id).returning(model.agency_id)
    return list(session.scalars(every))


def deleted(session: Session, model: Any, row: Key) -> list[int]:
    return [row["agency_id"]] * reached(
        session, sa.delete(model).where(model.agency_id == row["agency_id"])
    )


def added(session: Session, model: Any, row: Key) -> list[int]:
    session.add(model(**with_fresh_keys(model.__tablename__, row)))
    session.flush()
    return [row["agency_id"]]


def merged(session: Session, model: Any, row: Key) -> list[int]:
    session.merge(model(**row))
    session.flush()
    return [row["agency_id"]]


def carried_over(session: Session, model: Any, row: Key) -> list[int]:
    """An object of another request, put into this session, changed and written."""
    theirs, there = foreign_object(session, model, row), as_text(session, model, row)
    changing = [column.name for column in model.__table__.columns if not column.primary_key]
    for name in changing:
        flag_modified(theirs, name)
    session.flush()
    return there if changing else []


def carried_over_and_deleted(session: Session, model: Any, row: Key) -> list[int]:
    theirs, there = foreign_object(session, model, row), as_text(session, model, row)
    session.delete(theirs)
    session.flush()
    return there


def given_away(session: Session, model: Any, row: Key) -> list[int]:
    mine = session.scalars(sa.select(model)).first()
    if mine is None:
        return []
    mine.agency_id = row["agency_id"]
    session.flush()
    return [row["agency_id"]]


THROUGH_THE_ORM: dict[str, Attack] = {
    attack.__name__: attack
    for attack in (
        get,
        filtered,
        everything,
        by_query,
        renamed,
        joined,
        joined_outside,
        counted,
        existing,
        existing_beside,
        in_a_subquery,
        as_a_value,
        in_a_cte,
        in_a_union,
        locked,
        updated,
        updated_and_told,
        deleted,
        added,
        merged,
        carried_over,
        carried_over_and_deleted,
        given_away,
    )
}


# -- what only the database's own policies cover ----------------------------------------------


def core_select(session: Session, model: Any, row: Key) -> list[int]:
    return list(session.scalars(sa.select(model.__table__.c.agency_id)))


def core_insert(session: Session, model: Any, row: Key) -> list[int]:
    fresh = with_fresh_keys(model.__tablename__, row)
    session.execute(sa.insert(model.__table__).values(fresh))
    return [row["agency_id"]]


def core_update(session: Session, model: Any, row: Key) -> list[int]:
    table = model.__table__
    same = sa.update(table).where(table.c.agency_id == row["agency_id"])
    return [row["agency_id"]] * reached(session, same.values(agency_id=table.c.agency_id))


def core_delete(session: Session, model: Any, row: Key) -> list[int]:
    table = model.__table__
    return [row["agency_id"]] * reached(
        session, sa.delete(table).where(table.c.agency_id == row["agency_id"])
    )


def as_text(session: Session, model: Any, row: Key) -> list[int]:
    return list(session.scalars(sa.text(f"SELECT agency_id FROM {model.__tablename__}")))


def on_its_connection(session: Session, model: Any, row: Key) -> list[int]:
    sql = f"SELECT agency_id FROM {model.__tablename__}"
    return list(session.connection().exec_driver_sql(sql).scalars())


def on_a_connection_of_its_own(session: Session, model: Any, row: Key) -> list[int]:
    bind = session.get_bind()
    assert isinstance(bind, sa.Engine)
    with bind.connect() as connection:
        return list(connection.scalars(sa.select(model.__table__.c.agency_id)))


def refreshed(session: Session, model: Any, row: Key) -> list[int]:
    theirs = foreign_object(session, model, row)
    session.refresh(theirs)
    return [theirs.agency_id]


BESIDE_THE_ORM: dict[str, Attack] = {
    attack.__name__: attack
    for attack in (
        core_select,
        core_insert,
        core_update,
        core_delete,
        as_text,
        on_its_connection,
        on_a_connection_of_its_own,
        refreshed,
    )
}


def reached(session: Session, statement: Any) -> int:
    result: Any = session.execute(statement)
    return int(result.rowcount)


def foreign_object(session: Session, model: Any, row: Key) -> Any:
    """As if it had been loaded by its own agency."""
    theirs = model(**row)
    make_transient_to_detached(theirs)
    session.add(theirs)
    return theirs
