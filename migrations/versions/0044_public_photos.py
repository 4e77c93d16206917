"""photos that everyone sees, drawn anew with black boxes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"
TABLE = "public_photo"


def upgrade() -> None:
    told = sa.Column("photos_told", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("case_record", told)
    op.add_column("public_case", some("photos"))
    op.create_table(
        TABLE,
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("attachment_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), server_default="", nullable=False),
        sa.Column("token", sa.Text(), server_default="", nullable=False),
        sa.Column("storage_key", sa.Text(), server_default="", nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        some("boxes"),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_public_photo_agency_id")),
        whole_key("case_id", "case_record"),
        whole_key("attachment_id", "attachment"),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_public_photo")),
    )
    op.create_index("ix_public_photo_agency_id_case_id", TABLE, ["agency_id", "case_id", "id"])
    op.create_index("ix_public_photo_agency_id_storage_key", TABLE, ["agency_id", "storage_key"])
    op.execute(f"GRANT SELECT, INSERT ON {TABLE} TO sp4n_tenant")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_rows ON {TABLE} FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )


def some(name: str) -> sa.Column[object]:
    return sa.Column(
        name, postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
    )


def whole_key(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id", column],
        [f"{table}.agency_id", f"{table}.id"],
        name=op.f(f"fk_public_photo_agency_id_{column}"),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
    op.drop_column("public_case", "photos")
    op.drop_column("case_record", "photos_told")
