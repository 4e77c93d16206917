"""The wall in the catalogue: each function returns the breaches it found, [] where it holds.

They enumerate the database's catalogue by themselves, so that a table added later is covered, or
named as a breach. The mutation tests run the same functions on a wall with one stone taken out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from sp4n import tables  # noqa: F401 - every table is on the metadata
from sp4n.tenants.grants import GRANTS, TableClass

ROLES = ("tenant", "national", "relay")
VERBS = {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "DELETE"}
WALLED = {n for n, g in GRANTS.items() if g.table_class in ("owned", "shared", "between")}
OWNED = {name for name, g in GRANTS.items() if g.table_class == TableClass.OWNED}
BETWEEN = {name for name, g in GRANTS.items() if g.table_class == TableClass.BETWEEN}
# What a third agency sees nothing of.
PRIVATE = OWNED | BETWEEN
# Functions with the rights of their maker, views that look with them: none, or the reason here.
REASONED: dict[str, str] = {
    "cases_saying": "finds words by their index, which no policy lets through; in the scope's "
    "agency only, and gives ids only (tests/cases/test_searching.py)",
    "cases_sharing_words": "the same, for what may be about one event (tests/cases/test_alike.py)",
    "agency_goes_live": "the register is read only for agencies, going live is their own act; "
    "of the scope's agency only, from being prepared only (tests/configuration/test_going_live.py)",
    "photos_expire": "what was decided about a photo goes with it, by the same rule",
    "words_expire": "events are appended, never edited; words go by rule, and by this alone: of "
    "the scope's agency, of cases that ended a year ago or more, with why another agency refused "
    "them (tests/privacy/test_retention.py)",
    "rename_agency": "the register is read only for agencies, the address in it is theirs to "
    "choose; of the scope's agency only (tests/addresses/test_renaming.py)",
}
# Tables that the owner may read past the wall, for such a function.
READ_BY_OWNER = {
    *("case_record", "case_event", "publicity", "public_photo"),
    *("handover", "handover_answer"),
}
WRITTEN_BY_OWNER = {"case_event", "publicity", "handover_answer"}
EMPTIED_BY_OWNER = {"public_photo"}


def rows(connection: sa.Connection, sql: str, **values: Any) -> Sequence[sa.Row[Any]]:
    return connection.execute(sa.text(sql), values).all()


# -- the catalogue ---------------------------------------------------------------------------


def catalogue_breaches(connection: sa.Connection) -> list[str]:
    checks: list[Callable[[sa.Connection], Iterator[str]]] = [
        unclassified_tables,
        weak_roles,
        rights_beside_the_matrix,
        unwalled_tables,
        wrong_policies,
        keys_without_the_agency,
        unsafe_views_and_functions,
    ]
    return [breach for check in checks for breach in check(connection)]


def unclassified_tables(connection: sa.Connection) -> Iterator[str]:
    found = {
        row.name
        for row in rows(
            connection,
            "SELECT relname AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE relkind IN ('r', 'p', 'f') AND nspname = 'public'",
        )
    } - {"alembic_version"}
    yield from (f"{name}: not in sp4n.tenants.grants" for name in sorted(found - set(GRANTS)))
    yield from (f"{name}: in the matrix, not in the database" for name in set(GRANTS) - found)


def weak_roles(connection: sa.Connection) -> Iterator[str]:
    for role in ROLES:
        (row,) = rows(
            connection,
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR "
            "EXISTS (SELECT 1 FROM pg_auth_members WHERE member = r.oid) OR "
            "EXISTS (SELECT 1 FROM pg_class WHERE relowner = r.oid) AS strong "
            "FROM pg_roles r WHERE rolname = :role",
            role=f"sp4n_{role}",
        )
        if row.strong:
            yield f"sp4n_{role} is more than a plain role"


def rights_beside_the_matrix(connection: sa.Connection) -> Iterator[str]:
    granted: dict[tuple[str, str], set[str]] = {}
    for row in rows(
        connection,
        "SELECT c.relname AS name, COALESCE(r.rolname, 'public') AS role, a.privilege_type AS verb "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public' "
        "CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee "
        "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND a.grantee <> c.relowner "
        "UNION ALL SELECT c.relname, COALESCE(r.rolname, 'public'), 'column ' || a.privilege_type "
        "FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public' "
        "CROSS JOIN LATERAL aclexplode(t.attacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee",
    ):
        granted.setdefault((row.name, row.role), set()).add(row.verb)
    wanted = {
        (table, f"sp4n_{role}"): {VERBS[letter] for letter in getattr(grant, role)}
        for table, grant in GRANTS.items()
        for role in ROLES
        if getattr(grant, role)
    }
    for key in sorted(set(granted) | set(wanted)):
        if granted.get(key, set()) != wanted.get(key, set()):
            yield f"{key[0]}: {key[1]} has {granted.get(key)}, the matrix says {wanted.get(key)}"


def unwalled_tables(connection: sa.Connection) -> Iterator[str]:
    for row in rows(
        connection,
        "SELECT relname AS name, relrowsecurity AND relforcerowsecurity AS walled FROM pg_class "
        "WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace",
    ):
        if row.name in WALLED and not row.walled:
            yield f"{row.name}: row level security is not enabled and forced"


MINE = "(agency_id = (NULLIF(current_setting('app.agency_id'::text, true), ''::text))::bigint)"
ME = "(NULLIF(current_setting('app.agency_id'::text, true), ''::text))::bigint"
TRACKING = f"({MINE} OR (pending_agency_id = {ME}))"
OF_EITHER = f"({MINE} OR (to_agency_id = {ME}))"


def expected_policies(table: str) -> set[tuple[str, str, str | None, str | None]]:
    """(role, command, using, with check): command r a w d, or * for all."""
    grant = GRANTS[table]
    wanted: set[tuple[str, str, str | None, str | None]] = set()
    if grant.table_class == TableClass.OWNED:
        wanted.add(("sp4n_tenant", "*", MINE, MINE))
    else:
        takes = TRACKING if table == "tracking" else MINE
        readers = OF_EITHER if table in BETWEEN else "true"
        wanted |= {
            ("sp4n_tenant", "r", readers, None),
            ("sp4n_tenant", "a", None, MINE),
            ("sp4n_tenant", "w", takes, MINE),
            ("sp4n_tenant", "d", MINE, None),
        }
    if table in READ_BY_OWNER:
        wanted.add(("sp4n_owner", "r", "true", None))
    if table in WRITTEN_BY_OWNER:
        wanted.add(("sp4n_owner", "w", "true", "true"))
    if table in EMPTIED_BY_OWNER:
        wanted.add(("sp4n_owner", "d", "true", None))
    for role in ("national", "relay"):
        if "S" in getattr(grant, role):
            wanted.add((f"sp4n_{role}", "r", "true", None))
        if "U" in getattr(grant, role):
            wanted.add((f"sp4n_{role}", "w", "true", "true"))
    return wanted


def wrong_policies(connection: sa.Connection) -> Iterator[str]:
    found: dict[str, set[tuple[str, str, str | None, str | None]]] = {}
    for row in rows(
        connection,
        "SELECT c.relname AS name, p.polcmd::text AS cmd, p.polpermissive AS permissive, "
        "array(SELECT rolname::text FROM pg_roles WHERE oid = ANY (p.polroles)) AS roles, "
        "pg_get_expr(p.polqual, p.polrelid) AS using_, "
        "pg_get_expr(p.polwithcheck, p.polrelid) AS check_ "
        "FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid",
    ):
        role = ",".join(row.roles) or "public"
        found.setdefault(row.name, set()).add((role, row.cmd, row.using_, row.check_))
    for table in sorted(WALLED | set(found)):
        wanted = expected_policies(table) if table in WALLED else set()
        if found.get(table, set()) != wanted:
            odd = found.get(table, set()) ^ wanted
            yield f"{table}: policies differ from what its class asks: {sorted(map(str, odd))}"


# Keys that do not begin with agency_id, and why that is right.
OTHER_KEYS = {
    "tracking": "found by its reference, before anyone knows the agency; read by all",
    "agency_domain": "a domain is found before anyone knows the agency; read by all",
}


def keys_without_the_agency(connection: sa.Connection) -> Iterator[str]:
    for row in rows(
        connection,
        "SELECT c.relname AS name, k.conname, k.contype::text AS kind, f.relname AS target, "
        "array(SELECT attname::text FROM unnest(k.conkey) WITH ORDINALITY u(n, o) JOIN pg_attribute"
        " ON attrelid = c.oid AND attnum = n ORDER BY o) AS columns, "
        "array(SELECT attname::text FROM unnest(k.confkey) WITH ORDINALITY u(n, o) JOIN "
        "pg_attribute ON attrelid = f.oid AND attnum = n ORDER BY o) AS targets "
        "FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
        "LEFT JOIN pg_class f ON f.oid = k.confrelid WHERE k.contype IN ('p', 'u', 'f')",
    ):
        if row.name not in WALLED:
            continue
        if row.kind in "pu" and row.columns[0] != "agency_id" and row.name not in OTHER_KEYS:
            yield f"{row.name}: {row.conname} does not begin with agency_id"
        if row.kind == "f" and row.target in OWNED:
            paired = dict(zip(row.columns, row.targets, strict=True))
            if paired.get("agency_id") != "agency_id":
                yield f"{row.name}: {row.conname} reaches {row.target} without agency_id"
            if row.name not in OWNED:
                yield f"{row.name}: {row.conname}, a shared table bound to an owned one"
    yield from unscoped_unique_indexes(connection)


def unscoped_unique_indexes(connection: sa.Connection) -> Iterator[str]:
    for row in rows(
        connection,
        "SELECT c.relname AS name, i.relname AS index, a.attname AS first FROM pg_index x "
        "JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid "
        "LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0] "
        "WHERE x.indisunique AND c.relnamespace = 'public'::regnamespace",
    ):
        if row.name in WALLED and row.first != "agency_id" and row.name not in OTHER_KEYS:
            yield f"{row.name}: unique index {row.index} does not begin with agency_id"


def unsafe_views_and_functions(connection: sa.Connection) -> Iterator[str]:
    for row in rows(
        connection,
        "SELECT relname AS name, relkind::text AS kind, COALESCE(reloptions::text, '') AS options "
        "FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace",
    ):
        safe = row.kind == "v" and "security_invoker=true" in row.options
        if not safe and row.name not in REASONED:
            yield f"view {row.name}: looks with its owner's eyes"
    for row in rows(
        connection,
        "SELECT proname AS name FROM pg_proc WHERE prosecdef "
        "AND pronamespace = 'public'::regnamespace",
    ):
        if row.name not in REASONED:
            yield f"function {row.name}: runs with its owner's rights"
