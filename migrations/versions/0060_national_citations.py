"""what the national level locks cites what says so"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "national_setting", sa.Column("citation", sa.Text(), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("national_setting", "citation")
