"""What the last press of the button costs: few round trips to the database, each once."""

from __future__ import annotations

from bench.counting import statements
from tests.portal.test_filing_files import photo
from tests.portal.walking import Walker


def test_sending_a_report_with_files_takes_few_statements(walker: Walker) -> None:
    walker.file()  # reads the rules, which are then remembered for a minute
    walker.open("/lapor")
    page = walker.answer([photo(number) for number in range(5)])
    with statements() as sent:
        answer = walker.client.post(page.form.get("action"), data=page.fields)
    assert (answer.status_code, "/lapor/selesai" in answer.location) == (303, True)
    filing = [one for one in sent if "case_record" in one and one.startswith("WITH")]
    assert len(filing) == 1
    assert len(sent) <= 4, "\n\n".join(sent)
