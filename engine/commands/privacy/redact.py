"""Takes a person's name out of what is about others: an instance that mentions them goes on.

`engine.commands.privacy.erase` empties what is about the person alone; here only the texts go.
"""

from typing import Any

from sqlalchemy import Connection, Table, delete, select, tuple_, update

from engine import store
from engine.commands.privacy.names import Words
from engine.model import Step
from engine.transaction.unit_of_work import Move

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


def instances(connection: Connection, words: Words) -> list[int]:
    """List the instances that may mention one of these texts. Reads whole tables."""
    if not words:
        return []
    places: list[tuple[Any, Table, tuple[str, ...]]] = [
        (_instance.c.key, _instance, ("data", *_CARD)),
        (store.history.c.instance_key, store.history, ("payload",)),
        (store.state_part.c.instance_key, store.state_part, ("data",)),
    ]
    places += [(table.c.instance_key, table, names) for table, names in PLACES]
    found: set[int] = set()
    for key, table, names in places:
        asked = select(key).where(words.maybe(table.c[name] for name in names)).distinct()
        found.update(key for key in connection.execute(asked).scalars() if key is not None)
    return sorted(found)


def scrub(move: Move, key: int, words: Words) -> bool:
    """Take the texts out of an instance, running or ended; says whether there were any."""
    instance = move.instance(key)
    state = instance.data
    cleaned = _state(state, words)
    touched = [_update(move.connection, table, names, words, of=key) for table, names in PLACES]
    touched.append(_past(move.connection, key, words))
    card = {name: getattr(instance, name) for name in _CARD}
    new_card = {name: words.clean(value) for name, value in card.items()}
    if cleaned == state and new_card == card and not any(touched):
        return False
    move.apply(instance, Step(state=cleaned), "erase")
    move.flush()
    for name, value in new_card.items():
        setattr(instance, name, value)
    row = update(_instance).where(_instance.c.key == key)
    move.connection.execute(row.values(new_card))
    return True


def elsewhere(move: Move, words: Words) -> None:
    """Take the texts out of what belongs to no instance: messages, answers, decisions, plans."""
    if not words:
        return
    message, asked, decided = store.message, store.idempotency, store.decision_instance
    for table, names, more in (
        (message, ("correlation_key", "message_id", "variables"), None),
        (asked, ("key", "answer"), None),
        (decided, ("inputs", "output", "evaluated", "failure"), decided.c.instance_key.is_(None)),
    ):
        gone = delete(table).where(words.maybe(table.c[name] for name in names))
        move.connection.execute(gone if more is None else gone.where(more))
    _update(move.connection, store.batch, ("plan",), words)


def _state(state: dict[str, Any], words: Words) -> dict[str, Any]:
    tokens = {
        key: token | {"d": words.clean(token["d"])} if "d" in token else token
        for key, token in state["tokens"].items()
    }
    scopes = {
        key: {name: words.clean(value) for name, value in scope.items()}
        for key, scope in state["scopes"].items()
    }
    return state | {"tokens": tokens, "scopes": scopes}


def _past(connection: Connection, key: int, words: Words) -> bool:
    """Let go of the values of every step that named them; the chain holds their digest."""
    past = store.history.c
    named = (past.instance_key == key) & words.maybe([past.payload])
    emptied = update(store.history).where(named).values(payload=None)
    return bool(connection.execute(emptied).rowcount)


def _update(
    connection: Connection,
    table: Table,
    names: tuple[str, ...],
    words: Words,
    of: int | None = None,
) -> bool:
    columns = [table.c[name] for name in names]
    asked = select(*table.primary_key, *columns).where(words.maybe(columns))
    if of is not None:
        asked = asked.where(table.c.instance_key == of)
    changed = False
    for row in connection.execute(asked).mappings().all():
        new = {name: words.clean(row[name]) for name in names}
        if new != {name: row[name] for name in names}:
            place = tuple_(*table.primary_key) == tuple(row[c.name] for c in table.primary_key)
            connection.execute(update(table).where(place).values(new))
            changed = True
    return changed
