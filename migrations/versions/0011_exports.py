"""an agency takes all that it owns along"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"


def upgrade() -> None:
    states = "'waiting','running','ready','expired','cancelled','failed'"
    op.create_table(
        "agency_export",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("confidential", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.BigInteger(), nullable=True),
        sa.Column("requested_by_name", sa.Text(), server_default="", nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fault", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(f"state IN ({states})", name=op.f("ck_agency_export_state")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_agency_export_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_agency_export")),
    )
    op.create_index(
        "uq_agency_export_open",
        "agency_export",
        ["agency_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('waiting','running')"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON agency_export TO sp4n_tenant")
    op.execute("ALTER TABLE agency_export ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE agency_export FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY own_rows ON agency_export FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )


def downgrade() -> None:
    op.drop_table("agency_export")
