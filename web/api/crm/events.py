"""`POST /crm/v1/events`: one event, a batch, or CloudEvents in any of their three forms."""

from typing import Any

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from engine.errors import EngineError
from web.api import problems
from web.api.crm import cloud_events
from web.api.problems import Command
from web.api.routes import Routes
from web.api.schemas.events import EventRequest, EventResults
from web.context import engine, house, now

routes = Routes("Event")
_event = EventRequest()
MAXIMUM = 500


@routes.post(
    "/events", may="event.send", gives=EventResults, status=202, command=Command("RECEIVE")
)
def receive_events() -> dict[str, Any]:
    """Take events in, each once; a batch is checked as a whole before the first is taken."""
    return {"items": [_receive(event) for event in _events()]}


def _receive(event: dict[str, Any]) -> dict[str, Any]:
    from tasks import events

    with Session(house().database) as session:
        try:
            detail = events.receive(session, engine(), event, now())
            session.commit()
        except EngineError as error:
            session.rollback()
            return _told(event, "refused", problems.told(error))
    return _told(event, "accepted", detail)


def _told(event: dict[str, Any], status: str, detail: Any) -> dict[str, Any]:
    return {"event_id": event["event_id"], "status": status, "detail": detail}


def _events() -> list[dict[str, Any]]:
    raw = cloud_events.sent()
    if not 1 <= len(raw) <= MAXIMUM:
        problems.invalid(f"Send 1 to {MAXIMUM} events")
    loaded: list[dict[str, Any]] = []
    wrong: dict[str, Any] = {}
    for place, each in enumerate(raw):
        try:
            loaded.append(_event.load(each))
        except ValidationError as error:
            wrong[f"events[{place}]"] = error.messages
    if wrong:
        problems.invalid(problems.flatten(wrong))
    return loaded
