"""`/crm/v1/webhooks`: who is told what happens here, and how the telling went."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from tasks import outbound_webhooks
from tasks.installed import SUBJECTS
from tasks.outbound_webhooks import receivers
from tasks.outbound_webhooks.records import Webhook
from web.api.context import who
from web.api.problems import invalid
from web.api.routes import Routes
from web.api.schemas.webhooks import (
    DeliveryQuery,
    DeliveryResult,
    DeliveryResults,
    EventTypeResults,
    WebhookRequest,
    WebhookResult,
    WebhookResults,
    WebhookUpdateRequest,
)
from web.app.services import engine, reach, reading, services, writing
from web.reads import webhooks as reading_webhooks

routes = Routes("Webhook")
T = TypeVar("T")


@routes.get("/event-types", may="webhook.see", gives=EventTypeResults)
def get_event_types() -> dict[str, Any]:
    """Return the types of events one may subscribe to; some come with processes not drawn yet."""
    known = [(name, text, True) for name, text in SUBJECTS.webhooks.items()]
    known += [(name, text, False) for name, text in SUBJECTS.webhooks_to_come.items()]
    return {"items": [{"type": t, "description": d, "available": a} for t, d, a in known]}


@routes.get("/webhooks", may="webhook.see", gives=WebhookResults)
def get_webhooks() -> dict[str, Any]:
    """Return all receivers."""
    with reading() as connection, Session(connection) as session:
        found = reading_webhooks.receivers(session)
        return {"items": [_shown(each.webhook) for each in found]}


@routes.post(
    "/webhooks",
    may="webhook.change",
    takes=WebhookRequest,
    gives=WebhookResult,
    status=201,
)
def create_webhook(body: dict[str, Any]) -> dict[str, Any]:
    """Subscribe an address; the answer has the secret that signs what it gets, shown only now."""
    return _write(
        lambda s: _shown(
            outbound_webhooks.add(s, SUBJECTS.subscribable, body, reach(), who(), engine().clock()),
            secret=True,
        )
    )


@routes.get("/webhooks/<number>", may="webhook.see", gives=WebhookResult)
def get_webhook(number: str) -> dict[str, Any]:
    """Return a receiver."""
    with reading() as connection, Session(connection) as session:
        return _shown(receivers.find(session, _number(number)))


@routes.patch(
    "/webhooks/<number>", may="webhook.change", takes=WebhookUpdateRequest, gives=WebhookResult
)
def update_webhook(number: str, body: dict[str, Any]) -> dict[str, Any]:
    """Change a receiver, or switch it off and on."""
    return _write(
        lambda s: _shown(
            outbound_webhooks.change(
                s, SUBJECTS.subscribable, _number(number), body, reach(), engine().clock()
            )
        )
    )


@routes.post("/webhooks/<number>/secret", may="webhook.change", gives=WebhookResult)
def rotate_webhook_secret(number: str) -> dict[str, Any]:
    """Make a new secret for a receiver; for a day the old one signs beside it."""
    return _write(
        lambda s: _shown(
            outbound_webhooks.rotate(s, _number(number), engine().clock()), secret=True
        )
    )


@routes.post("/webhooks/<number>/test", may="webhook.change", status=202)
def test_webhook(number: str) -> None:
    """Send the event `webhook.test`."""
    _write(lambda s: outbound_webhooks.test(s, _number(number), engine().clock()))


@routes.get("/webhook-deliveries", may="webhook.see", asks=DeliveryQuery, gives=DeliveryResults)
def get_deliveries(query: dict[str, Any]) -> dict[str, Any]:
    """Return deliveries with every attempt, the newest first."""
    of, before = query["webhook_id"], query["before"]
    with reading() as connection, Session(connection) as session:
        found = reading_webhooks.deliveries(
            session, int(of) if of else None, query["state"], int(before) if before else None
        )
        return {"items": found}


@routes.get("/webhook-deliveries/<number>", may="webhook.see", gives=DeliveryResult)
def get_delivery(number: str) -> Any:
    """Return a delivery with every attempt."""
    with reading() as connection, Session(connection) as session:
        return reading_webhooks.delivery(session, _number(number))


@routes.post("/webhook-deliveries/<number>/redelivery", may="webhook.change", status=202)
def redeliver(number: str) -> None:
    """Deliver again what was delivered or given up."""
    _write(lambda s: outbound_webhooks.redeliver(s, _number(number), engine().clock()))


def _write(change: Callable[[Session], T]) -> T:
    # What it commits is a part of the request, which remembers its answer in the same transaction.
    with (
        writing() as connection,
        Session(connection, join_transaction_mode="create_savepoint") as session,
    ):
        answer = change(session)
    services().outlet.forget()
    return answer


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        invalid(f"'{text}' is not a number of ours")
    return int(text)


def _shown(webhook: Webhook, *, secret: bool = False) -> dict[str, Any]:
    names = ("id", "name", "url", "types", "active", "stopped_reason", "created_at")
    shown = {name: getattr(webhook, name) for name in names}
    return shown | {"secret": webhook.secret if secret else None}
