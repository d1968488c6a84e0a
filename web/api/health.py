"""For machines that watch over us: alive, ready, figures."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import DBAPIError

from web.accounts import policy
from web.api import access, problems
from web.app import heartbeat, request_log, schema_check
from web.app.services import now, reading, settings

blueprint = Blueprint("health", __name__)
METRICS = "metrics.see"


@blueprint.get("/healthz")
@policy.requires(policy.ANYBODY)
def alive() -> dict[str, str]:
    """Say that this process answers; asks nobody else."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@policy.requires(policy.ANYBODY)
def ready() -> Any:
    """Return whether requests can be served: the database answers and has our tables.

    A missing worker is told but is no reason to send people away: what they do is kept.
    """
    try:
        with reading() as connection:
            database, tables = "ok", "ok" if schema_check.newest(connection) else "old"
            worker = "ok" if heartbeat.alive(connection, now()) else "missing"
    except DBAPIError:
        database, tables, worker = "away", "unknown", "unknown"
    good = (database, tables) == ("ok", "ok")
    status = HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
    body = {"status": "ok" if good else "not ready", "database": database}
    return body | {"migrations": tables, "worker": worker}, status


@blueprint.get("/metrics")
def metrics() -> Response:
    """Return the figures to Prometheus: with an operator's token, or to all if the setting says."""
    if not settings().metrics_public:
        access.require(METRICS)
    return Response(request_log.metrics().text(), content_type=CONTENT_TYPE_LATEST)


metrics.policy = METRICS  # type: ignore[attr-defined]


@blueprint.errorhandler(problems.Problem)
def _refused(problem: problems.Problem) -> Response:
    return problems.answer(problem)
