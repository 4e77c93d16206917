"""what of a case everyone may read, and which passages nobody but those entitled do"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"


def upgrade() -> None:
    op.add_column("case_record", passages())
    op.create_table(
        "publicity",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), server_default="", nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), server_default="", nullable=False),
        passages(),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_publicity_agency_id")),
        sa.ForeignKeyConstraint(
            ["agency_id", "case_id"],
            ["case_record.agency_id", "case_record.id"],
            name=op.f("fk_publicity_agency_id_case_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_publicity")),
        sa.UniqueConstraint(
            "agency_id", "case_id", "number", name=op.f("uq_publicity_agency_id_case_id_number")
        ),
    )
    op.execute("GRANT SELECT, INSERT ON publicity TO sp4n_tenant")
    op.execute("ALTER TABLE publicity ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE publicity FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_rows ON publicity FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )


def passages() -> sa.Column[object]:
    return sa.Column(
        "hidden", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
    )


def downgrade() -> None:
    op.drop_table("publicity")
    op.drop_column("case_record", "hidden")
