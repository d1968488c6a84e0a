"""`POST /crm/v1/events`: one event, a batch, or CloudEvents in any of their three forms."""

from typing import Any

from flask import Response, current_app
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from engine.errors import EngineError
from tasks import inbound_events
from tasks.installed import SUBJECTS
from web.api import problems
from web.api.access import may
from web.api.crm import cloud_events
from web.api.problems import Command
from web.api.routes import Routes
from web.api.schemas.events import MAXIMUM, EventRequest, EventResult, EventResults
from web.app.services import engine, now, services

routes = Routes("Event")
_event, _one, _many = EventRequest(), EventResult(), EventResults()


@routes.post(
    "/events",
    may="event.send",
    shows=EventRequest,
    gives=EventResult,
    status=202,
    command=Command("RECEIVE"),
)
def receive_events() -> Response:
    """Take in what happened, each event once; a repeated one gets its first answer.

    One event may be refused (400). Of a batch each is told how it went; a batch with an event that
    has not the form of one is refused as a whole, before the first is taken.
    """
    sent, batch = cloud_events.sent()
    _check(sent)
    if not batch:
        return take(sent[0])
    return _answer(_many.dump({"items": [_tried(event) for event in sent]}))


def take(event: dict[str, Any]) -> Response:
    """Take in one event; one that has not the form of an event is refused."""
    _check([event])
    return _answer(_one.dump(_receive(event)))


def _check(sent: list[Any]) -> None:
    if not 1 <= len(sent) <= MAXIMUM:
        problems.invalid(f"Send 1 to {MAXIMUM} events")
    wrong: dict[str, Any] = {}
    for place, event in enumerate(sent):
        try:
            _event.load(event)
        except ValidationError as error:
            wrong[f"events[{place}]"] = error.messages
    if wrong:
        problems.invalid(problems.flatten(wrong if len(sent) > 1 else wrong["events[0]"]))


def _receive(event: dict[str, Any]) -> dict[str, Any]:
    with Session(services().database) as session:
        told = inbound_events.Processes(engine().messages, engine().instances)
        permits = may("consent.give")
        return inbound_events.receive(
            session, SUBJECTS.events, told, event, now(), may_permit=permits
        )


def _tried(event: dict[str, Any]) -> dict[str, Any]:
    try:
        return _receive(event)
    except EngineError as error:
        refusal = {"accepted": False, "problem": problems.told(error)}
        return {"event_id": event["event_id"], "type": event["type"]} | refusal


def _answer(body: Any) -> Response:
    return Response(current_app.json.dumps(body), 202, mimetype="application/json")
