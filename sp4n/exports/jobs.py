"""The job that makes an export: it reads one moment in a long transaction, while a thread beside it
keeps the row of the outbox, tells how far it is, and hears when it is called off."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Event, Thread
from types import TracebackType
from typing import Self

from flask import Flask, current_app
from sqlalchemy.orm import Session

from sp4n.config import Settings
from sp4n.db import db
from sp4n.exports.letters import register_export_letters
from sp4n.exports.models import AgencyExport
from sp4n.exports.operations import (
    MAKE,
    begin_export,
    fail_export,
    finish_export,
    note_progress,
    tidy_exports,
)
from sp4n.exports.queries import export_by_id
from sp4n.exports.writing import About, Export
from sp4n.files.storage import Storage, StorageFailed
from sp4n.jobs.failures import in_short
from sp4n.jobs.operations import keep_lease
from sp4n.jobs.registry import Effect, NeverPossible, OutboxFacts, register, register_upkeep
from sp4n.tenants.edge import agency_edge
from sp4n.tenants.resolver import agency_by_id
from sp4n.tenants.scope import Scope, opened

log = logging.getLogger(__name__)

MOST_TRIES = 3
BEAT_SECONDS = 2.0
SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class CalledOff(Exception):
    """The export was cancelled, or another worker has taken over its row."""


@dataclass
class Heart:
    """Beats in a scope and a session of its own."""

    app: Flask
    job: OutboxFacts
    agency_id: int
    export_id: int
    done: int = 0
    total: int = 0
    lost: bool = False
    _stop: Event = field(default_factory=Event)

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._run, name="export", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def step(self, number: int) -> None:
        self.done += number
        if self.lost:
            raise CalledOff

    def beat(self) -> None:
        with self.app.app_context(), agency_edge(self.agency_id):
            ours = keep_lease(db.session(), job=self.job)
            wanted = note_progress(
                db.session(), export_id=self.export_id, done=self.done, total=self.total
            )
        self.lost = not (ours and wanted)

    def _run(self) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            try:
                self.beat()
            except Exception as error:  # the next one may succeed; the lease lasts for many
                log.warning("export %d: %s", self.export_id, in_short(error))


def make(schema_version: str, session: Session, job: OutboxFacts) -> Effect | None:
    if job.object_id is None or job.agency_id is None:
        raise ValueError("which export, of which agency?")
    if not begin_export(session, export_id=job.object_id):
        return None
    return partial(make_or_fail, schema_version, job, job.agency_id, job.object_id)


def make_or_fail(schema_version: str, job: OutboxFacts, agency_id: int, export_id: int) -> None:
    """Tried again a few times; then it has failed, and its admins are told what to do."""
    try:
        write_file(schema_version, job, agency_id, export_id)
    except CalledOff:
        return
    except Exception as error:
        if job.attempt < MOST_TRIES:
            raise
        fault = "storage" if isinstance(error, StorageFailed) else "other"
        with agency_edge(agency_id):
            fail_export(db.session(), export_id=export_id, fault=fault)
        raise NeverPossible(f"export: {in_short(error)}") from error


def write_file(schema_version: str, job: OutboxFacts, agency_id: int, export_id: int) -> None:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    storage: Storage = app.extensions["sp4n.storage"]
    settings: Settings = app.extensions["sp4n.settings"]
    with Heart(app, job, agency_id, export_id) as heart:
        with opened(Scope("tenant", agency_id)):
            session = db.session()
            session.connection(execution_options=SNAPSHOT)
            row = export_by_id(session, export_id=export_id)
            key = row.storage_key
            export = Export(session, storage, about_of(row, schema_version), heart.step)
            heart.total = export.total()
            with storage.writing(key) as out:
                export.write(out)
                size = out.tell()
        kept = timedelta(hours=settings.export_hours)
        with agency_edge(agency_id):
            ended = finish_export(db.session(), export_id=export_id, size=size, kept=kept)
            # Cancelled at the last moment; or another worker was first, and it is that one's file.
            if not ended and not export_by_id(db.session(), export_id=export_id).has_file:
                storage.delete(key)


def about_of(row: AgencyExport, schema_version: str) -> About:
    agency = agency_by_id(row.agency_id)
    if agency is None:
        raise LookupError("an export of no agency")
    return About(
        agency_id=agency.id,
        slug=agency.slug,
        name=agency.name,
        schema_version=schema_version,
        requested_at=row.requested_at.astimezone(agency.zone),
        requested_by=row.requested_by_name,
        confidential=row.confidential,
    )


def register_exports(schema_version: str, storage: Storage) -> None:
    register(MAKE, partial(make, schema_version))
    register_export_letters()
    register_upkeep("exports", partial(tidy_exports, storage=storage))
