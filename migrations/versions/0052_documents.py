"""the register of an agency's signed documents, and which ones it must have"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"
TABLE = "document"
KINDS = (
    "kind IN ('decree', 'assignment_letter', 'policy', 'action_plan', 'regulation', 'sop', "
    "'complaint_unit', 'other')"
)
WORDS = (
    "to_tsvector('indonesian'::regconfig, translate((((title || ' '::text) || number) || "
    "' '::text) || text, './@_-:'::text, '      '::text))"
)


def upgrade() -> None:
    duties()
    op.create_table(
        TABLE,
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "title")),
        text("number"),
        sa.Column("dated", sa.Date(), nullable=True),
        text("signatory"),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("replaces_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        text("state", "draft"),
        sa.Column("ended_on", sa.Date(), nullable=True),
        text("ended_why"),
        text("publicity", "none"),
        *(text(name) for name in ("storage_key", "file_name", "media_type")),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("told_days", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        text("text"),
        sa.Column("words", TSVECTOR(), sa.Computed(WORDS, persisted=True), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_document_kind")),
        sa.CheckConstraint("state IN ('draft', 'issued')", name=op.f("ck_document_state")),
        sa.CheckConstraint(
            "ended_why IN ('', 'replaced', 'withdrawn')", name=op.f("ck_document_ended_why")
        ),
        sa.CheckConstraint(
            "publicity IN ('none', 'entry', 'file')", name=op.f("ck_document_publicity")
        ),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_document_in_order")),
        sa.CheckConstraint(
            "state = 'draft' OR (valid_from IS NOT NULL AND dated IS NOT NULL)",
            name=op.f("ck_document_issued"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_document_agency_id")),
        own_key("replaces_id", "document"),
        own_key("unit_id", "unit"),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_document")),
    )
    for column in ("kind", "replaces_id", "unit_id", "storage_key"):
        op.create_index(f"ix_document_agency_id_{column}", TABLE, ["agency_id", column])
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLE} TO sp4n_tenant")
    op.execute(f"GRANT SELECT ON {TABLE} TO sp4n_national")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_rows ON {TABLE} FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )
    op.execute(f"CREATE POLICY sp4n_national_reads ON {TABLE} FOR SELECT TO sp4n_national USING (true)")


def duties() -> None:
    op.create_table(
        "instrument_duty",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("key", "kind", "force", "citation", "source")
        ),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "force IN ('law', 'asked', 'advised')", name=op.f("ck_instrument_duty_force")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_instrument_duty")),
    )
    op.execute("GRANT SELECT ON instrument_duty TO sp4n_tenant")
    op.execute("GRANT SELECT, INSERT, UPDATE ON instrument_duty TO sp4n_national")


def text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def own_key(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id", column],
        [f"{table}.agency_id", f"{table}.id"],
        name=op.f(f"fk_document_agency_id_{column}"),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
    op.drop_table("instrument_duty")
