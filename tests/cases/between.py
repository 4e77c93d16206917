"""Two agencies and the jobs between them, each run as a worker would: one row, one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask

from sp4n.cases import operations
from sp4n.cases.handover_models import Handover
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations import FiledCase
from sp4n.jobs import run
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import Inside, make_agency
from tests.scenes import Scene

REASON = "Jalan ini jalan provinsi."


@dataclass
class Between:
    """`here` files and sends, `there` is asked."""

    app: Flask
    superuser: sa.Connection
    here: Scene
    there: Scene

    def another(self) -> Scene:
        return Scene(self.app, make_agency(self.app))

    def send(
        self,
        filing: FiledCase,
        at: Scene | None = None,
        to: Scene | None = None,
        reason: str = REASON,
    ) -> int:
        at, to = at or self.here, to or self.there
        with at.inside() as session:
            case = self.case(session, filing.reference)
            assert case is not None
            sent = operations.send_case(
                session, case=case, actor=at.admin, to=to.agency, reason=reason
            )
            return sent.id

    def accept(self, handover_id: int, by: Scene | None = None) -> None:
        by = by or self.there
        with by.inside() as session:
            found = session.scalars(sa.select(Handover).where(Handover.id == handover_id)).one()
            operations.accept_case(session, handover=found, agency=by.agency, actor=by.admin)

    def refuse(self, handover_id: int, reason: str = "Ini jalan kabupaten.") -> None:
        with self.there.inside() as session:
            found = session.scalars(sa.select(Handover).where(Handover.id == handover_id)).one()
            operations.refuse_case(session, handover=found, actor=self.there.admin, reason=reason)

    def hand_over(
        self, filing: FiledCase, at: Scene | None = None, to: Scene | None = None
    ) -> None:
        at, to = at or self.here, to or self.there
        self.accept(self.send(filing, at, to), to)
        self.work(to, at)

    def work(self, *scenes: Scene, again: bool = False) -> None:
        """All that the agencies owe each other, until nothing is left; `again`: each twice."""
        run.serve(self.app)
        agencies = [one.agency for one in scenes or (self.here, self.there)]
        while rows := [row for agency in agencies for row in self.owed(agency)]:
            for row in rows:
                run.run_outbox(row.agency_id, row.id)
                if again:
                    self.superuser.execute(
                        sa.text("UPDATE outbox SET state = 'waiting' WHERE id = :id"),
                        {"id": row.id},
                    )
                    run.run_outbox(row.agency_id, row.id)

    def owed(self, agency: AgencyFacts, kind: str = "handover.%") -> list[Any]:
        sql = (
            "SELECT * FROM outbox WHERE agency_id = :a AND kind LIKE :k AND state = 'waiting' "
            "ORDER BY id"
        )
        return list(self.superuser.execute(sa.text(sql), {"a": agency.id, "k": kind}))

    def case(self, session: Any, reference: str) -> CaseRecord | None:
        wanted = sa.select(CaseRecord).where(CaseRecord.reference == reference)
        return session.scalars(wanted).one_or_none()

    def state(self, scene: Scene, filing: FiledCase) -> str:
        with scene.inside() as session:
            case = self.case(session, filing.reference)
            return case.state if case else ""

    def tracked(self, filing: FiledCase) -> tuple[int, int | None]:
        sql = "SELECT agency_id, pending_agency_id FROM tracking WHERE reference = :r"
        row = self.superuser.execute(sa.text(sql), {"r": filing.reference}).one()
        return row.agency_id, row.pending_agency_id


def between(app: Flask, superuser: sa.Connection, here: AgencyFacts, there: AgencyFacts) -> Between:
    return Between(app, superuser, Scene(app, here), Scene(app, there))


def kinds(scene: Scene, filing: FiledCase, *, public: bool = True) -> list[str]:
    sql = sa.text(
        "SELECT kind FROM case_event WHERE public = :p AND case_id = "
        "(SELECT id FROM case_record WHERE reference = :r AND agency_id = :a) "
        "AND agency_id = :a ORDER BY id"
    )
    about = {"r": filing.reference, "a": scene.agency.id, "p": public}
    with Inside(scene.app)(scene.agency) as session:
        return list(session.scalars(sql, about))
