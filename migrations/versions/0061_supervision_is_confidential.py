"""what may be misconduct is confidential, older cases too: out of public sight, and held to it

Cases are what the release before makes of them at their verification. Going down leaves them as
they are: it knows confidential cases, and nobody's name comes to light again by a step back.
"""

from __future__ import annotations

from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

CHECK = "ck_case_record_supervision"
# Every table is walled against its owner, too, who may write these for as long as it takes.
TABLES = (
    *("case_record", "public_case", "publicity", "case_event", "figure_delta", "outbox"),
    "handover",
)
POLICY = "owner_moves"
# By the hour, as the history of people without a name is told. Figures: bucket 1 holds the
# confidential ones, 2 more the trials; of the first state nothing is counted but that it was filed.
MOVE = """
WITH old AS MATERIALIZED (
  SELECT agency_id, id, state, published, trial::int * 2 AS bucket, contests, hidden
  FROM case_record WHERE supervision AND NOT confidential
  ORDER BY agency_id, id FOR UPDATE
), secret AS (
  UPDATE case_record c SET confidential = true, published = false, version = c.version + 1
  FROM old WHERE c.agency_id = old.agency_id AND c.id = old.id
), withdrawn AS (
  DELETE FROM public_case p USING old WHERE p.agency_id = old.agency_id AND p.id = old.id
  RETURNING p.agency_id, p.id, p.title, p.body, p.location, p.followers
), news AS (
  INSERT INTO outbox (agency_id, queue, kind, object_id)
  SELECT agency_id, 'mail', 'follow.tell', id FROM withdrawn WHERE followers > 0
), decided AS (
  INSERT INTO publicity (
    agency_id, case_id, number, at, actor_kind, actor_name, published,
    title, body, location, hidden, reason
  )
  SELECT w.agency_id, w.id, coalesce(n.number, 0) + 1, now(), 'system', '', false,
    coalesce(n.title, w.title), coalesce(n.body, w.body), coalesce(n.location, w.location),
    old.hidden, 'other_person'
  FROM withdrawn w JOIN old ON old.agency_id = w.agency_id AND old.id = w.id
  LEFT JOIN LATERAL (
    SELECT * FROM publicity e WHERE e.agency_id = w.agency_id AND e.case_id = w.id
    ORDER BY e.number DESC LIMIT 1
  ) n ON true
), told AS (
  INSERT INTO case_event (
    agency_id, case_id, at, kind, public, actor_kind, actor_name, from_state, to_state, data
  )
  SELECT agency_id, id, date_trunc('hour', now()), 'redacted', true, 'system', '', state, state,
    jsonb_build_object(
      'published', false, 'passages', jsonb_array_length(hidden), 'reason', 'other_person'
    )
  FROM old WHERE published
), counted AS (
  SELECT agency_id, bucket, 'filed' AS measure, 1 AS amount FROM old
  UNION ALL SELECT agency_id, bucket, state, 1 FROM old WHERE state <> 'unverified'
  UNION ALL SELECT agency_id, bucket, 'contested', contests FROM old WHERE contests > 0
)
INSERT INTO figure_delta (agency_id, measure, bucket, amount)
SELECT agency_id, measure, bucket + side, sum(amount) * (2 * side - 1)
FROM counted, generate_series(0, 1) AS side
GROUP BY agency_id, measure, bucket, side
"""
# What is on its way to another agency arrives there as it is here now.
ON_ITS_WAY = """
UPDATE handover h
SET payload = h.payload || '{"supervision": true, "confidential": true, "public": null}'
FROM case_record c
WHERE c.agency_id = h.agency_id AND c.id = h.case_id AND c.supervision
  AND h.payload ? 'confidential'
"""

# Of a try that was broken off it may be there.
HOLD = f"""
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{CHECK}') THEN
    ALTER TABLE case_record
      ADD CONSTRAINT {CHECK} CHECK (confidential OR NOT supervision) NOT VALID;
  END IF;
END $$
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for table in TABLES:
            op.execute(f"DROP POLICY IF EXISTS {POLICY} ON {table}")
            op.execute(
                f"CREATE POLICY {POLICY} ON {table} FOR ALL TO CURRENT_USER "
                "USING (true) WITH CHECK (true)"
            )
    op.execute(MOVE)
    op.execute(ON_ITS_WAY)
    op.execute(HOLD)
    with op.get_context().autocommit_block():
        for table in TABLES:
            op.execute(f"DROP POLICY IF EXISTS {POLICY} ON {table}")
    op.execute(f"ALTER TABLE case_record VALIDATE CONSTRAINT {CHECK}")


def downgrade() -> None:
    op.execute(f"ALTER TABLE case_record DROP CONSTRAINT {CHECK}")
