"""by which days off and limits of the country open cases were counted last"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "due_recount", sa.Column("counted_by", sa.Text(), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("due_recount", "counted_by")
