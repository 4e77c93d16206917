"""What may be done, and by which role: one table. A view names its permission; a door checks it."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    CASE_VIEW = "case:view"
    CASE_VERIFY = "case:verify"
    CASE_ASSIGN = "case:assign"
    CASE_ANSWER = "case:answer"
    CASE_NOTE = "case:note"
    CASE_ARCHIVE = "case:archive"
    CASE_DECIDE = "case:decide"
    CASE_REOPEN = "case:reopen"
    CASE_APPROVE = "case:approve"
    CASE_FORWARD = "case:forward"
    UNIT_EDIT = "unit:edit"
    ACCOUNT_EDIT = "account:edit"
    SETTINGS_EDIT = "settings:edit"
    AUDIT_VIEW = "audit:view"
    DATA_EXPORT = "data:export"
    POLICY_EDIT = "policy:edit"
    POLICY_DECIDE = "policy:decide"
    POLICY_RESULTS = "policy:results"
    PLAN_VIEW = "plan:view"
    PLAN_EDIT = "plan:edit"
    PLAN_RATIFY = "plan:ratify"
    PLAN_REVIEW = "plan:review"
    DOCUMENT_VIEW = "document:view"
    DOCUMENT_EDIT = "document:edit"
    OWN_ACCOUNT = "own:account"
    AGENCY_OVERVIEW = "agency:overview"
    AGENCY_ENTER = "agency:enter"
    AGENCY_EDIT = "agency:edit"
    COORDINATOR_EDIT = "coordinator:edit"


P = Permission

ROLES: dict[str, frozenset[Permission]] = {
    # an agency's staff
    "admin": frozenset(
        {
            P.CASE_VIEW,
            P.CASE_VERIFY,
            P.CASE_ASSIGN,
            P.CASE_ANSWER,
            P.CASE_NOTE,
            P.CASE_ARCHIVE,
            P.CASE_REOPEN,
            P.CASE_APPROVE,
            P.CASE_FORWARD,
            P.UNIT_EDIT,
            P.ACCOUNT_EDIT,
            P.SETTINGS_EDIT,
            P.AUDIT_VIEW,
            P.DATA_EXPORT,
            P.POLICY_EDIT,
            P.POLICY_DECIDE,
            P.POLICY_RESULTS,
            P.DOCUMENT_VIEW,
            P.DOCUMENT_EDIT,
            P.PLAN_VIEW,
            P.PLAN_EDIT,
            P.PLAN_RATIFY,
            P.OWN_ACCOUNT,
        }
    ),
    "head": frozenset(
        {
            P.CASE_VIEW,
            P.CASE_NOTE,
            P.AUDIT_VIEW,
            P.POLICY_DECIDE,
            P.POLICY_RESULTS,
            P.DOCUMENT_VIEW,
            P.PLAN_VIEW,
            P.PLAN_RATIFY,
            P.OWN_ACCOUNT,
        }
    ),
    "liaison": frozenset(
        {
            P.CASE_VIEW,
            P.CASE_ANSWER,
            P.CASE_NOTE,
            P.POLICY_RESULTS,
            P.DOCUMENT_VIEW,
            P.PLAN_VIEW,
            P.OWN_ACCOUNT,
        }
    ),
    "viewer": frozenset({P.CASE_VIEW, P.DOCUMENT_VIEW, P.PLAN_VIEW, P.OWN_ACCOUNT}),
    # the national level
    "coordinator": frozenset(
        {P.AGENCY_OVERVIEW, P.AGENCY_ENTER, P.CASE_DECIDE, P.PLAN_REVIEW, P.OWN_ACCOUNT}
    ),
    "super_admin": frozenset(
        {
            P.AGENCY_OVERVIEW,
            P.AGENCY_ENTER,
            P.CASE_DECIDE,
            P.PLAN_REVIEW,
            P.AGENCY_EDIT,
            P.COORDINATOR_EDIT,
            P.OWN_ACCOUNT,
        }
    ),
}

STAFF_ROLES = ("admin", "head", "liaison", "viewer")
NATIONAL_ROLES = ("coordinator", "super_admin")


def may(role: str, permission: str) -> bool:
    """Denies what it does not know."""
    return permission in ROLES.get(role, frozenset())
