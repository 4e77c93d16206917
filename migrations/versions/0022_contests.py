"""ends that are contested: until when, how often, and from when the limits count since

The release before does not know the step of the limit: it is read with the reference data of this
one, not written here.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLE, INDEX = "case_record", "ix_case_record_disputed"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column(TABLE, sa.Column("limits_from", moment, nullable=True))
    op.add_column(TABLE, sa.Column("contest_until", moment, nullable=True))
    op.add_column(
        TABLE, sa.Column("contests", sa.BigInteger(), server_default="0", nullable=False)
    )
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        # Half of one may be left of a try that was broken off.
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}")
        op.execute(
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {INDEX} ON {TABLE} (updated_at, agency_id) "
            "WHERE state = 'disputed'"
        )
        op.execute("SET lock_timeout = '1s'")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}")
    for column in ("contests", "contest_until", "limits_from"):
        op.drop_column(TABLE, column)
