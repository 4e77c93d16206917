"""pictures that an agency shows of itself"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"


def upgrade() -> None:
    op.create_table(
        "brand_picture",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_brand_picture_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_brand_picture")),
        sa.UniqueConstraint(
            "agency_id", "name", "variant", name=op.f("uq_brand_picture_agency_id_name_variant")
        ),
    )
    op.create_index(
        "ix_brand_picture_agency_id_storage_key", "brand_picture", ["agency_id", "storage_key"]
    )
    op.execute("GRANT SELECT, INSERT, DELETE ON brand_picture TO sp4n_tenant")
    op.execute("ALTER TABLE brand_picture ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE brand_picture FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY own_rows ON brand_picture FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )


def downgrade() -> None:
    op.drop_table("brand_picture")
