"""What of an agency's rows goes into an export: all of it, but for what is named here.

The tables are those of the house's own matrix of grants, so that a new one is in by itself. A
column that looks like a secret is out by itself; a rule test asks for the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

from sp4n.db import Base
from sp4n.exports.numbers import written
from sp4n.tenants.grants import GRANTS, TableClass

OWNED_BY_AGENCIES: Final = (TableClass.OWNED, TableClass.SHARED, TableClass.BETWEEN)

# Tables that stay, and why; the reasons are in each manifest.
LEFT_OUT: Final[dict[str, str]] = {
    "account_session": "sign-ins on devices: whoever has their secret is signed in",
    "account_token": "mailed links that set a password",
    "agency_export": "exports themselves, with what their links are made from",
    "case_look": "what of a case each member of staff has seen, for their own list",
    "credential": "passwords, even hashed, are their owners' alone",
    "escalation_digest": "how far the letters about late cases have come, in numbers",
    "filing_draft": "reports that nobody has sent yet are not the agency's, and are sealed",
    "filing_key": "marks of forms that were sent, kept for a week against sending twice",
    "handover_contact": "contacts of reporters on their way to another agency, sealed",
    "identity": "identities of reporters are sealed: each is opened by itself, and leaves a trace; "
    "those of anonymous reporters never",
    "kept_away": "forms of people who were signed out, sealed, for half an hour",
    "outbox": "the application's own list of work, in numbers",
    "passkey": "keys on people's own devices, which are theirs",
    "plan_upload": "spreadsheets that wait to be mended for a few days; what was imported is there",
    "recovery_code": "codes for who has lost their app, even hashed",
    "reporter_access": "mailed links of reporters, and who is signed in with one",
    "seal_salt": "what keeps seals of words from being guessed at",
    "sms_number": "marks of telephone numbers of reporters, and how often each was written to",
    "second_factor": "secrets of the apps that make codes for signing in",
}
# Columns that stay, and why.
COLUMNS_LEFT_OUT: Final[dict[str, str]] = {
    "agency_domain.token": "what shows that a domain is the agency's",
    "attachment.draft_key": "of forms that are not sent yet",
    "attachment.storage_key": "where the file lies on the server; here it has its own path",
    "brand_picture.storage_key": "where the picture lies on the server; here it has its own path",
    "identity_provider.sealed_secret": "what we show to the agency's own provider",
    "document.storage_key": "where the file lies on the server; here it has its own path",
    "document.words": "made from the title, the number and the text, to look words up",
    "public_photo.storage_key": "where the picture lies on the server; it is made from the photo",
    "public_photo.token": "a part of an address that is to be guessed by nobody",
    "case_record.access_code_hash": "what a reporter's access code is checked against",
    "handover.access_code_hash": "what a reporter's access code is checked against",
    "case_support.token_hash": "which browser said that a case is its owner's, too",
    "case_follower.address_hash": "of addresses that people left to be told, for nothing else",
    "case_follower.sealed": "addresses that people left to be told, for nothing else",
    "event_seal.leaf": "of the events' own numbers, which stay here",
    "event_seal.place": "in the order in which citizens write",
    "event_seal.words": "of words that are in the export, with a salt that stays",
    "event_seal.files": "of files that are in the export, with a salt that stays",
    "seal_link.signature": "under the server's own secret",
    "seal_link.through": "the number of an event, which counts up as citizens write",
    "policy_proposal.cases": "cases by the application's own numbers, which stay here",
    "handover.payload": "what stands in the case itself and in its history",
}
# Columns that look like secrets and are none.
HARMLESS: Final[dict[str, str]] = {
    "attachment.sha256": "of the file, which is in the export, too",
    "document.sha256": "of the file, which is in the export, too",
    "plan_item.code": "the number of a line of a plan",
    "plan_item.parent_code": "the number of a line of a plan",
    "plan_progress.code": "the number of a line of a plan",
    "plan_remark.code": "the number of a line of a plan",
    "seal_link.head": "published for everyone at /segel",
    "seal_link.previous": "published, as the head before",
    "seal_link.root": "of many salted hashes",
}
SECRET_NAMES: Final = re.compile(
    r"secret|passw|token|hash|seal|credential|private|code|key|otp|seed|salt|challenge|cipher"
)


def exported_tables() -> list[sa.Table]:
    """By name."""
    return [
        Base.metadata.tables[name]
        for name, grant in sorted(GRANTS.items())
        if grant.table_class in OWNED_BY_AGENCIES and name not in LEFT_OUT
    ]


def exported_columns(table: sa.Table) -> list[sa.Column[Any]]:
    return [
        column
        for column in table.c
        if f"{table.name}.{column.name}" not in COLUMNS_LEFT_OUT and not looks_secret(column)
    ]


def looks_secret(column: sa.Column[Any]) -> bool:
    """By its kind or its name; what is named in HARMLESS is looked at no more."""
    if f"{column.table.name}.{column.name}" in HARMLESS:
        return False
    return isinstance(column.type, sa.LargeBinary) or bool(SECRET_NAMES.search(column.name))


def wanted_rows(table: sa.Table, *, agency_id: int, confidential: bool, key: str) -> sa.Select[Any]:
    """Of this agency, said here once more: what is shared every agency may read. `key`: what this
    export's own numbers are made with."""
    columns = [written(column, key) for column in exported_columns(table)]
    wanted = sa.select(*columns).where(table.c.agency_id == agency_id)
    order = [written(column, key) for column in table.primary_key]
    return wanted.where(*_but(table, agency_id, confidential)).order_by(*order)


def _but(table: sa.Table, agency_id: int, confidential: bool) -> Iterator[sa.ColumnElement[bool]]:
    if table.name == "attachment":
        yield table.c.case_id.is_not(None)  # else of a form that is not sent yet
    if confidential:
        return
    cases = Base.metadata.tables["case_record"]
    secret = sa.select(cases.c.id).where(cases.c.agency_id == agency_id, cases.c.confidential)
    if table is cases:
        yield cases.c.confidential.is_(False)
    for column in case_columns(table):
        yield sa.or_(column.is_(None), column.not_in(secret))
    if table.name == "audit_entry":
        about = table.c.object_id
        yield sa.or_(table.c.object_kind != "case", about.is_(None), about.not_in(secret))


def case_columns(table: sa.Table) -> list[sa.Column[Any]]:
    """Those that say which case a row is about: by their key, or by their name."""
    bound = {
        key.parent.name for key in table.foreign_keys if key.target_fullname == "case_record.id"
    }
    return [column for column in table.c if column.name in bound | {"case_id"}]
