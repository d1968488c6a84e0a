"""Starting instances: by id, version, tag or key, one or many."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from engine import runtime, store
from engine.commands import permitted
from engine.errors import AlreadyExists, Invalid, NotFound
from engine.model import Started, StartRequest
from engine.reactions import create_instance
from engine.schedule import timers
from engine.transaction import input_limits, releases
from engine.transaction.instances import Instance
from engine.transaction.unit_of_work import UnitOfWork


def start(work: UnitOfWork, request: StartRequest) -> Started:
    """Start an instance; it has run as far as it can when this returns."""
    variables = input_limits.check(request.variables, work.limits)
    named = request.definition_key or request.version or request.version_tag
    instance = create_instance.prepare(
        work,
        find(work, request),
        business_key=request.business_key,
        tags=request.tags,
        unit=None if named else create_instance.unit(variables, request.business_key),
    )
    deployed = instance.deployed
    if request.unique_business_key:
        known = with_business_key(work, deployed.process_id, request.business_key)
        if known is not None:
            raise AlreadyExists(
                f"an instance with business key '{request.business_key}' is running"
            )
    if request.start_instructions or request.stop_after:
        permitted.change_by_hand(instance, "starting in the middle")
    create_instance.begin(
        work,
        instance,
        _declared(work, instance, variables),
        start_instructions=request.start_instructions,
        stop_after=request.stop_after,
    )
    left = runtime.variables(instance.data)
    return Started(instance.key, deployed.key, deployed.process_id, deployed.version, left)


def _declared(
    work: UnitOfWork, instance: Instance, variables: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the variables as the start form of a strict process takes them."""
    if instance.definition.says("strict") != "true":
        return variables
    found, form = instance.definition.start_form or {}, None
    if found.get("id"):
        key = work.resolver(instance).form(found["id"], found["binding"], found["version_tag"])
        form = None if key is None else work.catalogue.form(work.connection, key)
    elif found.get("embedded"):
        form = work.catalogue.embedded_form(found["embedded"])
    permitted.declared_only(instance, form, variables)
    now = timers.local(work.now, instance.definition.zone or work.zone)
    return variables if form is None else form.check(variables, {}, now=now)


def find(work: UnitOfWork, request: StartRequest) -> int:
    """Return the key of the version that is meant; the current one if none is named."""
    key = request.definition_key
    if key is not None:
        # Asked for again: the compiled one may be kept in memory after it was deleted elsewhere.
        known = select(store.definition.c.key).where(store.definition.c.key == key)
        if work.connection.execute(known).first() is None:
            raise NotFound(f"no process definition {key}")
        return key
    if not request.process_id:
        raise Invalid("say which process: an id or a key")
    version, tag = request.version, request.version_tag
    return releases.latest(
        work.connection, "process", request.process_id, version=version, version_tag=tag
    )


def with_business_key(work: UnitOfWork, process_id: str, business_key: str | None) -> int | None:
    """Return the running instance of a business key; nobody else starts one meanwhile."""
    if not business_key:
        raise Invalid("a unique business key must not be empty")
    if work.connection.dialect.name == "postgresql":
        number = func.hashtextextended(f"{process_id}\n{business_key}", 1)
        work.connection.execute(select(func.pg_advisory_xact_lock(number)))
    column = store.instance.c
    key: int | None = work.connection.execute(
        select(column.key)
        .where(column.business_key == business_key)
        .where(column.process_id == process_id)
        .where(column.state.in_(("ACTIVE", "SUSPENDED")))
        .limit(1)
    ).scalar()
    return key


def _running(work: UnitOfWork, process_id: str, business_keys: Sequence[str]) -> dict[str, int]:
    """Return the running instances of business keys; nobody else starts one meanwhile."""
    if not all(business_keys):
        raise Invalid("a unique business key must not be empty")
    if work.connection.dialect.name == "postgresql":
        for business_key in sorted(set(business_keys)):  # in the same order, whoever takes them
            number = func.hashtextextended(f"{process_id}\n{business_key}", 1)
            work.connection.execute(select(func.pg_advisory_xact_lock(number)))
    column = store.instance.c
    found = select(column.business_key, column.key).where(
        column.business_key.in_(business_keys),
        column.process_id == process_id,
        column.state.in_(("ACTIVE", "SUSPENDED")),
    )
    return dict(work.connection.execute(found.order_by(column.key.desc())).all())


def start_many(
    work: UnitOfWork,
    process_id: str,
    items: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    unique: bool,
) -> list[int]:
    """Start one instance per business key; with `unique`, those that run stay as they are."""
    definition_key = find(work, StartRequest(process_id))
    keys: list[int] = []
    names = [business_key for business_key, _ in items]
    fresh = _running(work, process_id, names) if unique else {}  # all are written together
    for business_key, variables in items:
        key = fresh.get(business_key) if unique else None
        if key is None:
            given = input_limits.check(variables, work.limits)
            unit = create_instance.unit(given, business_key)
            instance = create_instance.prepare(
                work, definition_key, business_key=business_key, unit=unit
            )
            begun = create_instance.begin_or_skip(work, instance, given)
            key = fresh[business_key] = begun.key
        keys.append(key)
    return keys
