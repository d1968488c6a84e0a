"""The web: HTTP in, verbs of the engine, HTTP out. `create_app` wires the house together, once."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module

from flask import Flask
from sqlalchemy import Engine as Database
from werkzeug.middleware.proxy_fix import ProxyFix

from web.settings import Settings

# One module per kind of page, each with a `blueprint`; a new one is added here.
PAGES = (
    "session",
    "oidc",
    "inbox",
    "tasks",
    "follow_up",
    "processes",
    "start",
    "instances",
    "operating",
    "batches",
    "messages",
    "incidents",
    "outbox",
    "webhooks",
    "customers",
    "campaigns",
    "account",
    "help",
    "reference",
    "health",
)


def utc_now() -> datetime:
    """Answer the present; the only clock of the product."""
    return datetime.now(UTC)


def create_app(
    settings: Settings | None = None,
    *,
    clock: Callable[[], datetime] = utc_now,
    database: Database | None = None,
) -> Flask:
    """Answer the application of these settings (the environment's by default).

    Opens the database but does not migrate it. `app.extensions["peyvand"]` is the `House`.
    """
    from web import api, cors, errors, l10n, oidc, rates, security, views, watching
    from web.database import db
    from web.house import build

    settings = settings or Settings.from_environment()
    app = Flask(__name__)
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI="sqlite://",  # unused: web.database takes the engine's connections
        MAX_CONTENT_LENGTH=settings.limits.upload_bytes,
        MAX_FORM_MEMORY_SIZE=settings.limits.request_bytes,
        MAX_FORM_PARTS=5_000,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,  # addresses of static files carry their version
        SESSION_COOKIE_NAME="__Host-page" if settings.secure else "peyvand_page",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_CHECK_DEFAULT=False,  # web.security decides where
        WTF_CSRF_TIME_LIMIT=None,  # as long as the sign-in
    )
    if settings.proxies:  # or everybody would seem to come from the proxy's address
        believed = dict.fromkeys(("x_for", "x_proto", "x_host"), settings.proxies)
        app.wsgi_app = ProxyFix(app.wsgi_app, **believed)  # type: ignore[method-assign]
    app.extensions["peyvand"] = build(settings, clock, database)
    watching.install(app)
    rates.install(app, app.extensions["peyvand"])
    cors.install(app, settings.cors_origins)
    oidc.install(app, settings)
    db.init_app(app)
    l10n.install(app)
    security.install(app)
    views.install(app)
    errors.install(app)
    for name in PAGES:
        app.register_blueprint(import_module(f"web.pages.{name}").blueprint)
    api.register(app)
    return app
