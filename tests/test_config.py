"""Settings: what is read, what is refused, and in how many words."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sp4n.config import ConfigurationError, load_settings, secret_of, settings_to_environ

DATABASE = {
    "DATABASE_URL": "postgresql://sp4n_owner:a@db/sp4n",
    "DATABASE_TENANT_URL": "postgresql://sp4n_tenant:b@db/sp4n",
    "DATABASE_NATIONAL_URL": "postgresql://sp4n_national:c@db/sp4n",
    "DATABASE_RELAY_URL": "postgresql://sp4n_relay:d@db/sp4n",
}
PRODUCTION = {
    **DATABASE,
    "SP4N_ENV": "production",
    "SECRET_KEY": "Hn3kq9-XW0vbtY_2mZ7sRcLpUe41dQoA",
    "SP4N_BASE_DOMAIN": "sp4n.go.id",
    "REDIS_URL": "redis://:secret@redis:6379/0",
    "SMTP_URL": "smtp://mail:587",
    "DATA_DIR": "/srv/sp4n",
}


def test_nothing_set_is_a_development_installation_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings({})
    assert settings.data_dir == tmp_path / ".data"
    assert settings.embedded_database
    assert settings.embedded_redis
    assert settings.demo
    assert settings.public_origin == "http://localhost:8000"
    assert settings.listen == "127.0.0.1"


def test_the_development_secret_is_made_once_and_is_for_its_owner_only(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    first = load_settings({"DATA_DIR": str(data_dir)})
    second = load_settings({"DATA_DIR": str(data_dir)})
    assert len(first.secret_key) >= 32
    assert first.secret_key == second.secret_key
    assert stat.S_IMODE((data_dir / "secret_key").stat().st_mode) == 0o600


def test_many_starters_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: secret_of(tmp_path, "secret"), range(64)))
    assert len(found) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_whole_production_settings_are_accepted() -> None:
    settings = load_settings(PRODUCTION)
    assert settings.public_origin == "https://sp4n.go.id"
    assert settings.database_tenant_url == "postgresql+psycopg://sp4n_tenant:b@db/sp4n"
    assert not settings.demo


def test_web_and_workers_start_without_the_owners_url() -> None:
    without = {name: value for name, value in PRODUCTION.items() if name != "DATABASE_URL"}
    assert load_settings(without).database_url is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": "changeme" * 8}, "SECRET_KEY is too weak"),
        (dict.fromkeys(DATABASE, ""), "DATABASE_TENANT_URL is missing"),
        ({"DATABASE_RELAY_URL": ""}, "DATABASE_RELAY_URL is missing"),
        ({"DATABASE_TENANT_URL": DATABASE["DATABASE_URL"]}, "the same database role"),
        ({"DATABASE_TENANT_URL": "postgresql://postgres:x@db/sp4n"}, "superuser"),
        ({"DATABASE_TENANT_URL": "postgresql://db/sp4n"}, "names no database role"),
        ({"REDIS_URL": ""}, "REDIS_URL is missing"),
        ({"SP4N_BASE_DOMAIN": ""}, "SP4N_BASE_DOMAIN"),
        ({"SP4N_BASE_DOMAIN": "sp4n.localhost"}, "SP4N_BASE_DOMAIN"),
        ({"SMTP_URL": ""}, "SMTP_URL is missing"),
        ({"DATA_DIR": ""}, "DATA_DIR or STORAGE_URL is missing"),
        ({"SP4N_DEMO": "1"}, "SP4N_DEMO is on"),
        ({"SP4N_METRICS_TOKEN": "short"}, "SP4N_METRICS_TOKEN is too weak"),
    ],
)
def test_a_missing_or_weak_production_setting_is_one_clear_line(
    change: dict[str, str], named: str
) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load_settings({**PRODUCTION, **change})
    assert named in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "change",
    [
        {"SP4N_ENV": "prod"},
        {"PORT": "http"},
        {"PORT": "70000"},
        {"PORT": "٨٠٠٠"},
        {"SP4N_BASE_DOMAIN": "http://sp4n.go.id"},
        {"SP4N_BASE_DOMAIN": "sp4n.go.id:8000"},
        {"SP4N_AGENCY_ADDRESS": "domain"},
        {"SP4N_DEMO": "yes"},
        {"SP4N_LOG": "xml"},
        {"SP4N_TRUSTED_PROXIES": "-1"},
        {"DATABASE_URL": "mysql://root@db/sp4n"},
        {"REDIS_URL": "localhost:6379"},
        {"SMTP_URL": "mail.go.id"},
        {"STORAGE_URL": "/srv/files"},
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_name(change: dict[str, str]) -> None:
    (name,) = change
    with pytest.raises(ConfigurationError, match=name):
        load_settings(change)


def test_a_refused_url_is_not_repeated_with_its_password() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load_settings({"REDIS_URL": "http://:hunter2hunter2@redis/0"})
    assert "hunter2" not in str(refusal.value)


def test_no_secret_shows_when_settings_are_printed() -> None:
    assert "sp4n_owner" not in repr(load_settings(PRODUCTION))
    assert PRODUCTION["SECRET_KEY"] not in repr(load_settings(PRODUCTION))


def test_the_log_is_for_machines_in_production_and_for_people_elsewhere(tmp_path: Path) -> None:
    here = {"DATA_DIR": str(tmp_path)}
    assert (load_settings(PRODUCTION).log, load_settings(here).log) == ("json", "text")
    assert load_settings({**here, "SP4N_LOG": "json"}).log == "json"
    assert load_settings({**PRODUCTION, "SP4N_LOG": "text"}).log == "text"


def test_a_child_process_gets_the_same_settings_but_not_the_owners_url() -> None:
    settings = load_settings({**PRODUCTION, "SP4N_METRICS_TOKEN": "x" * 32})
    assert load_settings(settings_to_environ(settings, owner=True)) == settings
    assert "DATABASE_URL" not in settings_to_environ(settings)
