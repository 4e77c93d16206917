"""signing in at an agency's own OpenID Connect provider"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "identity_provider",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("mail_domains", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("admins_only", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("changed_at", moment, server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_identity_provider_agency_id")
        ),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_identity_provider")),
    )
    op.create_table(
        "provider_subject",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("bound_at", moment, nullable=False),
        sa.Column("began_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_provider_subject_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "account_id"],
            ["account.agency_id", "account.id"],
            name=op.f("fk_provider_subject_agency_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "account_id", name=op.f("pk_provider_subject")),
        sa.UniqueConstraint(
            "agency_id", "issuer", "subject", name=op.f("uq_provider_subject_agency_id_issuer_subject")
        ),
    )
    raise_the_wall("identity_provider", "SELECT, INSERT, UPDATE")
    raise_the_wall("provider_subject", "SELECT, INSERT, UPDATE, DELETE")


def raise_the_wall(table: str, verbs: str) -> None:
    op.execute(f"GRANT {verbs} ON {table} TO sp4n_tenant")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_rows ON {table} FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )


def downgrade() -> None:
    for table in ("provider_subject", "identity_provider"):
        op.drop_table(table)
