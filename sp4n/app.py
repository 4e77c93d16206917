"""create_app(): the one place where the parts are joined."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from flask import Flask, g
from flask_wtf.csrf import CSRFError, CSRFProtect
from redis import Redis
from werkzeug.middleware.proxy_fix import ProxyFix

from sp4n import tables  # noqa: F401 - every table is on the metadata
from sp4n.accounts import doors, login, throttle
from sp4n.accounts.commands import coordinators_group
from sp4n.accounts.kept import form_at_old_address
from sp4n.accounts.openid import OpenID
from sp4n.accounts.provider import PURPOSE as PROVIDER
from sp4n.accounts.second_factor import PURPOSE
from sp4n.accounts.views import make_blueprint
from sp4n.audit.actors import SYSTEM
from sp4n.audit.operations import record_national
from sp4n.calendars import filters as calendar_filters
from sp4n.config import Settings, load_settings
from sp4n.db import SHARED, WITHOUT_TRANSACTIONS, db
from sp4n.demo.commands import group as demo_group
from sp4n.demo.marks import demo_data_is_in
from sp4n.desk import (
    absence_views,
    audit_views,
    bulk_views,
    decrees,
    documents,
    extension,
    group_views,
    handover_views,
    link_views,
    list_exports,
    macro_views,
    on_behalf,
    photo_views,
    plan_acts,
    plan_practices,
    plan_signing,
    plan_uploads,
    plans,
    policies,
    policy_results,
    policy_trial,
    printing,
    publicity_views,
    rating_views,
    saved_views,
    split_views,
    staff_views,
)
from sp4n.desk import admin as desk_admin
from sp4n.desk import views as desk_views
from sp4n.desk.blueprint import bp as desk
from sp4n.desk.preview import show_draft
from sp4n.files.choice import storage_from_url
from sp4n.files.drawing import size_of, widths_of
from sp4n.jobs.gauges import outbox_gauges
from sp4n.joined_jobs import join_jobs
from sp4n.national import admin as national_admin
from sp4n.national import arbitration as national_arbitration
from sp4n.national import decisions, disputes, document_status, escalations, ombudsman, retention
from sp4n.national import inside as national_inside
from sp4n.national import plans as national_plans
from sp4n.national import policies as national_policies
from sp4n.national import policy_progress as national_policy_progress
from sp4n.national import road_maps as national_road_maps
from sp4n.national import views as national_overview
from sp4n.national.blueprints import console, inside
from sp4n.national.scopes import SCOPES
from sp4n.portal import (
    agency_views,
    demo_mail,
    document_pages,
    ending_views,
    feeds,
    filing,
    following_views,
    languages,
    leaving,
    national_cases,
    national_views,
    number_views,
    ombudsman_views,
    own_reports,
    parts_page,
    photo_page,
    pictures,
    plan_page,
    policy_page,
    reply_address,
    rights_views,
    seal_views,
    supporting_views,
    suspension,
    tracking,
)
from sp4n.portal import blueprints as portal
from sp4n.sealing import Sealer
from sp4n.seals.commands import group as seals_group
from sp4n.settings.commands import road_maps_group
from sp4n.tenants import resolver, tls_check
from sp4n.tenants.addresses import agency_link, agency_url, national_link
from sp4n.tenants.commands import agencies_group
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.register.palette import stylesheet_version
from sp4n.tenants.scope import Scope, opened
from sp4n.web import (
    assets,
    errors,
    everyones,
    filters,
    headers,
    health,
    language,
    metrics,
    request_log,
    templates,
    transaction,
)
from sp4n.web.kept import KeptPages
from sp4n.web.reaching import Reach
from sp4n.web.session import SiteSessions
from sp4n.web.sites import SiteMiddleware, SitesFlask

ROOT = Path(__file__).resolve().parent.parent
MAX_FIELDS = 200


def create_app(settings: Settings | None = None) -> Flask:
    """The application for `settings`, with database URLs and all; by default the environment's."""
    settings = settings or load_settings(os.environ)
    app = SitesFlask("sp4n", template_folder=str(ROOT / "templates"))
    app.jinja_environment = templates.LanguageEnvironment  # type: ignore[assignment]
    app.config.update(configuration(settings))
    app.extensions["sp4n.settings"] = settings
    app.extensions["sp4n.sealer"] = Sealer(settings.secret_key)
    app.extensions["sp4n.factor_sealer"] = Sealer(settings.secret_key, purpose=PURPOSE)
    app.extensions["sp4n.provider_sealer"] = Sealer(settings.secret_key, purpose=PROVIDER)
    app.extensions["sp4n.openid"] = OpenID(Reach(loopback=not settings.production))
    app.extensions["sp4n.storage"] = storage_from_url(settings.storage_url, settings.data_dir)
    join_web(app, settings)
    join_doors(app)
    join_jobs(app)
    app.cli.add_command(demo_group)
    app.cli.add_command(coordinators_group(NATIONAL))
    app.cli.add_command(seals_group)
    app.cli.add_command(road_maps_group(NATIONAL))
    app.cli.add_command(agencies_group(NATIONAL, record=partial(record_national, actor=SYSTEM)))
    return app


