"""time that a case was on hold is not the agency's; limits of what is taken up again count anew"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLE = "case_record"


def upgrade() -> None:
    for name in ("held_at", "limits_from"):
        op.add_column(TABLE, sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        TABLE, sa.Column("paused_days", sa.BigInteger(), server_default="0", nullable=False)
    )


def downgrade() -> None:
    for name in ("paused_days", "limits_from", "held_at"):
        op.drop_column(TABLE, name)
