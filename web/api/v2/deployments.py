"""Deploy files, and read back what was deployed."""

from typing import Any

from flask import Response, request
from sqlalchemy import select

from engine import store
from engine.errors import Conflict
from engine.model import Deployed, Resource
from engine.reads.search.deployed import resource_content
from engine.reads.search.views import FORMS, RESOURCES
from web.api.context import who
from web.api.fields import check_tenants
from web.api.payload import check_text
from web.api.problems import Command, Problem, invalid, missing
from web.api.reads import found
from web.api.routes import Routes
from web.api.schemas.definitions import (
    DeleteResourceRequest,
    DeleteResourceResponse,
    DeploymentResult,
    FormResult,
    ResourceResult,
)
from web.app.services import engine, reading

routes = Routes("Resource")
MOST_AT_ONCE = 1_000  # instances deleted together with their process


@routes.post(
    "/deployments",
    may="process.deploy",
    gives=DeploymentResult,
    upload=True,
    command=Command("CREATE"),
)
def create_deployment() -> dict[str, Any]:
    """Deploy all the files, or none."""
    if request.mimetype != "multipart/form-data":
        raise Problem(415, "Unsupported Media Type", "Send the files as multipart/form-data")
    check_tenants(request.form)
    files = request.files.getlist("resources")
    if not files:
        invalid("No resources provided: send each file in a field named 'resources'")
    resources = [Resource(check_text(file.filename or "").strip(), file.read()) for file in files]
    if not all(resource.name for resource in resources):
        invalid("Every file needs a name")
    deployment = engine().by(who()).definitions.deploy(resources)
    return {
        "deployment_key": deployment.key,
        "deployments": [_metadata(item) for item in deployment.items],
    }


def _metadata(item: Deployed) -> dict[str, Any]:
    common = {"version": item.version, "resource_name": item.resource_name}
    match item.kind:
        case "process":
            return {
                "process_definition": {
                    "process_definition_id": item.id,
                    "process_definition_version": item.version,
                    "resource_name": item.resource_name,
                    "process_definition_key": item.key,
                }
            }
        case "decision":
            return {
                "decision_definition": {
                    "decision_definition_id": item.id,
                    "version": item.version,
                    "name": item.name or item.id,
                    "decision_requirements_id": item.requirements_id,
                    "decision_definition_key": item.key,
                    "decision_requirements_key": item.requirements_key,
                }
            }
        case "requirements":
            return {
                "decision_requirements": common
                | {
                    "decision_requirements_id": item.id,
                    "decision_requirements_name": item.name or item.id,
                    "decision_requirements_key": item.key,
                }
            }
        case "form":
            return {"form": common | {"form_id": item.id, "form_key": item.key}}
        case _:
            return {"resource": common | {"resource_id": item.id, "resource_key": item.key}}


@routes.get("/forms/<form_key>", may="process.see", gives=FormResult)
def get_form_by_key(form_key: int) -> dict[str, Any]:
    """Return a form."""
    return found(FORMS, form_key)


@routes.get("/resources/<resource_key>", may="process.see", gives=ResourceResult)
def get_resource(resource_key: int) -> dict[str, Any]:
    """Return what is known about a deployed file."""
    return found(RESOURCES, resource_key)


@routes.get(
    "/resources/<resource_key>/content", may="process.see", media="application/octet-stream"
)
def get_resource_content(resource_key: int) -> Response:
    """Return a deployed file, byte for byte."""
    with reading() as connection:
        content = resource_content(connection, resource_key)
    if content is None:
        missing("Resource", resource_key)
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return Response(content, mimetype="application/octet-stream", headers=headers)


@routes.post(
    "/resources/<resource_key>/deletion",
    may="process.delete",
    takes=DeleteResourceRequest,
    gives=DeleteResourceResponse,
    command=Command("DELETE", "delete", "resource"),
)
def delete_resource(resource_key: int, body: dict[str, Any]) -> dict[str, Any]:
    """Delete a process, decision file, form or other file that nothing needs.

    With `deleteHistory` the instances of a process that are over are deleted before it.
    """
    if body.get("delete_history"):
        for key in _over(resource_key):
            engine().by(who()).instances.delete(key)
    engine().by(who()).definitions.delete(resource_key)
    return {"resource_key": resource_key}


def _over(definition_key: int) -> list[int]:
    """List the instances to delete first; none as long as one of them still runs."""
    column = store.instance.c
    found = select(column.key, column.ended_at).where(column.definition_key == definition_key)
    with reading() as connection:
        rows = connection.execute(found.limit(MOST_AT_ONCE + 1)).all()
    if len(rows) > MOST_AT_ONCE:
        raise Conflict(f"More than {MOST_AT_ONCE} instances: delete them as a batch first")
    return [row.key for row in rows] if all(row.ended_at for row in rows) else []