def configuration(settings: Settings) -> dict[str, Any]:
    pool = {"pool_size": 8, "max_overflow": 8, "pool_timeout": 5}
    # A server that fell silent (its network gone, say) is given up within half a minute.
    patience = {"connect_timeout": 5, "tcp_user_timeout": 15_000}
    patience |= {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
    # What somebody typed stays out of errors, and so out of logs.
    options = {**pool, "hide_parameters": True, "connect_args": patience}
    urls = {"national": settings.database_national_url, "relay": settings.database_relay_url}
    binds = {role: {"url": url, **options} for role, url in urls.items()}
    binds[SHARED] = {"url": settings.database_tenant_url, **options, **WITHOUT_TRANSACTIONS}
    # Of pages for everyone none may keep the database busy for long, whatever is asked.
    binds[SHARED]["connect_args"] = {**patience, "options": "-c statement_timeout=5s"}
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_tenant_url,
        "SQLALCHEMY_BINDS": binds,
        "SQLALCHEMY_ENGINE_OPTIONS": options,
        "MAX_CONTENT_LENGTH": settings.max_body_mb * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": MAX_FIELDS,
        "SESSION_COOKIE_SECURE": settings.public_scheme == "https",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": 86_400,
        "BABEL_DEFAULT_LOCALE": "id",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "sp4n" / "translations"),
    }


def join_web(app: SitesFlask, settings: Settings) -> None:
    """What every site has, whoever is knocking."""
    app.session_interface = SiteSessions()
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        agency_link=agency_link,
        agency_url=agency_url,
        national_link=national_link,
        stylesheet_version=stylesheet_version,
        picture_size=size_of,
        picture_widths=widths_of,
    )
    filters.init_app(app)
    calendar_filters.init_app(app)
    db.init_app(app)
    headers.init_app(app, https=settings.public_scheme == "https")
    everyones.init_app(app)
    language.init_app(app)
    templates.init_app(app)
    transaction.init_app(app)
    resolver.init_app(app, SCOPES, form_at_old_address, login.may_be_signed_in)
    tls_check.init_app(app)
    CSRFProtect(app)
    errors.init_app(app)
    login.init_app(app)
    throttle.init_app(app, settings.redis_url)
    app.register_error_handler(CSRFError, doors.answer_csrf_error)
    assets.init_app(app)
    health.init_app(
        app,
        needed={
            "database": database_answers,
            **({"demo": demo_data_is_in} if settings.demo else {}),
        },
        wished={"redis": partial(redis_answers, settings)},
    )
    metrics.init_app(app, settings, outbox_gauges)
    join_gates(app, settings)

    @app.context_processor
    def agency_in_templates() -> dict[str, Any]:
        return {"agency": g.get("agency")}


def join_gates(app: SitesFlask, settings: Settings) -> None:
    """What a request passes before it is one of ours, from the inside out."""
    if settings.kept_seconds:
        app.wsgi_app = KeptPages(  # type: ignore[assignment, method-assign]
            app, app.wsgi_app, settings.kept_seconds
        )
    app.wsgi_app = SiteMiddleware(  # type: ignore[assignment, method-assign]
        app.wsgi_app, settings.base_domain, loopback=not settings.production
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    request_log.init_app(
        app, behind_proxy=settings.trusted_proxies > 0, quiet_rooms={portal.agency.name}
    )


# Imported for their routes, which stand on the blueprints registered below.
ROUTES: tuple[ModuleType, ...] = (
    absence_views,
    agency_views,
    audit_views,
    bulk_views,
    decisions,
    decrees,
    demo_mail,
    desk_views,
    disputes,
    document_pages,
    document_status,
    documents,
    ending_views,
    escalations,
    extension,
    feeds,
    filing,
    following_views,
    supporting_views,
    group_views,
    handover_views,
    languages,
    leaving,
    link_views,
    list_exports,
    macro_views,
    national_arbitration,
    national_inside,
    national_overview,
    national_policies,
    national_cases,
    national_views,
    ombudsman,
    ombudsman_views,
    number_views,
    own_reports,
    parts_page,
    photo_page,
    pictures,
    plan_page,
    reply_address,
    on_behalf,
    policies,
    policy_page,
    policy_results,
    policy_trial,
    printing,
    rating_views,
    retention,
    rights_views,
    saved_views,
    seal_views,
    split_views,
    photo_views,
    publicity_views,
    staff_views,
    suspension,
    tracking,
    plans,
    plan_acts,
    plan_practices,
    plan_signing,
    plan_uploads,
    national_plans,
    national_policy_progress,
    national_road_maps,
)


portal.agency.before_request(show_draft)
# Once more: a draft may offer others than what holds.
portal.agency.before_request(languages.speak)


def join_doors(app: Flask) -> None:
    """Each site's blueprints; `/` and `/masuk` stand on both kinds of site."""
    for blueprint in (portal.agency, desk, make_blueprint("accounts")):
        app.register_blueprint(blueprint, subdomain="agency")
    for blueprint in (
        portal.national_site,
        console,
        inside,
        make_blueprint("national_accounts"),
    ):
        app.register_blueprint(blueprint, subdomain="national")
    desk_admin.init_app(app)
    national_admin.init_app(app)


def database_answers() -> bool:
    with opened(Scope("tenant")):
        return bool(db.session.scalar(sa.text("SELECT true")))


def redis_answers(settings: Settings) -> bool:
    """Asked with little patience: without Redis the house is degraded, not down."""
    asked = Redis.from_url(
        settings.redis_url or "", socket_connect_timeout=0.3, socket_timeout=0.3, retry=None
    )
    return bool(asked.ping())
