"""What the last press of the button costs: few round trips to the database, each once."""

from __future__ import annotations

from tests.portal.walking import Walker
from tests.web.test_query_counts import statements


def test_sending_a_report_takes_few_statements(walker: Walker) -> None:
    walker.open("/lapor")
    walker.answer()
    with statements() as sent:
        page = walker.go()
    assert page.step == "selesai"
    filing = [one for one in sent if "case_record" in one and one.startswith("WITH")]
    assert len(filing) == 1
    assert len(sent) <= 10, "\n\n".join(sent)
