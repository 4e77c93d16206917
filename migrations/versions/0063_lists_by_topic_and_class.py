"""cases are listed and counted by topic and class out of indexes

A topic that few closed cases have, or the classes other than complaints, were looked for among all of
an agency's cases: two seconds at the largest.
"""

from __future__ import annotations

from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_case_record_topic": "(agency_id, category_id, state, filed_at, id) "
    "WHERE category_id IS NOT NULL",
    "ix_case_record_own_topic": "(agency_id, own_topic, state, filed_at, id) "
    "WHERE own_topic IS NOT NULL",
    "ix_case_record_class": "(agency_id, classification, state, filed_at, id) "
    "WHERE classification <> 'pengaduan'",
}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        for name, content in INDEXES.items():
            # Half of one may be left of a try that was broken off.
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON case_record {content}")
        op.execute("SET lock_timeout = '1s'")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
