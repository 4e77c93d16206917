"""absences with deputies, second factors"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("deputy_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("starts_at <= ends_at", name=op.f("ck_absence_in_order")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_absence_agency_id")),
        sa.ForeignKeyConstraint(
            ["agency_id", "account_id"],
            ["account.agency_id", "account.id"],
            name=op.f("fk_absence_agency_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "deputy_id"],
            ["account.agency_id", "account.id"],
            name=op.f("fk_absence_agency_id_deputy_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_absence")),
    )
    for person in ("account_id", "deputy_id"):
        op.create_index(f"ix_absence_agency_id_{person}", "absence", ["agency_id", person, "ends_at"])
    raise_the_wall("absence", "SELECT, INSERT, UPDATE")
    add_second_factor()


def add_second_factor() -> None:
    op.create_table(
        "second_factor",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        *of_account("second_factor"),
        sa.PrimaryKeyConstraint("agency_id", "account_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        *of_account("recovery_code"),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_recovery_code")),
    )
    op.create_index(
        "ix_recovery_code_agency_id_account_id", "recovery_code", ["agency_id", "account_id"]
    )
    for table in ("second_factor", "recovery_code"):
        raise_the_wall(table, "SELECT, INSERT, UPDATE, DELETE")


def of_account(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f(f"fk_{table}_agency_id")),
        sa.ForeignKeyConstraint(
            ["agency_id", "account_id"],
            ["account.agency_id", "account.id"],
            name=op.f(f"fk_{table}_agency_id_account_id"),
        ),
    ]


def raise_the_wall(table: str, verbs: str) -> None:
    op.execute(f"GRANT {verbs} ON {table} TO sp4n_tenant")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_rows ON {table} FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )


def downgrade() -> None:
    for table in ("recovery_code", "second_factor", "absence"):
        op.drop_table(table)
