"""public cases of all agencies, found by words, topic, place, state and time

A list by topic is read from an index, one for each topic below it; states that few cases are in
have an index of their own. Words are found together with what narrows them (agency, topic, state,
stretches of thirty days), which stands in the index of words as one array: no other index knows
that, so none is taken that would have each row's words taken apart anew. Made beside a working house, as those of 0002.
"""

from __future__ import annotations

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

TEXT = "translate((title || ' '::text) || body, './@_-:'::text, '      '::text)"
WORDS = f"to_tsvector('indonesian'::regconfig, {TEXT})"
STRETCH = "floor(extract(epoch FROM (filed_at AT TIME ZONE 'UTC'::text)) / 2592000)"
TAGS = (
    "(ARRAY['a'::text || agency_id::text, 't'::text || category_id::text, 's'::text || state, "
    f"'d'::text || {STRETCH}::text])"
)
NEW = {
    "ix_public_case_found": f"USING gin (({WORDS}), {TAGS}) WITH (fastupdate = off)",
    "ix_public_case_filed_at": "(filed_at, id)",
    "ix_public_case_topic": "(category_id, filed_at, id)",
    "ix_public_case_agency_topic": "(agency_id, category_id, filed_at, id)",
    "ix_public_case_own_topic": (
        "(agency_id, own_topic, filed_at, id) WHERE own_topic IS NOT NULL"
    ),
    "ix_public_case_state": "(state, filed_at, id) WHERE state <> 'closed'",
}


OLD = {"ix_public_case_words": f"USING gin (agency_id, ({WORDS})) WITH (fastupdate = off)"}


def exchange(made: dict[str, str], gone: dict[str, str]) -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        for name, content in made.items():
            # Half of one may be left of a try that was broken off.
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON public_case {content}")
        for name in gone:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute("SET lock_timeout = '1s'")


def upgrade() -> None:
    exchange(NEW, OLD)
    # How common each word is.
    op.execute("ANALYZE public_case")


def downgrade() -> None:
    exchange(OLD, NEW)
