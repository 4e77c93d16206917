"""Older cases of supervisory weight are confidential after the migration: out of public sight,
counted where they belong, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from sp4n.runtime.embedded import EmbeddedServers
from tests.migrations.test_migrations import migrate_down
from tests.rules import migration_lint
from tests.servers import migrate, servers, superuser_of

# Number, state, supervision, confidential, trial, contests, published.
CASES = (
    (1, "unhandled", True, False, False, 0, True),
    (2, "closed", True, False, False, 2, False),
    (3, "unverified", True, False, True, 0, False),
    (4, "closed", True, True, False, 1, False),
    (5, "closed", False, False, False, 1, True),
)
AGENCY = """
INSERT INTO agency (slug, kind, name, short_name, colour)
VALUES ('lama', 'kota', 'Kota Lama', 'Lama', '#123456'), ('lain', 'kota', 'Lain', 'Lain', '#123456')
"""
RULES = """
INSERT INTO rule_set (key, name, citation, source, verified, valid_from)
VALUES ('lama', 'lama', 'lama', 'lama', false, '2020-01-01')
"""
CASE = """
INSERT INTO case_record (agency_id, id, reference, access_code_hash, classification, supervision,
  title, description, anonymous, confidential, state, rule_set_id, filed_at, verify_due_at,
  updated_at, trial, contests, published) OVERRIDING SYSTEM VALUE
SELECT a.id, :n, 'R' || :n, '', 'pengaduan', :supervision, 'Judul', 'Isi', false, :confidential,
  :state, r.id, now(), now(), now(), :trial, :contests, :published
FROM agency a, rule_set r WHERE a.slug = 'lama'
"""
PUBLIC = """
INSERT INTO public_case (agency_id, id, reference, classification, title, body, state, filed_at,
  updated_at, followers)
SELECT agency_id, id, reference, classification, 'Umum', 'Isi umum', state, now(), now(), 1
FROM case_record WHERE published
"""
HANDOVER = """
INSERT INTO handover (agency_id, to_agency_id, case_id, reference, state, hop, reason, payload,
  access_code_hash, offered_at)
SELECT c.agency_id, b.id, c.id, c.reference, 'offered', 1, 'Bukan kami', jsonb_build_object(
  'title', c.title, 'confidential', false, 'public', jsonb_build_object('title', 'Umum')), '', now()
FROM case_record c, agency b WHERE c.id IN (1, 5) AND b.slug = 'lain'
"""
# As `figures` has them: the first state is what is left of those that were filed.
COUNTED = """
SELECT measure, bucket, sum(amount) AS amount FROM (
  SELECT 'filed' AS measure, confidential::int + 2 * trial::int AS bucket, 1 AS amount
  FROM case_record
  UNION ALL SELECT state, confidential::int + 2 * trial::int, 1 FROM case_record
  WHERE state <> 'unverified'
  UNION ALL SELECT 'contested', confidential::int + 2 * trial::int, contests FROM case_record
) one GROUP BY 1, 2 HAVING sum(amount) > 0 ORDER BY 1, 2
"""
KEPT = """
SELECT measure, bucket, sum(amount) AS amount FROM figure_delta
GROUP BY 1, 2 HAVING sum(amount) <> 0 ORDER BY 1, 2
"""
DELTAS = f"""
INSERT INTO figure_delta (agency_id, measure, bucket, amount)
SELECT a.id, k.measure, k.bucket, k.amount FROM agency a, ({COUNTED}) k WHERE a.slug = 'lama'
"""


@pytest.fixture
def there(data_dir: Path) -> Iterator[EmbeddedServers]:
    with servers(data_dir, "sp4n_supervision") as found:
        yield found


def test_older_cases_of_supervisory_weight_become_confidential(there: EmbeddedServers) -> None:
    url = sa.make_url(there.database_url)
    (it,) = (one for one in migration_lint.migrations() if "supervision_is_conf" in one.name)
    migrate_down(url, it.before)
    engine = sa.create_engine(superuser_of(there), isolation_level="AUTOCOMMIT")
    with engine.connect() as superuser:
        plant(superuser)
        migrate(url, it.revision)
        check(superuser)
        migrate_down(url, it.before)
        migrate(url, it.revision)  # once more: nothing moves twice
        check(superuser)
    engine.dispose()


def plant(superuser: sa.Connection) -> None:
    for statement in (AGENCY, RULES):
        superuser.execute(sa.text(statement))
    names = ("n", "state", "supervision", "confidential", "trial", "contests", "published")
    for case in CASES:
        superuser.execute(sa.text(CASE), dict(zip(names, case, strict=True)))
    for statement in (PUBLIC, HANDOVER, DELTAS):
        superuser.execute(sa.text(statement))


def check(superuser: sa.Connection) -> None:
    def rows(statement: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in superuser.execute(sa.text(statement))]

    secret = "SELECT id, version FROM case_record WHERE confidential AND NOT published ORDER BY id"
    assert rows(secret) == [(1, 2), (2, 2), (3, 2), (4, 1)]
    assert rows("SELECT id FROM public_case") == [(5,)]
    assert rows(KEPT) == rows(COUNTED)
    told = "SELECT case_id, kind, data ->> 'published', public FROM case_event"
    assert rows(told) == [(1, "redacted", "false", True)]
    decided = "SELECT case_id, number, published, title, reason FROM publicity"
    assert rows(decided) == [(1, 1, False, "Umum", "other_person")]
    assert rows("SELECT kind, object_id, state FROM outbox") == [("follow.tell", 1, "waiting")]
    sent = "SELECT case_id, payload -> 'confidential', payload -> 'public' FROM handover ORDER BY 1"
    assert rows(sent) == [(1, True, None), (5, False, {"title": "Umum"})]
    with pytest.raises(IntegrityError):
        rows("UPDATE case_record SET supervision = true WHERE id = 5 RETURNING id")
