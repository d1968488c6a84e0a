"""`/crm/v1/pilots`: pilots with both sides, interval and number of customers."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.pilots import running
from tasks.pilots.records import Pilot
from web.api.routes import Routes
from web.api.schemas.pilots import PilotItem, PilotList
from web.app.services import reading

routes = Routes("Pilot")
_KEPT = (
    "id",
    "name",
    "process_id",
    "deployment_key",
    "standard_id",
    "state",
    "weeks",
    "success_if",
    "stop_if",
    "planned",
    "begun_at",
    "ends_at",
)


@routes.get("/pilots", may="pilot.see", gives=PilotList)
def list_pilots() -> Any:
    """Return all pilots, the newest first."""
    with reading() as connection, Session(connection) as session:
        found = session.scalars(select(Pilot).order_by(Pilot.id.desc()))
        return {"items": [_item(each) for each in found]}


@routes.get("/pilots/<pilot>", may="pilot.see", gives=PilotItem)
def get_pilot(pilot: int) -> Any:
    """Return a pilot with its plan and its latest look."""
    with reading() as connection, Session(connection) as session:
        return _item(running.get(session, pilot))


def _item(pilot: Pilot) -> dict[str, Any]:
    latest = pilot.looks[-1]["at"] if pilot.looks else None
    return {name: getattr(pilot, name) for name in _KEPT} | {
        "looked_at": None if latest is None else datetime.fromisoformat(latest),
        "result": pilot.result or None,
    }
