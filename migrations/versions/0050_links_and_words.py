"""what of a linked case was looked at; words that expire in splits and answers to handovers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

ENDED = """c.agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint
    AND c.id = ANY (cases) AND c.closed_at < now() - interval '1 year'
    AND NOT EXISTS (
      SELECT 1 FROM public.case_event n
      WHERE n.agency_id = c.agency_id AND n.case_id = c.id AND n.at > now() - interval '1 year'
        AND n.kind NOT IN ('expired', 'erased', 'redacted', 'photo_shown', 'photo_hidden')
    )"""
FORMER = f"""
CREATE OR REPLACE FUNCTION words_expire(cases bigint[]) RETURNS void
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
# Of a split the numbers of the parts stay. Why another agency refused a case stands in its row.
NOW = f"""
CREATE OR REPLACE FUNCTION words_expire(cases bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE public.case_event e
  SET body = '', data = (e.data - ARRAY['link', 'none_because', 'why']) ||
    CASE WHEN e.kind = 'split' AND jsonb_typeof(e.data -> 'parts') = 'array' THEN
      jsonb_build_object('parts', (
        SELECT coalesce(jsonb_agg(one || '{{"title": ""}}'), '[]')
        FROM jsonb_array_elements(e.data -> 'parts') AS one
      ))
    ELSE '{{}}' END
  FROM public.case_record c
  WHERE {ENDED}
    AND e.agency_id = c.agency_id AND e.case_id = c.id;
  UPDATE public.publicity e
  SET title = '', body = '', location = '', hidden = '[]', reason = '', note = ''
  FROM public.case_record c
  WHERE {ENDED}
    AND e.agency_id = c.agency_id AND e.case_id = c.id;
  UPDATE public.handover_answer e
  SET reason = ''
  FROM public.handover h, public.case_record c
  WHERE {ENDED}
    AND h.agency_id = c.agency_id AND h.case_id = c.id
    AND e.to_agency_id = h.agency_id AND e.handover_id = h.id
$$
"""


def upgrade() -> None:
    op.add_column("case_link", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(NOW)
    for table in ("handover", "handover_answer"):
        op.execute(f"CREATE POLICY owner_expires ON {table} FOR SELECT TO CURRENT_USER USING (true)")
    op.execute(
        "CREATE POLICY owner_blanks ON handover_answer FOR UPDATE TO CURRENT_USER "
        "USING (true) WITH CHECK (true)"
    )


def downgrade() -> None:
    op.execute("DROP POLICY owner_blanks ON handover_answer")
    for table in ("handover", "handover_answer"):
        op.execute(f"DROP POLICY owner_expires ON {table}")
    op.execute(FORMER)
    op.drop_column("case_link", "seen_at")
