"""Puts both APIs on the application, with the resources found in their packages."""

from flask import Blueprint, Flask, Response

from web.api import description, health, oauth, problems
from web.api.context import Api
from web.api.routes import Routes


def register(app: Flask, resources: dict[str, list[Routes]]) -> None:
    """Put both APIs on the application; whatever goes wrong under them is a problem document.

    `resources` are the operations found in `web.api.v2` and `web.api.crm`.
    """
    api = app.extensions["peyvand_api"] = Api()
    apis = (("v2", "/v2", "Processes", "v2"), ("crm_v1", "/crm/v1", "Customers", "crm"))
    for name, prefix, title, package in apis:
        found = resources[package]
        routes, api.documents[prefix] = description.of(title, prefix, found)
        app.register_blueprint(_blueprint(name, prefix, [*found, routes]))
    app.register_blueprint(health.blueprint)
    app.register_blueprint(oauth.blueprint)


def _blueprint(name: str, prefix: str, resources: list[Routes]) -> Blueprint:
    blueprint = Blueprint(name, __name__, url_prefix=prefix)
    for routes in resources:
        routes.attach(blueprint)
    blueprint.register_error_handler(Exception, _refused)
    return blueprint


def _refused(error: Exception) -> Response:
    return problems.answer(problems.from_exception(error))
