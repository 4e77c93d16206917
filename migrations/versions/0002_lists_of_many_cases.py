"""lists of many cases

A liaison's tabs are counted in the index of their units; words are found in indexes of their own.
Indexes are made beside a working house: not in a transaction, and waiting for whoever is at work.
"""

from __future__ import annotations

from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def words(title: str, prose: str) -> str:
    text = f"translate(({title} || ' '::text) || {prose}, './@_-:'::text, '      '::text)"
    return f"to_tsvector('indonesian'::regconfig, {text})"


# name -> (table, what it is made of)
NEW = {
    "ix_case_record_agency_id_unit_id": (
        "case_record",
        "(agency_id, unit_id, filed_at, id) INCLUDE (state, due_at)",
    ),
    "ix_case_record_words": (
        "case_record",
        f"USING gin (agency_id, ({words('title', 'description')})) WITH (fastupdate = off)",
    ),
    "ix_public_case_words": (
        "public_case",
        f"USING gin (agency_id, ({words('title', 'body')})) WITH (fastupdate = off)",
    ),
}
OLD = {
    "ix_case_record_agency_id_unit_id_filed_at": ("case_record", "(agency_id, unit_id, filed_at)"),
}

# Runs with the rights of the tables' owner, which a policy of its own lets read past the wall: the
# function, and it alone, puts the scope's agency back. What it gives are ids; who asks for their
# rows meets the wall again. Planned for each question anew: a rare word is looked up, for a common
# one the newest cases are read until there are enough.
FUNCTION = f"""
CREATE FUNCTION cases_saying(
    query tsquery, in_state text, in_unit bigint, in_units bigint[], open_only boolean,
    due_before timestamptz, before_at timestamptz, before_id bigint, most bigint
) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
  RETURN QUERY SELECT c.id FROM public.case_record c
  WHERE c.agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint
    AND {words('c.title', 'c.description')} @@ query
    AND (in_state IS NULL OR c.state = in_state)
    AND (in_unit IS NULL OR c.unit_id = in_unit)
    AND (in_units IS NULL OR c.unit_id = ANY (in_units))
    AND (NOT open_only OR NOT c.confidential)
    AND (due_before IS NULL OR c.due_at < due_before)
    AND (before_at IS NULL OR (c.filed_at, c.id) < (before_at, before_id))
  ORDER BY c.filed_at DESC, c.id DESC LIMIT most;
END
$$
"""


def exchange(made: dict[str, tuple[str, str]], gone: dict[str, tuple[str, str]]) -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        for name, (table, content) in made.items():
            # Half of one may be left of a try that was broken off.
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} {content}")
        for name in gone:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute("SET lock_timeout = '1s'")


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gin")
    exchange(NEW, OLD)
    op.execute("CREATE POLICY owner_searches ON case_record FOR SELECT TO CURRENT_USER USING (true)")
    op.execute(FUNCTION)
    # How common each word is: without it a rare one would be sought by reading every case.
    op.execute("ANALYZE case_record, public_case")
    op.execute("REVOKE ALL ON FUNCTION cases_saying FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION cases_saying TO sp4n_tenant")


def downgrade() -> None:
    op.execute("DROP FUNCTION cases_saying")
    op.execute("DROP POLICY owner_searches ON case_record")
    exchange(OLD, NEW)
