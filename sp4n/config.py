"""The settings of one process: read once from the environment, checked, then never changed.

`load_settings` refuses what would start but be wrong: in production each missing or weak
setting is one `ConfigurationError` of one line. README.md lists the names.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

Environment = Literal["development", "production"]
AgencyAddress = Literal["subdomain", "path"]
LogForm = Literal["json", "text"]

ROLE_URLS = {
    "database_tenant_url": "DATABASE_TENANT_URL",
    "database_national_url": "DATABASE_NATIONAL_URL",
    "database_relay_url": "DATABASE_RELAY_URL",
}
SHORTEST_SECRET = 32
FEWEST_DISTINCT = 10
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN = re.compile(rf"(?=.{{1,253}}$){LABEL}(\.{LABEL})*$")


class ConfigurationError(Exception):
    """One line that says which setting is wrong and what to do."""


@dataclass(frozen=True)
class Settings:
    """Database URLs are SQLAlchemy's (`postgresql+psycopg://`); None means embedded in data_dir.

    `database_url` is the owner's: only migrations get it, web and workers run without.
    """

    env: Environment
    data_dir: Path
    listen: str
    port: int
    base_domain: str
    database_url: str | None = field(repr=False)
    database_tenant_url: str | None = field(repr=False)
    database_national_url: str | None = field(repr=False)
    database_relay_url: str | None = field(repr=False)
    redis_url: str | None = field(repr=False)
    secret_key: str = field(repr=False)
    storage_url: str | None = field(repr=False)
    smtp_url: str | None = field(repr=False)
    sms_url: str | None = field(repr=False)
    demo: bool
    agency_address: AgencyAddress
    trusted_proxies: int
    max_body_mb: int
    web_workers: int
    kept_seconds: int
    export_hours: int
    log: LogForm
    metrics_token: str | None = field(repr=False)

    @property
    def production(self) -> bool:
        return self.env == "production"

    @property
    def embedded_database(self) -> bool:
        return self.database_tenant_url is None

    @property
    def embedded_redis(self) -> bool:
        return self.redis_url is None

    @property
    def public_scheme(self) -> str:
        return "https" if self.production else "http"

    @property
    def public_port(self) -> int | None:
        """The port people type; None where it is the scheme's own."""
        return None if self.production or self.port == 80 else self.port

    @property
    def public_origin(self) -> str:
        """Of the base domain, without a slash at the end."""
        port = f":{self.public_port}" if self.public_port else ""
        return f"{self.public_scheme}://{self.base_domain}{port}"


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings that `environ` asks for; in development a secret key is made when absent."""
    env = cast(Environment, _one_of(environ, "SP4N_ENV", ("development", "production")))
    settings = Settings(
        env=env,
        data_dir=data_dir_of(environ),
        listen=_text(environ, "SP4N_LISTEN") or "127.0.0.1",
        port=_number(environ, "PORT", 8000, 1, 65535),
        base_domain=_domain(environ),
        database_url=_database_url(environ, "DATABASE_URL"),
        database_tenant_url=_database_url(environ, "DATABASE_TENANT_URL"),
        database_national_url=_database_url(environ, "DATABASE_NATIONAL_URL"),
        database_relay_url=_database_url(environ, "DATABASE_RELAY_URL"),
        redis_url=_url(environ, "REDIS_URL", ("redis", "rediss", "unix")),
        secret_key=_text(environ, "SECRET_KEY") or "",
        storage_url=_url(environ, "STORAGE_URL", ("s3+https", "s3+http")),
        smtp_url=_url(environ, "SMTP_URL", ("smtp", "smtps")),
        sms_url=_url(environ, "SMS_URL", ("https", "http")),
        demo=_flag(environ, "SP4N_DEMO", default=env == "development"),
        agency_address=cast(
            AgencyAddress, _one_of(environ, "SP4N_AGENCY_ADDRESS", ("subdomain", "path"))
        ),
        trusted_proxies=_number(environ, "SP4N_TRUSTED_PROXIES", 0, 0, 10),
        max_body_mb=_number(environ, "SP4N_MAX_BODY_MB", 55, 1, 1024),
        web_workers=_number(environ, "SP4N_WEB_WORKERS", 2, 1, 64),
        kept_seconds=_number(environ, "SP4N_KEPT_SECONDS", 2, 0, 60),
        export_hours=_number(environ, "SP4N_EXPORT_HOURS", 72, 1, 720),
        log=log_form(environ),
        metrics_token=_text(environ, "SP4N_METRICS_TOKEN"),
    )
    _check_database_urls(settings)
    if settings.production:
        _check_production(settings, environ)
    return _with_secret(settings)


def data_dir_of(environ: Mapping[str, str]) -> Path:
    """Alone, for who must not make a secret in it as `load_settings` does."""
    return Path(_text(environ, "DATA_DIR") or ".data").expanduser().absolute()


def log_form(environ: Mapping[str, str]) -> LogForm:
    """Asked before all else is read: a command logs from its first line on."""
    production = _text(environ, "SP4N_ENV") == "production"
    allowed = ("json", "text") if production else ("text", "json")
    return cast(LogForm, _one_of(environ, "SP4N_LOG", allowed))


def settings_to_environ(settings: Settings, *, owner: bool = False) -> dict[str, str]:
    """The variables that make `load_settings` give `settings` again, for a child process.

    The owner's URL goes along only when asked for: web and workers must not hold it.
    """
    values = {
        "SP4N_ENV": settings.env,
        "DATA_DIR": str(settings.data_dir),
        "SP4N_LISTEN": settings.listen,
        "PORT": str(settings.port),
        "SP4N_BASE_DOMAIN": settings.base_domain,
        "DATABASE_URL": settings.database_url if owner else None,
        "DATABASE_TENANT_URL": settings.database_tenant_url,
        "DATABASE_NATIONAL_URL": settings.database_national_url,
        "DATABASE_RELAY_URL": settings.database_relay_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "STORAGE_URL": settings.storage_url,
        "SMTP_URL": settings.smtp_url,
        "SMS_URL": settings.sms_url,
        "SP4N_DEMO": "1" if settings.demo else "0",
        "SP4N_AGENCY_ADDRESS": settings.agency_address,
        "SP4N_TRUSTED_PROXIES": str(settings.trusted_proxies),
        "SP4N_MAX_BODY_MB": str(settings.max_body_mb),
        "SP4N_WEB_WORKERS": str(settings.web_workers),
        "SP4N_KEPT_SECONDS": str(settings.kept_seconds),
        "SP4N_EXPORT_HOURS": str(settings.export_hours),
        "SP4N_LOG": settings.log,
        "SP4N_METRICS_TOKEN": settings.metrics_token,
    }
    return {name: value for name, value in values.items() if value is not None}


def _check_database_urls(settings: Settings) -> None:
    urls = {name: getattr(settings, attribute) for attribute, name in ROLE_URLS.items()}
    absent = [name for name, url in urls.items() if url is None]
    if len(absent) == len(urls) and settings.database_url is None:
        return
    if absent:
        raise ConfigurationError(
            f"{absent[0]} is missing beside the other database URLs;"
            " `sp4n db roles` makes the roles and prints all four."
        )
    _check_roles_differ({"DATABASE_URL": settings.database_url, **urls})


def _check_roles_differ(urls: Mapping[str, str | None]) -> None:
    seen: dict[str | None, str] = {}
    for name, url in urls.items():
        if url is None:
            continue
        user = urlsplit(url).username
        if user in seen:
            raise ConfigurationError(
                f"{seen[user]} and {name} use the same database role;"
                " each needs its own (`sp4n db roles`), or the wall proves nothing."
            )
        seen[user] = name


def _check_production(settings: Settings, environ: Mapping[str, str]) -> None:
    """The first fault is the line that is shown: in the order a person would repair them."""
    secret = settings.secret_key
    faults = {
        "SECRET_KEY is missing; production needs one of its own, 32 random characters or more.": (
            not secret
        ),
        "SECRET_KEY is too weak; production needs 32 random characters or more.": (
            len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_DISTINCT
        ),
        "DATABASE_TENANT_URL is missing; production needs a PostgreSQL of its own"
        " (`sp4n db roles` prints the URLs), not the embedded one.": settings.embedded_database,
        "A database URL names the superuser postgres; it needs a role that RLS binds.": (
            "postgres" in {urlsplit(getattr(settings, name) or "").username for name in ROLE_URLS}
        ),
        "REDIS_URL is missing; production needs a Redis of its own, not the embedded one.": (
            settings.embedded_redis
        ),
        "SP4N_BASE_DOMAIN is missing or names this machine; production needs its public domain.": (
            _is_local(settings.base_domain)
        ),
        "SMTP_URL is missing; without it production would keep every mail to itself.": (
            settings.smtp_url is None
        ),
        "SMS_URL is not encrypted; a gateway is asked over https only.": (
            settings.sms_url is not None and not settings.sms_url.startswith("https://")
        ),
        "DATA_DIR or STORAGE_URL is missing; production must be told where attachments live.": (
            settings.storage_url is None and not _text(environ, "DATA_DIR")
        ),
        "SP4N_DEMO is on; production takes no demo data.": settings.demo,
        "SP4N_METRICS_TOKEN is too weak; it needs 32 random characters, or to be left out.": (
            0 < len(settings.metrics_token or "") < SHORTEST_SECRET
        ),
    }
    for line, present in faults.items():
        if present:
            raise ConfigurationError(line)


def _is_local(domain: str) -> bool:
    return "." not in domain or domain.endswith((".localhost", ".local", ".test", ".example"))


def _with_secret(settings: Settings) -> Settings:
    if settings.secret_key:
        return settings
    return replace(settings, secret_key=secret_of(settings.data_dir, "secret_key"))


def secret_of(data_dir: Path, name: str) -> str:
    """A random secret kept in `data_dir` (0600), made by whoever asks first."""
    path = data_dir / name
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    while not path.exists():
        fresh = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            # A link fails where the name exists: two starters at once agree on one secret.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


def _text(environ: Mapping[str, str], name: str) -> str | None:
    """An empty variable counts as absent: that is what `NAME= make run` means."""
    return environ.get(name, "").strip() or None


def _one_of(environ: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = _text(environ, name) or allowed[0]
    if value not in allowed:
        raise ConfigurationError(f"{name} is {value!r}; it must be {' or '.join(allowed)}.")
    return value


def _number(environ: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    value = _text(environ, name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
        raise ConfigurationError(f"{name} is {value!r}; it must be a number from {low} to {high}.")
    return int(value)


def _flag(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = _text(environ, name)
    if value is None:
        return default
    if value not in ("0", "1"):
        raise ConfigurationError(f"{name} is {value!r}; it must be 0 or 1.")
    return value == "1"


def _domain(environ: Mapping[str, str]) -> str:
    value = (_text(environ, "SP4N_BASE_DOMAIN") or "localhost").lower()
    if not DOMAIN.match(value):
        raise ConfigurationError(
            f"SP4N_BASE_DOMAIN is {value!r}; it must be a host name without scheme, port or path."
        )
    return value


def _url(environ: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    value = _text(environ, name)
    if value is not None and urlsplit(value).scheme not in schemes:
        # The value may carry a password: it is not repeated.
        raise ConfigurationError(f"{name} must be a URL that begins with {schemes[0]}://.")
    return value


def _database_url(environ: Mapping[str, str], name: str) -> str | None:
    value = _url(environ, name, ("postgresql", "postgres", "postgresql+psycopg"))
    if value is None:
        return None
    if not urlsplit(value).username:
        raise ConfigurationError(f"{name} names no database role (postgresql://ROLE:PASSWORD@…).")
    return "postgresql+psycopg" + value[value.index("://") :]
