"""a case names the agency's own topic, below the national one"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("case_record", "public_case"):
        op.add_column(table, sa.Column("own_topic", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    for table in ("public_case", "case_record"):
        op.drop_column(table, "own_topic")
