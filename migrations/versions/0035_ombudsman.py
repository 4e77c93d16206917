"""cases that their reporters hand to the Ombudsman"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"
TABLE = "ombudsman_handoff"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_event_id", sa.BigInteger(), nullable=True),
        sa.Column("missed", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("receipt_number", sa.Text(), server_default="", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked','prepared','received','decided')", name=op.f(f"ck_{TABLE}_state")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f(f"fk_{TABLE}_agency_id")),
        sa.ForeignKeyConstraint(
            ["agency_id", "case_id"],
            ["case_record.agency_id", "case_record.id"],
            name=op.f(f"fk_{TABLE}_agency_id_case_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("agency_id", "case_id", name=op.f(f"uq_{TABLE}_agency_id_case_id")),
    )
    op.create_index(f"ix_{TABLE}_asked_at", TABLE, ["asked_at", "agency_id"])
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {TABLE} TO sp4n_tenant")
    op.execute(f"GRANT SELECT ON {TABLE} TO sp4n_national")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_rows ON {TABLE} FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )
    op.execute(
        f"CREATE POLICY sp4n_national_reads ON {TABLE} FOR SELECT TO sp4n_national USING (true)"
    )


def downgrade() -> None:
    op.drop_table(TABLE)
