"""Starting instances: by id, version, tag or key, one or many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from engine import runtime, store
from engine.errors import AlreadyExists, Invalid, NotFound
from engine.reactions import create_instance
from engine.transaction import input_limits
from engine.transaction.catalogue import latest
from engine.transaction.unit_of_work import Move


@dataclass(frozen=True, slots=True)
class Started:
    """What a caller hears about a new instance."""

    instance_key: int
    definition_key: int
    process_id: str
    version: int
    variables: dict[str, Any]


def find(
    move: Move,
    process_id: str | None,
    definition_key: int | None,
    version: int | None,
    version_tag: str | None,
) -> int:
    """Find which version is meant; the newest if nothing is said."""
    if definition_key is not None:
        # Asked for again: the compiled one may be kept in memory after it was deleted elsewhere.
        known = select(store.definition.c.key).where(store.definition.c.key == definition_key)
        if move.connection.execute(known).first() is None:
            raise NotFound(f"no process definition {definition_key}")
        return definition_key
    if not process_id:
        raise Invalid("say which process: an id or a key")
    column = store.definition.c.process_id
    return latest(
        move.connection,
        store.definition,
        column,
        process_id,
        version=version,
        version_tag=version_tag,
    )


def start(
    move: Move,
    definition_key: int,
    *,
    variables: Mapping[str, Any] | None,
    business_key: str | None,
    tags: Sequence[str],
    unique_business_key: bool,
    start_instructions: Sequence[Any] = (),
    stop_after: Sequence[str] = (),
) -> Started:
    """Start an instance and let it run until it waits."""
    given = input_limits.check(variables, move.limits)
    instance = create_instance.conceive(move, definition_key, business_key=business_key, tags=tags)
    if unique_business_key:
        known = with_business_key(move, instance.deployed.process_id, business_key)
        if known is not None:
            raise AlreadyExists(f"an instance with business key '{business_key}' is running")
    create_instance.begin(
        move, instance, given, start_instructions=start_instructions, stop_after=stop_after
    )
    deployed = instance.deployed
    return Started(
        instance.key,
        deployed.key,
        deployed.process_id,
        deployed.version,
        runtime.variables(instance.data),
    )


def with_business_key(move: Move, process_id: str, business_key: str | None) -> int | None:
    """Find the running instance of a business key; nobody else starts one meanwhile."""
    if not business_key:
        raise Invalid("a unique business key must not be empty")
    if move.connection.dialect.name == "postgresql":
        number = func.hashtextextended(f"{process_id}\n{business_key}", 1)
        move.connection.execute(select(func.pg_advisory_xact_lock(number)))
    column = store.instance.c
    key: int | None = move.connection.execute(
        select(column.key)
        .where(column.business_key == business_key)
        .where(column.process_id == process_id)
        .where(column.state.in_(("ACTIVE", "SUSPENDED")))
        .limit(1)
    ).scalar()
    return key


def start_many(
    move: Move, process_id: str, items: Sequence[tuple[str, Mapping[str, Any]]], *, unique: bool
) -> list[int]:
    """Start one instance per business key; with `unique`, those that run stay as they are."""
    definition_key = find(move, process_id, None, None, None)
    keys: list[int] = []
    fresh: dict[str, int] = {}  # not written yet: all of them are written together
    for business_key, variables in items:
        key = fresh.get(business_key) if unique else None
        if key is None and unique:
            key = with_business_key(move, process_id, business_key)
        if key is None:
            instance = create_instance.conceive(move, definition_key, business_key=business_key)
            create_instance.begin(move, instance, input_limits.check(variables, move.limits))
            key = fresh[business_key] = instance.key
        keys.append(key)
    return keys
