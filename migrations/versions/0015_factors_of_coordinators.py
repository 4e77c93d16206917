"""second factors of coordinators"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coordinator_second_factor",
        sa.Column("coordinator_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        of_coordinator("coordinator_second_factor"),
        sa.PrimaryKeyConstraint("coordinator_id", name=op.f("pk_coordinator_second_factor")),
    )
    op.create_table(
        "coordinator_recovery_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("coordinator_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        of_coordinator("coordinator_recovery_code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coordinator_recovery_code")),
    )
    op.create_index(
        "ix_coordinator_recovery_code_coordinator_id",
        "coordinator_recovery_code",
        ["coordinator_id"],
    )
    for table in ("coordinator_second_factor", "coordinator_recovery_code"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO sp4n_national")


def of_coordinator(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["coordinator_id"], ["coordinator.id"], name=op.f(f"fk_{table}_coordinator_id")
    )


def downgrade() -> None:
    for table in ("coordinator_recovery_code", "coordinator_second_factor"):
        op.drop_table(table)
