"""decrees that appoint who handles complaints: their wording and their members"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"
POSITIONS = (
    "position IN ('pembina', 'penanggung_jawab', 'ketua', 'sekretaris', 'admin', "
    "'pejabat_penghubung', 'anggota')"
)


def upgrade() -> None:
    op.create_table(
        "decree",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        *(text(name) for name in ("considering", "grounds", "rulings", "copies", "place")),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_decree_agency_id")),
        own_key("decree", "document_id", "document", "CASCADE"),
        sa.PrimaryKeyConstraint("agency_id", "document_id", name=op.f("pk_decree")),
    )
    op.create_table(
        "decree_member",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("position", "name")),
        text("post"),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        text("tasks"),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(POSITIONS, name=op.f("ck_decree_member_position")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_decree_member_agency_id")
        ),
        own_key("decree_member", "document_id", "document", "CASCADE"),
        own_key("decree_member", "unit_id", "unit"),
        own_key("decree_member", "account_id", "account"),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_decree_member")),
    )
    for column in ("document_id", "account_id"):
        name = f"ix_decree_member_agency_id_{column}"
        op.create_index(name, "decree_member", ["agency_id", column])
    for table in ("decree", "decree_member"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO sp4n_tenant")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_rows ON {table} FOR ALL TO sp4n_tenant "
            f"USING ({MINE}) WITH CHECK ({MINE})"
        )


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def own_key(
    table: str, column: str, target: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id", column],
        [f"{target}.agency_id", f"{target}.id"],
        name=op.f(f"fk_{table}_agency_id_{column}"),
        ondelete=ondelete,
    )


def downgrade() -> None:
    op.drop_table("decree_member")
    op.drop_table("decree")
