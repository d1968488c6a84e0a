"""A new instance: prepared, then begun."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from sqlalchemy import func, select

from engine import runtime, store
from engine.errors import AlreadyExists
from engine.model import Step
from engine.transaction import declared, draw, events_out, input_limits
from engine.transaction.follow_ups import AskAdmission
from engine.transaction.instances import Instance
from engine.transaction.state_parts import StoredState
from engine.transaction.unit_of_work import UnitOfWork


def unit(variables: Mapping[str, Any], *others: str | None) -> object:
    """Return what a new root instance is drawn for in a trial: its customer, else another key."""
    return variables.get("customer_id") or next(filter(None, others), None)


def prepare(
    work: UnitOfWork,
    definition_key: int,
    *,
    business_key: str | None = None,
    correlation_key: str | None = None,
    tags: Sequence[str] = (),
    unit: object = None,
) -> Instance:
    """Return a new instance of a version, or of its candidate if drawn; it has not begun yet."""
    if business_key:
        input_limits.name(business_key, "a business key")
    deployed = work.catalogue.process(work.connection, definition_key)
    trial = (
        draw.draw(work.connection, deployed.process_id, unit, work.environment.stratum, work.now)
        if unit
        else None
    )
    if trial is not None and trial.side == "candidate":
        deployed = work.catalogue.process(work.connection, trial.definition_key)
    if "one_open_per" in deployed.process.declared:
        correlation_key = None  # what it is one per is said by the process, not by the message
    key = work.keys()
    return work.adopt(
        Instance(
            key=key,
            deployed=deployed,
            stored=StoredState({}),
            started_by=work.actor,
            started_at=work.now,
            root_instance_key=key,
            business_key=business_key,
            correlation_key=correlation_key,
            tags=list(tags),
            trial_key=trial.deployment_key if trial else None,
            trial_side=trial.side if trial else None,
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


class Beginning(HowToStart, total=False):
    """What may be said of a start, with its words for the history."""

    command: str
    zone: str | None


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
    place = instance.definition.zone or zone or work.zone
    step = runtime.start(
        instance.definition,
        key=instance.key,
        variables=variables,
        context=work.context(instance),
        zone=place,
        **how,
    )
    _claim_place(work, instance, step)
    events_out.of_instance(work, instance, "started")
    given = {"kind": "start", "values": dict(variables), "zone": place, **how}
    done = work.apply(instance, step, command, how.get("start_element", ""), given)
    if how.get("caller") is None and instance.definition.says("admit"):
        work.defer(AskAdmission(instance))
    return done


def begin_or_skip(
    work: UnitOfWork, instance: Instance, variables: Mapping[str, Any], **how: Unpack[Beginning]
) -> Instance:
    """Let a new instance run; where one of the same value is open, note there that it was skipped.

    For starts that nobody waits for: messages, signals, timers, conditions.
    """
    try:
        begin(work, instance, variables, **how)
    except AlreadyOpen as found:
        open_one = work.instance(found.instance_key)
        work.record(open_one, "start skipped", how.get("start_element", ""))
        return open_one
    return instance


class AlreadyOpen(AlreadyExists):
    """An instance of the same `one_open_per` is open; `instance_key` says which."""

    def __init__(self, instance: Instance, open_per: str, key: int) -> None:
        """Name the process, the value and the instance."""
        process = instance.deployed.process_id
        super().__init__(f"instance {key} of '{process}' is open for '{open_per}'")
        self.instance_key = key


def _claim_place(work: UnitOfWork, instance: Instance, step: Step) -> None:
    """Take the one place of a value; raises AlreadyOpen. Nothing of the start is written then."""
    open_per = declared.one_open_per(work, instance, step)
    if open_per is None:
        return
    process_id = instance.deployed.process_id
    if work.connection.dialect.name == "postgresql":  # or two at once would both look
        number = func.hashtextextended(f"{process_id}\n{open_per}", 2)
        work.connection.execute(select(func.pg_advisory_xact_lock(number)))
    work.flush()
    column = store.instance.c
    key = work.connection.execute(
        select(column.key).where(
            column.process_id == process_id,
            column.open_per == open_per,
            column.ended_at.is_(None),
        )
    ).scalar()
    if key is not None:
        raise AlreadyOpen(instance, open_per, key)
    instance.open_per = open_per
