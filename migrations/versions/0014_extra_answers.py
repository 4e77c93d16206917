"""answers to an agency's own questions stay with the case"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "case_record",
        sa.Column("extra_answers", JSONB(), server_default="[]", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("case_record", "extra_answers")
