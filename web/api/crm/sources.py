"""`/crm/v1/sources/{source}/events`: events under the source's own signature, without a token."""

from typing import Any

from flask import Response, request

from web.api import problems
from web.api.crm import cloud_events, events
from web.api.problems import Command
from web.api.routes import Routes
from web.api.schemas.events import EventResult, SignedEventRequest

routes = Routes("Event")


@routes.post(
    "/sources/<source>/events",
    may="event.send",
    shows=SignedEventRequest,
    gives=EventResult,
    status=202,
    command=Command("RECEIVE"),
)
def receive_signed_event(source: str) -> Response:
    """Take in a webhook by Standard Webhooks: `type`, `timestamp`, and `data` with the payload.

    The `webhook-id` is the event's id, so a repeated webhook gets the first answer. `data` may
    hold `customer` and `payload`; else all of it but `customer` is the payload. One of our events
    or a CloudEvent is taken too.
    """
    sent, batch = cloud_events.sent()
    if batch or not isinstance(sent[0], dict):
        problems.invalid("A webhook is one event")
    event = _read(sent[0])
    if event.setdefault("source", source) != source:
        problems.invalid(f"'source': this is the address of {source}")
    return events.take(event)


def _read(body: dict[str, Any]) -> dict[str, Any]:
    if "data" not in body or "event_id" in body:
        return body
    data = body["data"]
    if not isinstance(data, dict):
        problems.invalid("'data': this must be an object")
    rest = {name: value for name, value in data.items() if name != "customer"}
    return {
        "event_id": request.headers.get("webhook-id", ""),
        "type": body.get("type"),
        "occurred_at": body.get("timestamp"),
        "customer": data.get("customer"),
        "payload": data.get("payload", rest),
    }
