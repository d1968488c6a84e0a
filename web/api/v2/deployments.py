"""Deploy files, and read back what was deployed."""

from typing import Any

from flask import Response, request

from engine.engine import Deployed
from engine.model import Resource
from engine.search.deployed import resource_content
from engine.search.views import FORMS, RESOURCES
from web.api.context import who
from web.api.payload import check_text
from web.api.problems import Command, Problem, invalid, missing
from web.api.reads import found
from web.api.routes import Routes
from web.api.schemas.definitions import (
    DeploymentResult,
    FormResult,
    ResourceResult,
)
from web.context import engine, reading

routes = Routes("Resource")


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
    files = request.files.getlist("resources")
    if not files:
        invalid("No resources provided: send each file in a field named 'resources'")
    resources = [Resource(check_text(file.filename or "").strip(), file.read()) for file in files]
    if not all(resource.name for resource in resources):
        invalid("Every file needs a name")
    deployment = engine().deploy(resources, by=who())
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
    """Give a form."""
    return found(FORMS, form_key)


@routes.get("/resources/<resource_key>", may="process.see", gives=ResourceResult)
def get_resource(resource_key: int) -> dict[str, Any]:
    """Give what is known about a deployed file."""
    return found(RESOURCES, resource_key)


@routes.get(
    "/resources/<resource_key>/content", may="process.see", media="application/octet-stream"
)
def get_resource_content(resource_key: int) -> Response:
    """Give a deployed file, byte for byte."""
    with reading() as connection:
        content = resource_content(connection, resource_key)
    if content is None:
        missing("Resource", resource_key)
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return Response(content, mimetype="application/octet-stream", headers=headers)
