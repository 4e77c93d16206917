"""What the last press of the button costs: few round trips to the database, each once."""

from __future__ import annotations

from flask import Flask

from bench.counting import statements
from sp4n.tenants.resolver import AgencyFacts
from tests.portal.test_filing_files import photo
from tests.portal.walking import Walker
from tests.scenes import Scene


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


def test_what_is_alike_here_and_elsewhere_adds_few_to_the_page_of_answers(
    app: Flask, walker: Walker, scene: Scene, other_agency: AgencyFacts
) -> None:
    title = "Safir plafon puskesmas bocor"
    for one in (scene, Scene(app, other_agency), Scene(app, other_agency)):
        one.verify(one.filed(title=title), public_title=title)
    walker.open("/lapor")
    walker.answer(title=title)
    with statements() as sent:
        page = walker.open(walker.page.path)
    assert page.text.count(title) >= 3
    assert len([one for one in sent if "similarity" in one]) == 2
    assert len(sent) <= 10, "\n\n".join(sent)
