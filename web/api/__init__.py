"""HTTP for integrators: `/v2` for processes, `/crm/v1` for customers."""

from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response

from web.api import problems

if TYPE_CHECKING:
    from web.api.routes import Routes


def register(app: Flask) -> None:
    """Put both APIs on the application; whatever goes wrong under them is a problem document."""
    # Imported here, so that the schemas can be used without the whole house.
    from web.api import crm, description, v2
    from web.api.context import Api

    api = app.extensions["peyvand_api"] = Api()
    apis = (("v2", "/v2", "Processes", v2.ROUTES), ("crm_v1", "/crm/v1", "Customers", crm.ROUTES))
    for name, prefix, title, resources in apis:
        routes, api.documents[prefix] = description.of(title, prefix, resources)
        app.register_blueprint(_blueprint(name, prefix, [*resources, routes]))


def _blueprint(name: str, prefix: str, resources: "list[Routes]") -> Blueprint:
    blueprint = Blueprint(name, __name__, url_prefix=prefix)
    for routes in resources:
        routes.attach(blueprint)
    blueprint.register_error_handler(Exception, _refused)
    return blueprint


def _refused(error: Exception) -> Response:
    return problems.answer(problems.from_exception(error))
