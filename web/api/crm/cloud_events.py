"""CloudEvents 1.0 in its three forms (structured, batch, binary), read as events of ours."""

from typing import Any

from flask import request

from web.api import payload


def sent() -> tuple[list[Any], bool]:
    """Read what was sent as events in our words, not checked yet; True for a batch."""
    if "ce-specversion" in request.headers:
        return [_ours(_binary())], False
    body = payload.read_any()
    if isinstance(body, dict) and "events" in body:
        body = body["events"] if isinstance(body["events"], list) else [body["events"]]
    if isinstance(body, list):
        return [_ours(each) for each in body], True
    return [_ours(body)], False


def _binary() -> dict[str, Any]:
    """Read a CloudEvent whose attributes are headers and whose data is the body."""
    names = ("specversion", "id", "source", "type", "time", "subject")
    attributes = {name: request.headers.get(f"ce-{name}") for name in names}
    return attributes | {"data": payload.read_object()}


def _ours(event: Any) -> Any:
    """Rewrite a CloudEvent; anything else stays as it is.

    Its data is our envelope of `customer` and `payload`, or the payload alone; then the `subject`
    is the id that the customer has at the event's source, also where it looks like our number.
    """
    if not isinstance(event, dict) or "specversion" not in event:
        return event
    data = event.get("data")
    data = data if isinstance(data, dict) else {}
    subject = event.get("subject")
    customer = {"external_id": subject} if isinstance(subject, str) and subject else None
    if "customer" in data or "payload" in data:
        customer, data = data.get("customer", customer), data.get("payload", {})
    return {
        "event_id": event.get("id"),
        "source": event.get("source"),
        "type": event.get("type"),
        "occurred_at": event.get("time"),
        "customer": customer,
        "payload": data,
    }
