"""what an archived agency was before: one that never went live does not come back as live"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agency", sa.Column("status_before", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("agency", "status_before")
