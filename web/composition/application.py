"""Puts the application together, once: settings, services, guards, and the pages found."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader
from sqlalchemy import Engine as Database

from web import pages
from web.accounts import openid, policy
from web.accounts.sessions import opens
from web.api.register import register
from web.api.routes import Routes
from web.app import cors, proxies, rates, request_log, security
from web.app.clock import utc_now
from web.app.database import db
from web.app.settings import Settings
from web.composition import discovery, errors, services
from web.i18n import labels, localizer
from web.pages.shared import navigation, template_helpers
from web.pages.shared.section import Section

APIS = ("v2", "crm")
ROOMS = ("web.pages", "web.studio", "web.portal")


def create_app(
    settings: Settings | None = None,
    *,
    clock: Callable[[], datetime] = utc_now,
    database: Database | None = None,
) -> Flask:
    """Return the application of these settings (the environment's by default).

    Opens the database but does not migrate it. `app.extensions["peyvand"]` is the `Services`.
    """
    settings = settings or Settings.from_environment()
    app = Flask("web")
    app.config.from_mapping(_configuration(settings))
    proxies.install(app, settings)
    app.extensions["peyvand"] = services.build(settings, clock, database)
    request_log.install(app)
    rates.install(app, app.extensions["peyvand"], opens)
    cors.install(app, settings.cors_origins)
    openid.install(app, settings)
    db.init_app(app)
    localizer.install(app)
    security.install(app)
    template_helpers.install(app)
    errors.install(app)
    _add_sections(app)
    register(app, {name: resources(name) for name in APIS})
    return app


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": "sqlite://",  # unused: the engine's connections are taken
        "MAX_CONTENT_LENGTH": settings.limits.upload_bytes,
        "MAX_FORM_MEMORY_SIZE": settings.limits.request_bytes,
        "MAX_FORM_PARTS": 5_000,
        "SEND_FILE_MAX_AGE_DEFAULT": 31_536_000,  # addresses of static files carry their version
        "SESSION_COOKIE_NAME": "__Host-page" if settings.secure else "peyvand_page",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_CHECK_DEFAULT": False,  # web.app.security decides where
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the sign-in
    }


def _add_sections(app: Flask) -> None:
    """Add the pages of every section found, with templates, navigation, permissions, labels."""
    found = discovery.constants(ROOMS, "SECTION", Section)
    discovery.unique(found.items(), lambda section: section.name, "section")
    folders = {
        section.name: FileSystemLoader(Path(_file(place)).parent)
        for place, section in found.items()
    }
    shared = FileSystemLoader(Path(pages.__path__[0]))
    app.jinja_loader = ChoiceLoader([PrefixLoader(folders), shared])
    for section in found.values():
        for blueprint in section.blueprints:
            app.register_blueprint(blueprint)
    rules = ((place, section.permissions) for place, section in found.items())
    policy.install(app, discovery.merged([("web.accounts.policy", policy.RULES), *rules], "rule"))
    words = ((place, section.labels) for place, section in found.items())
    labels.install(app, discovery.merged([("web.i18n.labels", labels.LABELS), *words], "label"))
    navigation.install(app, [link for section in found.values() for link in section.links])


def resources(api: str) -> list[Routes]:
    """Return the resources of an API, "v2" or "crm": the `routes` of its modules."""
    return list(discovery.constants([f"web.api.{api}"], "routes", Routes).values())


def _file(module: str) -> str:
    found = import_module(module).__file__
    if found is None:
        raise TypeError(f"{module} has no file")
    return found
