"""Takes a person's name out of what is about others: an instance that mentions them goes on.

`engine.commands.privacy.erase` empties what is about the person alone; here only the texts go.
"""

from typing import Any

from sqlalchemy import Connection, Table, delete, select, tuple_, update

from engine import store
from engine.commands.privacy.names import NameMatcher
from engine.model import Step
from engine.transaction import wait_rows
from engine.transaction.unit_of_work import UnitOfWork

_instance = store.instance
# Where values of an instance are kept, beside its state: table, columns.
PLACES: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (store.variable, ("value",)),
    (store.user_task, ("external_form", "headers")),
    (store.job, ("error_message", "error_code")),
    (store.incident, ("message", "data")),
    (store.subscription, ("correlation_key", "data")),
    (store.correlation, ("correlation_key",)),
    (store.decision_instance, ("inputs", "output", "evaluated", "failure")),
    (store.batch_item, ("error",)),
)
_CARD = ("business_key", "correlation_key", "tags")


def instances(connection: Connection, matcher: NameMatcher) -> list[int]:
    """Return the instances that may mention one of these texts. Reads whole tables."""
    if not matcher:
        return []
    places: list[tuple[Any, Table, tuple[str, ...]]] = [
        (_instance.c.key, _instance, ("data", *_CARD)),
        (store.history.c.instance_key, store.history, ("payload",)),
        (store.state_part.c.instance_key, store.state_part, ("data",)),
    ]
    places += [(table.c.instance_key, table, names) for table, names in PLACES]
    found: set[int] = set()
    for key, table, names in places:
        asked = select(key).where(matcher.may_match(table.c[name] for name in names)).distinct()
        found.update(key for key in connection.execute(asked).scalars() if key is not None)
    return sorted(found)


def redact(work: UnitOfWork, key: int, matcher: NameMatcher) -> bool:
    """Take the texts out of an instance, running or ended; return whether there were any."""
    instance = work.instance(key)
    state = instance.data
    cleaned = _state(state, matcher)
    touched = [_update(work.connection, table, names, matcher, of=key) for table, names in PLACES]
    touched.append(_past(work.connection, key, matcher))
    card = {name: getattr(instance, name) for name in _CARD}
    new_card = {name: matcher.redacted(value) for name, value in card.items()}
    if cleaned == state and new_card == card and not any(touched):
        return False
    work.apply(instance, Step(state=cleaned), "erase")
    work.flush()
    for name, value in new_card.items():
        setattr(instance, name, value)
    row = update(_instance).where(_instance.c.key == key)
    work.connection.execute(row.values(new_card))
    _search_again(work.connection, key, new_card["business_key"])
    return True


def _search_again(connection: Connection, key: int, business_key: str | None) -> None:
    """Let searches of inboxes look in the business key as it is now."""
    task = store.user_task.c
    for task_key, name in connection.execute(
        select(task.key, task.name).where(task.instance_key == key)
    ).all():
        text = wait_rows.searched(name, business_key)
        connection.execute(
            update(store.user_task).where(task.key == task_key).values(search_text=text)
        )


def elsewhere(work: UnitOfWork, matcher: NameMatcher) -> None:
    """Take the texts out of what belongs to no instance: messages, answers, decisions, plans."""
    if not matcher:
        return
    message, asked, decided = store.message, store.idempotency, store.decision_instance
    for table, names, more in (
        (message, ("correlation_key", "message_id", "variables"), None),
        (asked, ("key", "answer"), None),
        (store.undo, ("data",), None),
        (decided, ("inputs", "output", "evaluated", "failure"), decided.c.instance_key.is_(None)),
    ):
        gone = delete(table).where(matcher.may_match(table.c[name] for name in names))
        work.connection.execute(gone if more is None else gone.where(more))
    _update(work.connection, store.batch, ("plan",), matcher)


def _state(state: dict[str, Any], matcher: NameMatcher) -> dict[str, Any]:
    tokens = {
        key: token | {"d": matcher.redacted(token["d"])} if "d" in token else token
        for key, token in state["tokens"].items()
    }
    scopes = {
        key: {name: matcher.redacted(value) for name, value in scope.items()}
        for key, scope in state["scopes"].items()
    }
    return state | {"tokens": tokens, "scopes": scopes}


def _past(connection: Connection, key: int, matcher: NameMatcher) -> bool:
    """Blank the values of every step that named them; the chain holds their digest."""
    past = store.history.c
    named = (past.instance_key == key) & matcher.may_match([past.payload])
    emptied = update(store.history).where(named).values(payload=None)
    return bool(connection.execute(emptied).rowcount)


def _update(
    connection: Connection,
    table: Table,
    names: tuple[str, ...],
    matcher: NameMatcher,
    of: int | None = None,
) -> bool:
    columns = [table.c[name] for name in names]
    asked = select(*table.primary_key, *columns).where(matcher.may_match(columns))
    if of is not None:
        asked = asked.where(table.c.instance_key == of)
    changed = False
    for row in connection.execute(asked).mappings().all():
        new = {name: matcher.redacted(row[name]) for name in names}
        if new != {name: row[name] for name in names}:
            place = tuple_(*table.primary_key) == tuple(row[c.name] for c in table.primary_key)
            connection.execute(update(table).where(place).values(new))
            changed = True
    return changed
