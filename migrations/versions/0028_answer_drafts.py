"""an answer may wait to be approved"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_record", sa.Column("answer_draft", JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("case_record", "answer_draft")
