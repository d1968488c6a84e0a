"""HTTP for integrators: `/v2` for processes, `/crm/v1` for customers."""

from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response

from web.api import problems

if TYPE_CHECKING:
    from web.api.routes import Routes


def register(app: Flask) -> None:
    """Put both APIs on the application; whatever goes wrong under them is a problem document."""
    # Imported here, so that the schemas can be used without the whole house.
    from web.api import crm, v2
    from web.api.context import Api

    app.extensions["peyvand_api"] = Api()
    app.register_blueprint(_blueprint("v2", "/v2", v2.ROUTES))
    app.register_blueprint(_blueprint("crm_v1", "/crm/v1", crm.ROUTES))


def _blueprint(name: str, prefix: str, resources: "list[Routes]") -> Blueprint:
    blueprint = Blueprint(name, __name__, url_prefix=prefix)
    for routes in resources:
        routes.attach(blueprint)
    blueprint.register_error_handler(Exception, _refused)
    return blueprint


def _refused(error: Exception) -> Response:
    return problems.answer(problems.from_exception(error))
