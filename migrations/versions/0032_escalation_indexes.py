"""late cases, those that climb, and those that have climbed are found

Made beside a working house: not in a transaction, and waiting for whoever is at work. The index of
due dates comes anew with what says whether a late case has been looked at; lists read it as before.
"""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_case_record_due": "case_record (agency_id, due_at, id) INCLUDE (escalation_level, escalates_at) "
    "WHERE due_at IS NOT NULL",
    "ix_case_record_escalates": "case_record (agency_id, escalates_at, id) WHERE escalates_at IS NOT NULL",
    "ix_case_record_escalated": "case_record (agency_id, filed_at, id) WHERE escalation_level > 1",
    "ix_case_record_at_coordinators": "case_record (due_at, agency_id) "
    "WHERE escalation_level = 4",
    "ix_case_event_escalated": "case_event (agency_id, id) WHERE kind = 'escalated'",
}
BEFORE = {
    "ix_case_record_agency_id_due_at": "case_record (agency_id, due_at, id) "
    "WHERE due_at IS NOT NULL"
}


def upgrade() -> None:
    exchange(INDEXES, BEFORE)


def downgrade() -> None:
    exchange(BEFORE, INDEXES)


def exchange(new: dict[str, str], old: dict[str, str]) -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        for name, content in new.items():
            # Half of one may be left of a try that was broken off.
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {content}")
        for name in old:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute("SET lock_timeout = '1s'")
