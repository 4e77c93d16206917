"""which policies of which agencies wait to be measured is found by an index"""

from __future__ import annotations

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

INDEX = "ix_outbox_policies"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        # Half of one may be left of a try that was broken off.
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}")
        op.execute(
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {INDEX} ON outbox "
            "(agency_id, object_id) WHERE kind = 'policy.propose' AND state <> 'done'"
        )
        op.execute("SET lock_timeout = '1s'")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}")
