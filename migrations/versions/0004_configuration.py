"""an agency's own settings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"


def upgrade() -> None:
    op.create_table(
        "agency_profile",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column(
            "shown", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_agency_profile_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_agency_profile")),
    )
    op.create_table(
        "configuration_version",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column(
            "values", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("edits", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("changed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('draft','scheduled','published','past','discarded')",
            name=op.f("ck_configuration_version_state"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_configuration_version_agency_id")
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_configuration_version")),
        sa.UniqueConstraint(
            "agency_id", "number", name=op.f("uq_configuration_version_agency_id_number")
        ),
    )
    for name, states in (("open", "'draft','scheduled'"), ("published", "'published'")):
        op.create_index(
            f"uq_configuration_version_{name}",
            "configuration_version",
            ["agency_id"],
            unique=True,
            postgresql_where=sa.text(f"state IN ({states})" if name == "open" else "state = 'published'"),
        )
    raise_the_wall()


def raise_the_wall() -> None:
    for table in ("agency_profile", "configuration_version"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO sp4n_tenant")
        op.execute(f"GRANT SELECT ON {table} TO sp4n_national")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY sp4n_national_reads ON {table} FOR SELECT TO sp4n_national USING (true)"
        )
    op.execute(
        "CREATE POLICY own_rows ON configuration_version FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )
    op.execute("CREATE POLICY all_read ON agency_profile FOR SELECT TO sp4n_tenant USING (true)")
    op.execute(
        f"CREATE POLICY own_insert ON agency_profile FOR INSERT TO sp4n_tenant WITH CHECK ({MINE})"
    )
    op.execute(
        "CREATE POLICY own_update ON agency_profile FOR UPDATE TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )
    op.execute(f"CREATE POLICY own_delete ON agency_profile FOR DELETE TO sp4n_tenant USING ({MINE})")


def downgrade() -> None:
    op.drop_table("configuration_version")
    op.drop_table("agency_profile")
