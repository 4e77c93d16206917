"""requests under the law on public information: a class of their own, whose end is put off once

The new check is wider than the old: the release before writes nothing that it refuses.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

TABLE, CHECK, NEW = "case_record", "ck_case_record_classification", "permohonan_informasi"
BEFORE = "'pengaduan','aspirasi','permintaan_informasi'"


def upgrade() -> None:
    op.add_column(
        TABLE, sa.Column("extended_days", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.drop_constraint(op.f(CHECK), TABLE, type_="check")
    _allow(f"{BEFORE},'{NEW}'")


def downgrade() -> None:
    """To the release before they are questions."""
    op.drop_constraint(op.f(CHECK), TABLE, type_="check")
    for table in (TABLE, "public_case"):
        op.execute(
            f"UPDATE {table} SET classification = 'permintaan_informasi' "
            f"WHERE classification = '{NEW}'"
        )
    _allow(BEFORE)
    op.drop_column(TABLE, "extended_days")


def _allow(classes: str) -> None:
    """New rows are held to it; those that are there are read by the migration after this one."""
    op.execute(
        f"ALTER TABLE {TABLE} ADD CONSTRAINT {CHECK} CHECK (classification IN ({classes})) NOT VALID"
    )
