"""public cases are supported by others, and followed by mail"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"
COUNTS = ("supports", "followers")


def upgrade() -> None:
    for name in COUNTS:
        column = sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
        op.add_column("public_case", column)
    op.create_table(
        "case_support",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        *keys("case_support"),
        sa.PrimaryKeyConstraint(
            "agency_id", "case_id", "token_hash", name=op.f("pk_case_support")
        ),
    )
    op.create_table(
        "case_follower",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("told_before", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("waiting", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        *keys("case_follower"),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_case_follower")),
        sa.UniqueConstraint(
            "agency_id",
            "case_id",
            "address_hash",
            name=op.f("uq_case_follower_agency_id_case_id_address_hash"),
        ),
    )
    op.create_index(
        "ix_case_follower_agency_id_address_hash", "case_follower", ["agency_id", "address_hash"]
    )
    op.execute("GRANT SELECT, INSERT, DELETE ON case_support TO sp4n_tenant")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON case_follower TO sp4n_tenant")
    for table in ("case_support", "case_follower"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_rows ON {table} FOR ALL TO sp4n_tenant "
            f"USING ({MINE}) WITH CHECK ({MINE})"
        )


def keys(table: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return (
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f(f"fk_{table}_agency_id")),
        sa.ForeignKeyConstraint(
            ["agency_id", "case_id"],
            ["case_record.agency_id", "case_record.id"],
            name=op.f(f"fk_{table}_agency_id_case_id"),
        ),
    )


def downgrade() -> None:
    op.drop_table("case_follower")
    op.drop_table("case_support")
    for name in COUNTS:
        op.drop_column("public_case", name)
