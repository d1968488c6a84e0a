"""How an instance comes to be."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine import runtime
from engine.model import Step
from engine.transaction import events_out, input_limits
from engine.transaction.instances import Instance
from engine.transaction.state_parts import Stored

if TYPE_CHECKING:
    from engine.transaction.unit_of_work import Move


def conceive(
    move: "Move",
    definition_key: int,
    *,
    business_key: str | None = None,
    correlation_key: str | None = None,
    tags: Sequence[str] = (),
) -> Instance:
    """Make a new instance of a version; it has not begun yet."""
    if business_key:
        input_limits.name(business_key, "a business key")
    key = move.keys()
    return move.adopt(
        Instance(
            key=key,
            deployed=move.catalogue.process(move.connection, definition_key),
            stored=Stored({}),
            started_by=move.actor,
            started_at=move.now,
            root_instance_key=key,
            business_key=business_key,
            correlation_key=correlation_key,
            tags=list(tags),
        )
    )


def begin(
    move: "Move",
    instance: Instance,
    variables: Mapping[str, Any],
    *,
    command: str = "start",
    start_element: str | None = None,
    start_instructions: Sequence[Any] = (),
    stop_after: Sequence[str] = (),
    message_variables: Mapping[str, Any] | None = None,
    caller: Any = None,
    zone: str | None = None,
    chain: float = 0,
) -> Step:
    """Let a new instance run until it must wait."""
    events_out.of_instance(move, instance, "started")
    step = runtime.start(
        instance.definition,
        key=instance.key,
        variables=variables,
        context=move.context(instance),
        start_element=start_element,
        start_instructions=start_instructions,
        stop_after=stop_after,
        message_variables=message_variables,
        caller=caller,
        zone=instance.definition.zone or zone or move.zone,
        chain=chain,
    )
    return move.apply(instance, step, command, start_element or "")
