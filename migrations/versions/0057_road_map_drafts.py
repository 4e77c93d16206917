"""road maps are drafted and published on a page; months in which units without a liaison were told"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"


def upgrade() -> None:
    op.add_column(
        "road_map", sa.Column("state", sa.Text(), server_default="published", nullable=False)
    )
    op.add_column("road_map", sa.Column("in_force_from", sa.Date(), nullable=True))
    op.add_column(
        "road_map", sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False)
    )
    op.execute(
        "ALTER TABLE road_map ADD CONSTRAINT ck_road_map_state "
        "CHECK (state IN ('draft', 'published')) NOT VALID"
    )
    op.execute("GRANT DELETE ON road_map TO sp4n_national")
    reminders()


def reminders() -> None:
    table = "liaison_reminder"
    op.create_table(
        table,
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f(f"fk_{table}_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "month", name=op.f(f"pk_{table}")),
    )
    op.execute(f"GRANT SELECT, INSERT ON {table} TO sp4n_tenant")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_rows ON {table} FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )


def downgrade() -> None:
    op.drop_table("liaison_reminder")
    op.execute("REVOKE DELETE ON road_map FROM sp4n_national")
    for name in ("revision", "in_force_from", "state"):
        op.drop_column("road_map", name)
