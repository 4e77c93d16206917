"""cases about the same event, with one that leads

The key is not checked against the rows that are there: none of them has a lead.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

KEY = "fk_case_record_agency_id_lead_id"
WORDS = (
    "to_tsvector('indonesian'::regconfig, translate(((c.title || ' '::text) || c.description), "
    "'./@_-:'::text, '      '::text))"
)

# As `cases_saying` (0002) it alone puts the scope's agency back, and gives nothing but ids. All that
# is found is gathered before it is put in order: for a few words of many together the planner would
# read the newest cases one by one.
FUNCTION = f"""
CREATE FUNCTION cases_sharing_words(
    query tsquery, since timestamptz, until timestamptz, in_units bigint[], open_only boolean,
    most bigint
) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  RETURN QUERY WITH found AS MATERIALIZED (
    SELECT c.id, c.filed_at FROM public.case_record c
    WHERE c.agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint
      AND {WORDS} @@ query
      AND c.filed_at BETWEEN since AND until
      AND (in_units IS NULL OR c.unit_id = ANY (in_units))
      AND (NOT open_only OR NOT c.confidential)
  )
  SELECT f.id FROM found f ORDER BY f.filed_at DESC, f.id DESC LIMIT most;
END
$$
"""


def upgrade() -> None:
    op.add_column("case_record", sa.Column("lead_id", sa.BigInteger()))
    op.execute(
        f"ALTER TABLE case_record ADD CONSTRAINT {KEY} FOREIGN KEY (agency_id, lead_id) "
        "REFERENCES case_record (agency_id, id) NOT VALID"
    )
    op.execute(FUNCTION)
    op.execute("REVOKE ALL ON FUNCTION cases_sharing_words FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION cases_sharing_words TO sp4n_tenant")


def downgrade() -> None:
    op.execute("DROP FUNCTION cases_sharing_words")
    op.drop_constraint(op.f(KEY), "case_record", type_="foreignkey")
    op.drop_column("case_record", "lead_id")
