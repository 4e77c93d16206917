"""public cases of two agencies about the same event"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

ME = "NULLIF(current_setting('app.agency_id', true), '')::bigint"
MINE = f"agency_id = {ME}"
OF_EITHER = f"{MINE} OR to_agency_id = {ME}"
POLICIES = (
    f"reads ON case_link FOR SELECT TO sp4n_tenant USING ({OF_EITHER})",
    f"own_insert ON case_link FOR INSERT TO sp4n_tenant WITH CHECK ({MINE})",
    f"own_update ON case_link FOR UPDATE TO sp4n_tenant USING ({MINE}) WITH CHECK ({MINE})",
    f"own_delete ON case_link FOR DELETE TO sp4n_tenant USING ({MINE})",
    "sp4n_national_reads ON case_link FOR SELECT TO sp4n_national USING (true)",
)


def upgrade() -> None:
    op.add_column(
        "case_record",
        sa.Column("linked", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "case_link",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("to_agency_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("to_reference", sa.Text(), nullable=False),
        sa.Column("linked", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_case_link_agency_id")),
        sa.ForeignKeyConstraint(
            ["to_agency_id"], ["agency.id"], name=op.f("fk_case_link_to_agency_id")
        ),
        sa.PrimaryKeyConstraint(
            "agency_id", "reference", "to_reference", name=op.f("pk_case_link")
        ),
    )
    op.create_index("ix_case_link_to_agency_id", "case_link", ["to_agency_id", "to_reference"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON case_link TO sp4n_tenant")
    op.execute("GRANT SELECT ON case_link TO sp4n_national")
    op.execute("ALTER TABLE case_link ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE case_link FORCE ROW LEVEL SECURITY")
    for policy in POLICIES:
        op.execute(f"CREATE POLICY {policy}")


def downgrade() -> None:
    op.drop_table("case_link")
    op.drop_column("case_record", "linked")
