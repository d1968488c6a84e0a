"""A new instance: prepared, then begun."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from engine import runtime
from engine.model import Step
from engine.transaction import events_out, input_limits
from engine.transaction.instances import Instance
from engine.transaction.state_parts import StoredState
from engine.transaction.unit_of_work import UnitOfWork


def prepare(
    work: UnitOfWork,
    definition_key: int,
    *,
    business_key: str | None = None,
    correlation_key: str | None = None,
    tags: Sequence[str] = (),
) -> Instance:
    """Return a new instance of a version; it has not begun yet."""
    if business_key:
        input_limits.name(business_key, "a business key")
    key = work.keys()
    return work.adopt(
        Instance(
            key=key,
            deployed=work.catalogue.process(work.connection, definition_key),
            stored=StoredState({}),
            started_by=work.actor,
            started_at=work.now,
            root_instance_key=key,
            business_key=business_key,
            correlation_key=correlation_key,
            tags=list(tags),
        )
    )


class HowToStart(TypedDict, total=False):
    """What may be said of a start beside its variables."""

    start_element: str
    start_instructions: Sequence[Mapping[str, Any]]
    stop_after: Sequence[str]
    message_variables: Mapping[str, Any]
    caller: Any
    chain: float  # of signals that set each other off


def begin(
    work: UnitOfWork,
    instance: Instance,
    variables: Mapping[str, Any],
    *,
    command: str = "start",
    zone: str | None = None,
    **how: Unpack[HowToStart],
) -> Step:
    """Let a new instance run until it must wait."""
    events_out.of_instance(work, instance, "started")
    step = runtime.start(
        instance.definition,
        key=instance.key,
        variables=variables,
        context=work.context(instance),
        zone=instance.definition.zone or zone or work.zone,
        **how,
    )
    return work.apply(instance, step, command, how.get("start_element", ""))
