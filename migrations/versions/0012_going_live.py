"""an agency is prepared before it goes live; what its staff try meanwhile counts nowhere"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# The register is read only for agencies, but going live is the act of the agency itself: so this
# function, with the rights of the table's owner, does that and nothing else, to the scope's agency
# alone. Of two at once one finds that it is live already.
FUNCTION = """
CREATE FUNCTION agency_goes_live() RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE public.agency SET status = 'active', updated_at = now(),
    connected_from = coalesce(connected_from, (now() AT TIME ZONE time_zone)::date)
  WHERE id = NULLIF(current_setting('app.agency_id', true), '')::bigint AND status = 'preparing';
  RETURN FOUND;
END
$$
"""


def upgrade() -> None:
    op.add_column(
        "case_record",
        sa.Column("trial", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    allow("'preparing','active','suspended','archived'")
    op.execute(FUNCTION)
    op.execute("REVOKE ALL ON FUNCTION agency_goes_live FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION agency_goes_live TO sp4n_tenant")


def downgrade() -> None:
    op.execute("DROP FUNCTION agency_goes_live")
    op.execute("UPDATE agency SET status = 'suspended' WHERE status = 'preparing'")
    allow("'active','suspended','archived'")
    op.drop_column("case_record", "trial")


def allow(statuses: str) -> None:
    op.execute("ALTER TABLE agency DROP CONSTRAINT ck_agency_status")
    op.execute(
        f"ALTER TABLE agency ADD CONSTRAINT ck_agency_status CHECK (status IN ({statuses}))"
    )
