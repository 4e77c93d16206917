"""road maps are drafted and published on a page, and in force from a day on"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "road_map", sa.Column("state", sa.Text(), server_default="published", nullable=False)
    )
    op.add_column("road_map", sa.Column("in_force_from", sa.Date(), nullable=True))
    op.add_column(
        "road_map", sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False)
    )
    op.execute(
        "ALTER TABLE road_map ADD CONSTRAINT ck_road_map_state "
        "CHECK (state IN ('draft', 'published')) NOT VALID"
    )
    op.execute("GRANT DELETE ON road_map TO sp4n_national")


def downgrade() -> None:
    op.execute("REVOKE DELETE ON road_map FROM sp4n_national")
    for name in ("revision", "in_force_from", "state"):
        op.drop_column("road_map", name)
