"""late cases climb: how far, when that is looked at next, and what its people were written of it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"
CASE, DIGEST = "case_record", "escalation_digest"
MOMENTS = ("owed_since", "escalates_at")


def upgrade() -> None:
    for name in MOMENTS:
        op.add_column(CASE, sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        CASE, sa.Column("escalation_level", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.create_table(
        DIGEST,
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("after_event_id", sa.BigInteger(), nullable=False),
        sa.Column("until_event_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f(f"fk_{DIGEST}_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f(f"pk_{DIGEST}")),
        sa.UniqueConstraint("agency_id", "day", name=op.f(f"uq_{DIGEST}_agency_id_day")),
    )
    op.execute(f"GRANT SELECT, INSERT ON {DIGEST} TO sp4n_tenant")
    op.execute(f"ALTER TABLE {DIGEST} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {DIGEST} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_rows ON {DIGEST} FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )


def downgrade() -> None:
    op.drop_table(DIGEST)
    for name in ("escalation_level", *MOMENTS):
        op.drop_column(CASE, name)
