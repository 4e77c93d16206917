"""when a visit to an agency's domain last came out at this house"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("agency_domain", sa.Column("arrived_at", moment, nullable=True))


def downgrade() -> None:
    op.drop_column("agency_domain", "arrived_at")
