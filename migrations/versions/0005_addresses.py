"""addresses: an agency renames its own; the old ones lead to it for ever"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# The register is read only for agencies, but the address is the agency's own to choose: so this
# function, with the rights of the tables' owner, changes that and nothing else, of the scope's
# agency alone. An address that was ever used by another is refused, however the two race: the
# unique key of `agency.slug` waits for the other, and what it left behind is looked for after.
FUNCTION = """
CREATE FUNCTION rename_agency(to_slug text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  mine bigint := NULLIF(current_setting('app.agency_id', true), '')::bigint;
  was text;
BEGIN
  SELECT slug INTO was FROM public.agency WHERE id = mine FOR UPDATE;
  IF was IS NULL OR was = to_slug OR to_slug !~ '^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$' THEN
    RAISE EXCEPTION 'no agency''s scope, or no new address' USING ERRCODE = 'check_violation';
  END IF;
  DELETE FROM public.agency_former_slug WHERE slug = to_slug AND agency_id = mine;
  UPDATE public.agency SET slug = to_slug, updated_at = now(),
    search_text = ' ' || replace(to_slug, '-', ' ') || search_text WHERE id = mine;
  IF EXISTS (SELECT FROM public.agency_former_slug WHERE slug = to_slug) THEN
    RAISE EXCEPTION 'an address of another agency' USING ERRCODE = 'unique_violation';
  END IF;
  INSERT INTO public.agency_former_slug (slug, agency_id) VALUES (was, mine);
END
$$
"""


def upgrade() -> None:
    op.create_table(
        "agency_former_slug",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "until", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_agency_former_slug_agency_id")
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_agency_former_slug")),
    )
    op.create_index("ix_agency_former_slug_agency_id", "agency_former_slug", ["agency_id"])
    op.create_table(
        "national_setting",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("changed_by", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_national_setting")),
    )
    op.execute("GRANT SELECT ON agency_former_slug, national_setting TO sp4n_tenant")
    op.execute("GRANT SELECT ON agency_former_slug TO sp4n_national")
    op.execute("GRANT SELECT, INSERT, UPDATE ON national_setting TO sp4n_national")
    op.execute(FUNCTION)
    op.execute("REVOKE ALL ON FUNCTION rename_agency FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION rename_agency TO sp4n_tenant")


def downgrade() -> None:
    op.execute("DROP FUNCTION rename_agency")
    op.drop_table("national_setting")
    op.drop_table("agency_former_slug")
