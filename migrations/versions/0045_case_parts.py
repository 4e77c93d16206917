"""cases that were taken out of another one"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"
TABLE = "case_part"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("part_id", sa.BigInteger(), nullable=False),
        sa.Column("whole_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_case_part_agency_id")),
        *(whole_key(column) for column in ("part_id", "whole_id")),
        sa.PrimaryKeyConstraint("agency_id", "part_id", name=op.f("pk_case_part")),
    )
    op.create_index("ix_case_part_agency_id_whole_id", TABLE, ["agency_id", "whole_id"])
    op.execute(f"GRANT SELECT, INSERT ON {TABLE} TO sp4n_tenant")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_rows ON {TABLE} FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )


def whole_key(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id", column],
        ["case_record.agency_id", "case_record.id"],
        name=op.f(f"fk_case_part_agency_id_{column}"),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
