"""What all agencies share outside the tables is kept apart by keys: limits, files, caches."""

from __future__ import annotations

import pytest
from flask import Flask

from sp4n.accounts import throttle as throttling
from sp4n.errors import NotFound, TooMany
from sp4n.files import storage as storing
from sp4n.files.queries import attachment_by_id
from sp4n.tenants.resolver import AgencyFacts
from tests.attacks.planting import Planted
from tests.attacks.visiting import anonymous
from tests.factories import Inside

MOST_TRIES = 30


def fails_until_told_to_wait(app: Flask, agency: AgencyFacts, account: str) -> None:
    with Inside(app)(agency):
        for _try in range(MOST_TRIES):
            try:
                throttling.throttle().attempt("sign_in", account=account, address="192.0.2.9")
            except TooMany:
                return
    raise AssertionError("nobody is ever told to wait")


def may_try(app: Flask, agency: AgencyFacts, account: str) -> bool:
    with Inside(app)(agency):
        try:
            throttling.throttle().attempt("sign_in", account=account, address="192.0.2.9")
        except TooMany:
            return False
    return True


def test_failures_at_one_agency_hold_nobody_back_at_another(
    app: Flask, agency: AgencyFacts, other_agency: AgencyFacts
) -> None:
    account = f"{agency.slug}@contoh.go.id"
    fails_until_told_to_wait(app, agency, account)
    assert may_try(app, other_agency, account)
    assert not may_try(app, agency, account)


def test_the_alarm_sounds_when_limits_do_not_name_their_agency(
    app: Flask, agency: AgencyFacts, other_agency: AgencyFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttling, "place", lambda: agency.slug)
    account = f"{agency.slug}@contoh.go.id"
    fails_until_told_to_wait(app, agency, account)
    assert not may_try(app, other_agency, account)


def storage_key(app: Flask, planted: Planted) -> str:
    with Inside(app)(planted.agency) as session:
        return attachment_by_id(session, planted.cases["proses"].attachment_id).storage_key


@pytest.mark.parametrize("how", ["open", "exists", "delete", "put"])
def test_a_file_of_another_agency_is_not_there(
    app: Flask, mine: Planted, theirs: Planted, how: str
) -> None:
    key, storage = storage_key(app, theirs), app.extensions["sp4n.storage"]
    with Inside(app)(mine.agency), pytest.raises(NotFound):
        getattr(storage, how)(key, *([b"x"] if how == "put" else []))
    with Inside(app)(theirs.agency):
        assert storage.open(key).read(4) == b"\x89PNG"


def test_the_alarm_sounds_when_files_do_not_ask_whose_they_are(
    app: Flask, mine: Planted, theirs: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, storage = storage_key(app, theirs), app.extensions["sp4n.storage"]
    monkeypatch.setattr(storing, "owned", lambda key: key)
    with Inside(app)(mine.agency):
        assert storage.exists(key)


def test_the_folder_of_one_agency_lists_no_others_files(
    app: Flask, mine: Planted, theirs: Planted
) -> None:
    storage = app.extensions["sp4n.storage"]
    with Inside(app)(mine.agency):
        owners = {file.key.partition("/")[0] for file in storage.list()}
    assert owners == {str(mine.agency.id)}


def test_a_page_warmed_by_one_agency_is_read_by_no_other(
    app: Flask, mine: Planted, theirs: Planted
) -> None:
    """In turns, in the process where whatever is remembered is remembered."""
    pages = ("/", "/laporan", "/lacak", "/lapor", "/masuk", "/warna.css", "/desk/x")
    for path in pages:
        for one, other in ((mine, theirs), (theirs, mine), (mine, theirs)):
            text = anonymous(app, one).ask(path).text
            assert other.word not in text
            assert other.agency.name not in text
            assert other.agency.slug not in text
