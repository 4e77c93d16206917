"""how long what is kept of cases that have ended, and its removal"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"
TABLES = ("retention_plan", "retention_step")
INDEX = "ix_case_record_closed_at"
# Events are appended, never edited; that words go once the law says so is the one exception, and
# this is all of it: of the scope's agency, of cases that ended a year ago or more, and in whose
# history, which no agency can change, nothing has happened since.
ENDED = """c.agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint
    AND c.id = ANY (cases) AND c.closed_at < now() - interval '1 year'
    AND NOT EXISTS (
      SELECT 1 FROM public.case_event n
      WHERE n.agency_id = c.agency_id AND n.case_id = c.id AND n.at > now() - interval '1 year'
        AND n.kind NOT IN ('expired', 'erased', 'redacted', 'photo_shown', 'photo_hidden')
    )"""
WORDS_EXPIRE = f"""
CREATE FUNCTION words_expire(cases bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE public.case_event e
  SET body = '', data = e.data - ARRAY['link', 'none_because', 'why']
  FROM public.case_record c
  WHERE {ENDED}
    AND e.agency_id = c.agency_id AND e.case_id = c.id;
  UPDATE public.publicity e
  SET title = '', body = '', location = '', hidden = '[]', reason = '', note = ''
  FROM public.case_record c
  WHERE {ENDED}
    AND e.agency_id = c.agency_id AND e.case_id = c.id
$$
"""
# What was decided about photos goes with them.
PHOTOS_EXPIRE = f"""
CREATE FUNCTION photos_expire(cases bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  DELETE FROM public.public_photo e USING public.case_record c
  WHERE {ENDED}
    AND e.agency_id = c.agency_id AND e.case_id = c.id
$$
"""
FUNCTIONS = {"words_expire": WORDS_EXPIRE, "photos_expire": PHOTOS_EXPIRE}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        # Half of one may be left of a try that was broken off.
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}")
        op.execute(
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {INDEX} ON case_record "
            "(agency_id, closed_at, id) WHERE closed_at IS NOT NULL"
        )
        op.execute("SET lock_timeout = '1s'")
    op.create_table(
        "retention_plan",
        number("agency_id"),
        *(number(one) for one in ("contact", "access", "files", "text")),
        sa.Column("running", sa.Boolean(), server_default=sa.false(), nullable=False),
        moment("changed_at"),
        agency("retention_plan"),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_retention_plan")),
    )
    op.create_table(
        "retention_step",
        number("agency_id"),
        sa.Column("step", sa.Text(), nullable=False),
        moment("through_at"),
        number("through_id"),
        sa.Column("removed", sa.BigInteger(), server_default="0", nullable=False),
        agency("retention_step"),
        sa.PrimaryKeyConstraint("agency_id", "step", name=op.f("pk_retention_step")),
    )
    raise_the_wall()
    for name, function in FUNCTIONS.items():
        op.execute(function)
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO sp4n_tenant")
    for table in ("case_event", "publicity", "public_photo"):
        op.execute(f"CREATE POLICY owner_expires ON {table} FOR SELECT TO CURRENT_USER USING (true)")
    for table in ("case_event", "publicity"):
        op.execute(
            f"CREATE POLICY owner_blanks ON {table} FOR UPDATE TO CURRENT_USER "
            "USING (true) WITH CHECK (true)"
        )
    op.execute("CREATE POLICY owner_drops ON public_photo FOR DELETE TO CURRENT_USER USING (true)")


def number(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def moment(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def agency(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id"], ["agency.id"], name=op.f(f"fk_{table}_agency_id")
    )


def raise_the_wall() -> None:
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO sp4n_tenant")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_rows ON {table} FOR ALL TO sp4n_tenant "
            f"USING ({MINE}) WITH CHECK ({MINE})"
        )
    for table in TABLES:
        op.execute(f"GRANT SELECT ON {table} TO sp4n_national")
        op.execute(
            f"CREATE POLICY sp4n_national_reads ON {table} FOR SELECT TO sp4n_national USING (true)"
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}")
    op.execute("DROP POLICY owner_drops ON public_photo")
    for table in ("case_event", "publicity"):
        op.execute(f"DROP POLICY owner_blanks ON {table}")
    for table in ("case_event", "publicity", "public_photo"):
        op.execute(f"DROP POLICY owner_expires ON {table}")
    for table in TABLES:
        op.drop_table(table)
