"""passkeys of an agency's staff and of coordinators"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"


def upgrade() -> None:
    op.create_table(
        "passkey",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        *what_is_kept(),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_passkey_agency_id")),
        sa.ForeignKeyConstraint(
            ["agency_id", "account_id"],
            ["account.agency_id", "account.id"],
            name=op.f("fk_passkey_agency_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_passkey")),
        sa.UniqueConstraint(
            "agency_id", "credential_id", name=op.f("uq_passkey_agency_id_credential_id")
        ),
    )
    op.create_index("ix_passkey_agency_id_account_id", "passkey", ["agency_id", "account_id"])
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON passkey TO sp4n_tenant")
    op.execute("ALTER TABLE passkey ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE passkey FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY own_rows ON passkey FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )
    add_those_of_coordinators()


def add_those_of_coordinators() -> None:
    op.create_table(
        "coordinator_passkey",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("coordinator_id", sa.BigInteger(), nullable=False),
        *what_is_kept(),
        sa.ForeignKeyConstraint(
            ["coordinator_id"],
            ["coordinator.id"],
            name=op.f("fk_coordinator_passkey_coordinator_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coordinator_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_coordinator_passkey_credential_id")),
    )
    op.create_index(
        "ix_coordinator_passkey_coordinator_id", "coordinator_passkey", ["coordinator_id"]
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON coordinator_passkey TO sp4n_national")


def what_is_kept() -> list[sa.Column]:
    moment = sa.DateTime(timezone=True)
    return [
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("user_handle", sa.LargeBinary(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("challenged_at", moment, nullable=False),
        sa.Column("created_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("last_used_at", moment, nullable=True),
    ]


def downgrade() -> None:
    for table in ("coordinator_passkey", "passkey"):
        op.drop_table(table)
