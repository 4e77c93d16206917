"""What lists of cases are found by: each list or count that an address can ask for has an index,
which holds it whole, or the few rows that it looks through. Each filing and each move writes them.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from sp4n.cases.searching import words_sql

OF_CASES: Final = (
    sa.Index("ix_case_record_agency_id_filed_at", "agency_id", "filed_at", "id"),
    sa.Index("ix_case_record_agency_id_state_filed_at", "agency_id", "state", "filed_at", "id"),
    # By topic, the nation's or an agency's own, and by class, where it is not that of nine in ten.
    sa.Index(
        "ix_case_record_topic",
        *("agency_id", "category_id", "state", "filed_at", "id"),
        postgresql_where=sa.text("category_id IS NOT NULL"),
    ),
    sa.Index(
        "ix_case_record_own_topic",
        *("agency_id", "own_topic", "state", "filed_at", "id"),
        postgresql_where=sa.text("own_topic IS NOT NULL"),
    ),
    sa.Index(
        "ix_case_record_class",
        *("agency_id", "classification", "state", "filed_at", "id"),
        postgresql_where=sa.text("classification <> 'pengaduan'"),
    ),
    # A liaison's tabs are counted in it, without a look at the rows.
    sa.Index(
        "ix_case_record_agency_id_unit_id",
        "agency_id",
        "unit_id",
        "filed_at",
        "id",
        postgresql_include=["state", "due_at"],
    ),
    # Each move of a case writes it anew: no list of what is pending, which one filing in
    # thousands would have to work off.
    sa.Index(
        "ix_case_record_words",
        "agency_id",
        sa.text(words_sql("title", "description")),
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    ),
    sa.Index(
        "ix_case_record_due",
        "agency_id",
        "due_at",
        "id",
        postgresql_include=["escalation_level", "escalates_at"],
        postgresql_where=sa.text("due_at IS NOT NULL"),
    ),
    sa.Index(
        "ix_case_record_escalates",
        "agency_id",
        "escalates_at",
        "id",
        postgresql_where=sa.text("escalates_at IS NOT NULL"),
    ),
    sa.Index(
        "ix_case_record_escalated",
        "agency_id",
        "filed_at",
        "id",
        postgresql_where=sa.text("escalation_level > 1"),
    ),
    # For the coordinators, of all agencies.
    sa.Index(
        "ix_case_record_at_coordinators",
        "due_at",
        "agency_id",
        postgresql_where=sa.text("escalation_level = 4"),
    ),
    sa.Index(
        "ix_case_record_assignee",
        "agency_id",
        "assignee_id",
        "filed_at",
        "id",
        postgresql_where=sa.text("assignee_id IS NOT NULL"),
    ),
    sa.Index(
        "ix_case_record_overdue",
        "due_at",
        "agency_id",
        postgresql_where=sa.text("due_at IS NOT NULL"),
    ),
    sa.Index(
        "ix_case_record_lead",
        "agency_id",
        "lead_id",
        "id",
        postgresql_where=sa.text("lead_id IS NOT NULL"),
    ),
    # What ended when: in this order what is kept is removed by rule.
    sa.Index(
        "ix_case_record_closed_at",
        "agency_id",
        "closed_at",
        "id",
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    ),
    # For the coordinators' list, of all agencies; hardly anything is in it.
    sa.Index(
        "ix_case_record_disputed",
        "updated_at",
        "agency_id",
        postgresql_where=sa.text("state = 'disputed'"),
    ),
)
