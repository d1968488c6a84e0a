"""The cluster, which is this one server, and its clock."""

from typing import Any

from flask import request
from sqlalchemy import select

from web.api.access import ANYBODY
from web.api.problems import Problem
from web.api.routes import Routes
from web.api.schemas.cluster import (
    LicenseResponse,
    SystemConfigurationResponse,
    TopologyResponse,
)
from web.app.services import reading, settings

routes = Routes("Cluster")
VERSION = "8.9.0"  # published clients switch features on it


@routes.get("/topology", may="system.see", gives=TopologyResponse)
def get_topology() -> dict[str, Any]:
    """Say what answers here: one broker with one healthy partition."""
    partition = {"partition_id": 1, "role": "leader", "health": "healthy", "state": "active"}
    host, _, port = request.host.partition(":")
    broker = {
        "node_id": 0,
        "broker_id": "0",
        "host": host,
        "port": int(port) if port.isdigit() else 80,
        "partitions": [partition],
        "version": VERSION,
    }
    return {
        "brokers": [broker],
        "cluster_id": "peyvand",
        "cluster_size": 1,
        "partitions_count": 1,
        "replication_factor": 1,
        "gateway_version": VERSION,
        "last_completed_change_id": "-1",
    }


@routes.get("/status", may=ANYBODY, status=204)
def get_status() -> None:
    """Return whether the server can work: its database answers."""
    try:
        with reading() as connection:
            connection.execute(select(1))
    except Exception as error:
        raise Problem(503, "RESOURCE_EXHAUSTED", "The database does not answer") from error


@routes.get("/license", may=ANYBODY, gives=LicenseResponse)
def get_license() -> dict[str, Any]:
    """Say that the server is free software."""
    return {"valid_license": True, "license_type": "apache-2.0", "is_commercial": False}


@routes.get("/system/configuration", may="system.see", gives=SystemConfigurationResponse)
def get_system_configuration() -> dict[str, Any]:
    """Return how this server is set up."""
    return {
        "job_metrics": {},
        "components": {"active": ["admin", "operate", "tasklist"]},
        "deployment": {"max_request_size": settings().limits.upload_bytes},
        "authentication": {"is_login_delegated": False},
        "cloud": {},
    }
