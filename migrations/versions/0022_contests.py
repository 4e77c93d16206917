"""ends that are contested: until when, and how often

The release before does not know the step of the limit: it is read with the reference data of this
one, not written here.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLE = "case_record"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column(TABLE, sa.Column("contest_until", moment, nullable=True))
    op.add_column(
        TABLE, sa.Column("contests", sa.BigInteger(), server_default="0", nullable=False)
    )


def downgrade() -> None:
    for column in ("contests", "contest_until"):
        op.drop_column(TABLE, column)
