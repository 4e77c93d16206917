"""what reporters have asked to be erased, where it has to wait"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"


def upgrade() -> None:
    op.create_table(
        "erasure_request",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits_for", sa.Text(), server_default="", nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_erasure_request_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "case_id"],
            ["case_record.agency_id", "case_record.id"],
            name=op.f("fk_erasure_request_agency_id_case_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "case_id", name=op.f("pk_erasure_request")),
    )
    op.create_index(
        "ix_erasure_request_waiting",
        "erasure_request",
        ["agency_id", "case_id"],
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON erasure_request TO sp4n_tenant")
    op.execute("ALTER TABLE erasure_request ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE erasure_request FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY own_rows ON erasure_request FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )


def downgrade() -> None:
    op.drop_table("erasure_request")
