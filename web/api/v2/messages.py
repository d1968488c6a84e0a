"""Messages, signals and conditions from outside."""

from typing import Any

from engine.reads.search import Query
from engine.reads.search.views import CORRELATIONS, MESSAGE_SUBSCRIPTIONS
from web.api.problems import Command
from web.api.reads import listed
from web.api.routes import Routes
from web.api.schemas.messages import (
    CorrelatedMessageSubscriptionPage,
    CorrelatedMessageSubscriptionSearch,
    MessageCorrelationRequest,
    MessageCorrelationResult,
    MessagePublicationRequest,
    MessagePublicationResult,
    MessageSubscriptionPage,
    MessageSubscriptionSearch,
    SignalBroadcastRequest,
    SignalBroadcastResult,
)
from web.app.services import engine

routes = Routes("Message")


@routes.post(
    "/messages/publication",
    may="message.send",
    takes=MessagePublicationRequest,
    gives=MessagePublicationResult,
    command=Command("PUBLISH"),
)
def publish_message(body: dict[str, Any]) -> dict[str, Any]:
    """Return a message to all who wait, and keep it for its time to live."""
    key = engine().messages.publish(
        body["name"],
        body["correlation_key"] or "",
        body.get("variables") or {},
        ttl_ms=body["time_to_live"] or 0,
        message_id=body.get("message_id"),
    )
    return {"message_key": key}


@routes.post(
    "/messages/correlation",
    may="message.send",
    takes=MessageCorrelationRequest,
    gives=MessageCorrelationResult,
    command=Command("CORRELATE"),
)
def correlate_message(body: dict[str, Any]) -> dict[str, Any]:
    """Return a message to whoever waits for it now; nobody is 404."""
    message_key, instance_key = engine().messages.correlate(
        body["name"], body["correlation_key"] or "", body.get("variables") or {}
    )
    return {"message_key": message_key, "process_instance_key": instance_key}


@routes.post(
    "/message-subscriptions/search",
    may="instance.see",
    takes=MessageSubscriptionSearch,
    gives=MessageSubscriptionPage,
)
def search_message_subscriptions(body: Query) -> dict[str, Any]:
    """List who waits for messages."""
    return listed(MESSAGE_SUBSCRIPTIONS, body)


@routes.post(
    "/correlated-message-subscriptions/search",
    may="instance.see",
    takes=CorrelatedMessageSubscriptionSearch,
    gives=CorrelatedMessageSubscriptionPage,
)
def search_correlated_message_subscriptions(body: Query) -> dict[str, Any]:
    """List who took messages."""
    return listed(CORRELATIONS, body)


@routes.post(
    "/signals/broadcast",
    may="signal.send",
    takes=SignalBroadcastRequest,
    gives=SignalBroadcastResult,
    command=Command("BROADCAST"),
)
def broadcast_signal(body: dict[str, Any]) -> dict[str, Any]:
    """Send a signal to everybody who listens."""
    return {
        "signal_key": engine().signals.broadcast(body["signal_name"], body.get("variables") or {})
    }
