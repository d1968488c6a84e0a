"""Failures that wait for an operator."""

from typing import Any

from engine.reads.search import Query
from engine.reads.search.views import INCIDENTS
from web.api.context import who
from web.api.problems import Command
from web.api.reads import found, listed
from web.api.routes import Routes
from web.api.schemas.instances import OperationRequest
from web.api.schemas.jobs import IncidentPage, IncidentResult, IncidentSearch
from web.app.services import engine

routes = Routes("Incident")


@routes.post("/incidents/search", may="incident.see", takes=IncidentSearch, gives=IncidentPage)
def search_incidents(body: Query) -> dict[str, Any]:
    """List incidents."""
    return listed(INCIDENTS, body)


@routes.get("/incidents/<incident_key>", may="incident.see", gives=IncidentResult)
def get_incident(incident_key: int) -> dict[str, Any]:
    """Return one incident."""
    return found(INCIDENTS, incident_key)


@routes.post(
    "/incidents/<incident_key>/resolution",
    may="incident.resolve",
    takes=OperationRequest,
    status=204,
    command=Command("RESOLVE", "resolve", "incident"),
)
def resolve_incident(incident_key: int, body: dict[str, Any]) -> None:
    """Try again what failed."""
    del body
    engine().by(who()).incidents.resolve(incident_key)
