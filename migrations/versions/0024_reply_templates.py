"""reply templates, an agency's own and national ones"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0020"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"


def upgrade() -> None:
    op.create_table(
        "national_reply_template",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *words(),
        sa.CheckConstraint(
            "final IN ('', 'yes', 'no')", name=op.f("ck_national_reply_template_final")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_national_reply_template")),
        sa.UniqueConstraint("name", name=op.f("uq_national_reply_template_name")),
    )
    op.create_table(
        "reply_template",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *words(),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("final IN ('', 'yes', 'no')", name=op.f("ck_reply_template_final")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_reply_template_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "unit_id"],
            ["unit.agency_id", "unit.id"],
            name=op.f("fk_reply_template_agency_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_reply_template")),
        sa.UniqueConstraint("agency_id", "name", name=op.f("uq_reply_template_agency_id_name")),
    )
    raise_the_wall()


def words() -> tuple[sa.Column[str] | sa.Column[bool], ...]:
    return (
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("final", sa.Text(), server_default="", nullable=False),
        sa.Column("topic", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )


def raise_the_wall() -> None:
    op.execute("GRANT SELECT ON national_reply_template TO sp4n_tenant")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON national_reply_template TO sp4n_national")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON reply_template TO sp4n_tenant")
    op.execute("GRANT SELECT ON reply_template TO sp4n_national")
    op.execute("ALTER TABLE reply_template ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE reply_template FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY sp4n_national_reads ON reply_template FOR SELECT TO sp4n_national "
        "USING (true)"
    )
    op.execute(
        "CREATE POLICY own_rows ON reply_template FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )


def downgrade() -> None:
    op.drop_table("reply_template")
    op.drop_table("national_reply_template")
