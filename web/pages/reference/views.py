"""`/docs/api`: both APIs to look things up in, made from their own documents."""

from typing import Any

from flask import Blueprint, current_app, render_template

from engine.errors import NotFound
from web.accounts import policy
from web.pages.reference import operations

blueprint = Blueprint("reference", __name__, url_prefix="/docs/api")
APIS = {"v2": "/v2", "crm": "/crm/v1"}


@blueprint.get("")
@policy.requires("system.see")
def index() -> str:
    """List the operations of both APIs."""
    apis = [(name, prefix, operations.operations(_document(name))) for name, prefix in APIS.items()]
    return render_template("reference/index.html", apis=apis)


@blueprint.get("/<api>/<operation>")
@policy.requires("system.see")
def show(api: str, operation: str) -> str:
    """Show one operation: what goes in, what comes out, what may go wrong."""
    document = _document(api)
    found = operations.operation(document, operation)
    shapes = operations.shapes(document, found)
    told = {name: operations.describe(document, name) for name in shapes}
    return render_template(
        "reference/show.html", api=api, operation=found, shapes=shapes, told=told
    )


def _document(api: str) -> Any:
    if api not in APIS:
        raise NotFound("no such API")
    return current_app.extensions["peyvand_api"].documents[APIS[api]]()
