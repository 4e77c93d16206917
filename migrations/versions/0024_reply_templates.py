"""reply templates, an agency's own and national ones; acts on many cases; saved views; how a
report came in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024"
down_revision = "0020"
branch_labels = None
depends_on = None

OWNED = ("reply_template", "bulk_act", "bulk_item", "saved_view")
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
    bulk()
    saved_views()
    for name, default in (("channel", "portal"), ("channel_link", "")):
        column = sa.Column(name, sa.Text(), server_default=default, nullable=False)
        op.add_column("case_record", column)
    raise_the_wall()


def words() -> tuple[sa.Column[str] | sa.Column[bool], ...]:
    return (
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("final", sa.Text(), server_default="", nullable=False),
        sa.Column("topic", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )


def bulk() -> None:
    op.create_table(
        "bulk_act",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked", JSONB(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("acted", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refused", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("undone", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("act IN ('assign', 'answer', 'archive')", name=op.f("ck_bulk_act_act")),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'stopped', 'undoing', 'undone')",
            name=op.f("ck_bulk_act_state"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_bulk_act_agency_id")),
        sa.ForeignKeyConstraint(
            ["agency_id", "account_id"],
            ["account.agency_id", "account.id"],
            name=op.f("fk_bulk_act_agency_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_bulk_act")),
    )
    op.create_index(
        "ix_bulk_act_agency_id_account_id", "bulk_act", ["agency_id", "account_id", "id"]
    )
    op.create_table(
        "bulk_item",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("bulk_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("former_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'acted', 'refused', 'left', 'undone')",
            name=op.f("ck_bulk_item_state"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_bulk_item_agency_id")),
        sa.ForeignKeyConstraint(
            ["agency_id", "bulk_id"],
            ["bulk_act.agency_id", "bulk_act.id"],
            name=op.f("fk_bulk_item_agency_id_bulk_id"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "case_id"],
            ["case_record.agency_id", "case_record.id"],
            name=op.f("fk_bulk_item_agency_id_case_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "bulk_id", "case_id", name=op.f("pk_bulk_item")),
    )
    op.create_index("ix_bulk_item_agency_id_case_id", "bulk_item", ["agency_id", "case_id"])


def saved_views() -> None:
    op.create_table(
        "saved_view",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("asked", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_saved_view_agency_id")),
        sa.ForeignKeyConstraint(
            ["agency_id", "account_id"],
            ["account.agency_id", "account.id"],
            name=op.f("fk_saved_view_agency_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint(
            "agency_id", "account_id", "name", name=op.f("uq_saved_view_agency_id_account_id_name")
        ),
    )


def raise_the_wall() -> None:
    op.execute("GRANT SELECT ON national_reply_template TO sp4n_tenant")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON national_reply_template TO sp4n_national")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON reply_template TO sp4n_tenant")
    op.execute("GRANT SELECT, INSERT, DELETE ON saved_view TO sp4n_tenant")
    op.execute("GRANT SELECT, INSERT, UPDATE ON bulk_act, bulk_item TO sp4n_tenant")
    for table in OWNED:
        op.execute(f"GRANT SELECT ON {table} TO sp4n_national")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY sp4n_national_reads ON {table} FOR SELECT TO sp4n_national USING (true)"
        )
        op.execute(
            f"CREATE POLICY own_rows ON {table} FOR ALL TO sp4n_tenant "
            f"USING ({MINE}) WITH CHECK ({MINE})"
        )


def downgrade() -> None:
    for name in ("channel_link", "channel"):
        op.drop_column("case_record", name)
    for table in ("saved_view", "bulk_item", "bulk_act", "reply_template"):
        op.drop_table(table)
    op.drop_table("national_reply_template")
