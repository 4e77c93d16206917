"""due dates counted anew after a change of limits or days off; kinds and contacts of units"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"


def upgrade() -> None:
    op.create_table(
        "due_recount",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version_number", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("moved", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_case_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_due_recount_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_due_recount")),
    )
    for name in ("kind", "phone", "service_hours"):
        op.add_column("unit", sa.Column(name, sa.Text(), server_default="", nullable=False))
    raise_the_wall()


def raise_the_wall() -> None:
    op.execute("GRANT SELECT, INSERT, UPDATE ON due_recount TO sp4n_tenant")
    op.execute("GRANT SELECT ON due_recount TO sp4n_national")
    op.execute("ALTER TABLE due_recount ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE due_recount FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY sp4n_national_reads ON due_recount FOR SELECT TO sp4n_national USING (true)"
    )
    op.execute(
        "CREATE POLICY own_rows ON due_recount FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )


def downgrade() -> None:
    for name in ("service_hours", "phone", "kind"):
        op.drop_column("unit", name)
    op.drop_table("due_recount")
