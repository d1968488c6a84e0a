"""Events reach the processes: first what stops some of them, then the message that others await."""

from collections.abc import Mapping
from typing import Any, Protocol

from tasks.inbound_events.receiving import Publisher

STOPS = {
    "customer.lapsed": "lapsed"
}  # events that stop processes about a customer, for which reason
WISH = "preference.changed"


class Instances(Protocol):
    """What of the engine's instances we need."""

    def stop_about(self, customer: str, reason: str, *, because: str = "") -> list[int]:
        """End the open instances about a customer whose process stops on this."""


class Processes:
    """Publishes events, and stops what must not go on for whom they are about."""

    def __init__(self, messages: Publisher, instances: Instances) -> None:
        """Take the commands of the engine."""
        self._messages = messages
        self._instances = instances

    def publish(
        self,
        name: str,
        correlation_key: str = "",
        variables: Mapping[str, Any] | None = None,
        ttl_ms: int = 0,
        message_id: str | None = None,
    ) -> int:
        """Deliver an event. It may be repeated: stopping twice does nothing more."""
        reason = _reason(name, variables or {})
        customer = (variables or {}).get("customer_id")
        if reason and customer is not None:
            self._instances.stop_about(str(customer), reason)
        return self._messages.publish(name, correlation_key, variables, ttl_ms, message_id)


def _reason(name: str, variables: Mapping[str, Any]) -> str:
    if name != WISH:
        return STOPS.get(name, "")
    payload = variables.get("event", {}).get("payload", {})
    return "do_not_contact" if payload.get("do_not_contact") is True else ""
