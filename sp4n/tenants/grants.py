"""Which database role may do what to which table: one matrix, held against the catalogue by tests.

S select, I insert, U update, D delete. Nobody truncates. A table that is missing here fails the
rule test, so a new table cannot be forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TableClass(StrEnum):
    OWNED = "owned"  # tenant: its own agency's rows, by policy
    SHARED = "shared"  # read by all; each row written by its agency only, by policy
    BETWEEN = "between"  # written by one agency, read by it and by the one that it is for
    REFERENCE = "reference"  # read only for agencies
    NATIONAL = "national"  # none of an agency's business


@dataclass(frozen=True)
class Grant:
    table_class: TableClass
    tenant: str = ""
    national: str = ""
    relay: str = ""


_O, _S, _R, _N = TableClass.OWNED, TableClass.SHARED, TableClass.REFERENCE, TableClass.NATIONAL
_B = TableClass.BETWEEN

GRANTS: dict[str, Grant] = {
    # registry and reference data
    "region": Grant(_R, "S", "SIU"),
    "agency": Grant(_R, "S", "SIU", "S"),
    "agency_succession": Grant(_R, "S", "SID"),
    "agency_former_slug": Grant(_R, "S", "S"),
    "rule_set": Grant(_R, "S", "SIU"),
    "time_limit": Grant(_R, "S", "SIUD"),
    "category": Grant(_R, "S", "SIU"),
    "national_setting": Grant(_R, "S", "SIU"),
    "instrument_duty": Grant(_R, "S", "SIU"),
    "national_reply_template": Grant(_R, "S", "SIUD"),
    "road_map": Grant(_R, "S", "SIUD"),
    # read by all, written by their agency
    "agency_domain": Grant(_S, "SIUD", "S"),
    "agency_profile": Grant(_S, "SIU", "S"),
    "public_case": Grant(_S, "SIUD", "S"),
    "tracking": Grant(_S, "SIU", "S"),
    "custody": Grant(_S, "SIU", "S"),
    "seal_link": Grant(_S, "SI", "S"),
    "best_practice": Grant(_S, "SIU", "S"),
    # between two
    "handover": Grant(_B, "SIU", "S"),
    "handover_answer": Grant(_B, "SIU", "S"),
    "handover_contact": Grant(_B, "SID"),
    "case_link": Grant(_B, "SIU", "S"),
    # an agency's own
    "unit": Grant(_O, "SIUD", "S"),
    "account": Grant(_O, "SIU", "S"),
    "credential": Grant(_O, "SIU"),
    "second_factor": Grant(_O, "SIUD"),
    "recovery_code": Grant(_O, "SIUD"),
    "passkey": Grant(_O, "SIUD"),
    "identity_provider": Grant(_O, "SIU"),
    "provider_subject": Grant(_O, "SIUD"),
    "account_unit": Grant(_O, "SID", "S"),
    "absence": Grant(_O, "SIU"),
    "kept_away": Grant(_O, "SID"),
    "account_session": Grant(_O, "SIUD"),
    "account_token": Grant(_O, "SIUD"),
    "audit_entry": Grant(_O, "SI", "S"),
    "operator_entry": Grant(_O, "SIU", "S"),
    "outbox": Grant(_O, "SIU", "S", "SU"),
    "attachment": Grant(_O, "SIUD", "S"),
    "brand_picture": Grant(_O, "SID"),
    "public_photo": Grant(_O, "SI"),
    "figure_delta": Grant(_O, "SID", "S"),
    "figure_total": Grant(_O, "SIU", "S"),
    "case_record": Grant(_O, "SIU", "S"),
    "case_event": Grant(_O, "SI", "S"),
    "rating": Grant(_O, "SI"),
    "publicity": Grant(_O, "SI"),
    "case_part": Grant(_O, "SI", "S"),
    "identity": Grant(_O, "SIUD"),
    "identity_look": Grant(_O, "SI"),
    "filing_draft": Grant(_O, "SIUD"),
    "filing_key": Grant(_O, "SIUD"),
    "case_look": Grant(_O, "SIU"),
    "ombudsman_handoff": Grant(_O, "SIU", "S"),
    "escalation_digest": Grant(_O, "SI"),
    "case_support": Grant(_O, "SID"),
    "case_follower": Grant(_O, "SIUD"),
    "due_recount": Grant(_O, "SIU", "S"),
    "configuration_version": Grant(_O, "SIU", "S"),
    "agency_export": Grant(_O, "SIU"),
    "reply_template": Grant(_O, "SIUD", "S"),
    "saved_view": Grant(_O, "SID", "S"),
    "bulk_act": Grant(_O, "SIU", "S"),
    "bulk_item": Grant(_O, "SIU", "S"),
    "event_seal": Grant(_O, "SI"),
    "seal_salt": Grant(_O, "SID"),
    "erasure_request": Grant(_O, "SIU"),
    "retention_plan": Grant(_O, "SIU", "S"),
    "retention_step": Grant(_O, "SIU", "S"),
    "reply_address": Grant(_O, "SIU"),
    "sms_number": Grant(_O, "SIUD"),
    "reporter_access": Grant(_O, "SIUD"),
    "policy": Grant(_O, "SIU", "S"),
    "policy_version": Grant(_O, "SIU", "S"),
    "policy_run": Grant(_O, "SIU", "S"),
    "policy_proposal": Grant(_O, "SIU"),
    "action_plan": Grant(_O, "SIU", "S"),
    "plan_item": Grant(_O, "SIUD", "S"),
    "plan_remark": Grant(_O, "SI", "S"),
    "plan_upload": Grant(_O, "SIUD"),
    "plan_progress": Grant(_O, "SIU", "S"),
    "plan_reminder": Grant(_O, "SI", "S"),
    "document": Grant(_O, "SIUD", "S"),
    "decree": Grant(_O, "SIUD"),
    "decree_member": Grant(_O, "SIUD"),
    "liaison_reminder": Grant(_O, "SI"),
    # the national level's own
    "coordinator": Grant(_N, "", "SIU"),
    "coordinator_credential": Grant(_N, "", "SIU"),
    "coordinator_second_factor": Grant(_N, "", "SIUD"),
    "coordinator_recovery_code": Grant(_N, "", "SIUD"),
    "coordinator_passkey": Grant(_N, "", "SIUD"),
    "coordinator_session": Grant(_N, "", "SIUD"),
    "coordinator_token": Grant(_N, "", "SIUD"),
    "national_audit_entry": Grant(_N, "", "SI"),
    "national_outbox": Grant(_N, "", "SIU", "SU"),
}
