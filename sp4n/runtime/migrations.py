"""`sp4n db upgrade`: the migrations, by the owner, patient where a table is in use."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

log = logging.getLogger(__name__)

DIRECTORY = Path(__file__).resolve().parents[2] / "migrations"
LOCK_NOT_AVAILABLE = "55P03"
TRIES = 20
PAUSE = 2.0


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Each migration waits a second at most for its locks; a busy table is tried again later.

    With nothing to do it does nothing: Alembic's own look would load every room's tables first.
    """
    if revision == "head" and not pending(owner_url):
        return
    for left in reversed(range(TRIES)):
        try:
            _upgrade_once(owner_url, revision)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE or not left:
                raise
            log.warning("a table is in use; the migration is tried again in %.0f s", PAUSE)
            time.sleep(PAUSE)
        else:
            return


def pending(owner_url: str) -> list[str]:
    """Revisions of this code that the database does not have yet."""
    script = ScriptDirectory.from_config(_configuration())
    engine = sa.create_engine(owner_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        applied: set[str] = set()
        if sa.inspect(connection).has_table("alembic_version"):
            rows = connection.execute(sa.text("SELECT version_num FROM alembic_version"))
            for (head,) in rows:
                applied |= {step.revision for step in script.iterate_revisions(head, "base")}
    return [step.revision for step in script.walk_revisions() if step.revision not in applied]


def _upgrade_once(owner_url: str, revision: str) -> None:
    configuration = _configuration()
    engine = sa.create_engine(owner_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, revision)


def _configuration() -> Config:
    return Config(DIRECTORY / "alembic.ini")
