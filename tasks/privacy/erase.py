"""The verb: everything of a person goes, in an order that a repeat can finish after a crash.

The records go last, since they say by which texts the person is known. What is begun meanwhile
knows no more than a number, and the contact gate lets nothing through to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete
from sqlalchemy import Engine as Database
from sqlalchemy.orm import Session

from engine import store
from engine.engine import Engine
from engine.errors import Conflict, Invalid, NotFound
from tasks.declare.subject import Erasure, Subjects
from tasks.outbound_webhooks import tell
from tasks.privacy import erase_records
from tasks.privacy.person import Person, find
from tasks.privacy.traces import Traces, messages_of, traces

REFUSE, CANCEL = "refuse", "cancel"
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Done:
    """What was done to forget somebody."""

    person: Person
    instances: list[int]  # were about them, and are empty now
    cancelled: list[int]  # of these, ran until now
    mentions: list[int]  # are about others, and do not name them any more

    @property
    def customer_id(self) -> int:
        """The number that is left."""
        return self.person.number


def forget(
    database: Database,
    engine: Engine,
    subjects: Subjects,
    number: int,
    by: str,
    now: datetime,
    *,
    running: str = REFUSE,
    also: Callable[[Connection, Person, list[int]], None] | None = None,
) -> Done:
    """Forget a customer. `running` says what becomes of instances that still run.

    `also` gets the chance to erase what others keep of the person and these instances, in the
    transaction of the records.

    Raises NotFound; Conflict when they were forgotten already, are on legal hold, or when
    instances run and `running` is "refuse" (it names them). May be repeated after a crash.
    """
    if running not in (REFUSE, CANCEL):
        raise Invalid(f"say {REFUSE} or {CANCEL}")
    with Session(database) as session:
        person = find(session, number)
    found = _traces(database, person)
    stopped = _stopped_by_erasing(engine, person)
    rest = [key for key in found.running if key not in stopped]
    if rest and running == REFUSE:
        raise Conflict(_still_running(rest))
    for each in person.numbers:
        engine.by(by).instances.stop_about(str(each), "erased")
    found = _traces(database, person)
    cancelled = sorted(stopped) + _cancel(engine, found, by)
    found = _traces(database, person)  # a campaign may have begun one meanwhile
    cancelled += _cancel(engine, found, by)
    about = store.instance.c.key.in_(found.instances)
    engine.by(by).privacy.erase(about, callers=False)
    mentions = engine.by(by).privacy.redact(person.words)
    with Session(database) as session:
        session.execute(delete(store.message).where(messages_of(person)))
        if also is not None:
            also(session.connection(), person, found.instances)
        erase_records.erase(session, subjects, person, Erasure(person, found.instances, now))
        tell(session, "customer.forgotten", {"customer_id": person.number}, now)
        session.commit()
    others = [key for key in mentions if key not in set(found.instances)]
    return Done(person, found.instances, cancelled, others)


def _traces(database: Database, person: Person) -> Traces:
    with store.reading(database) as connection:
        return traces(connection, person)


def _cancel(engine: Engine, found: Traces, by: str) -> list[int]:
    """End what runs; twice, as the first time may wait for whoever listens to it."""
    if found.called:
        key, root = found.called[0]
        raise Conflict(f"instance {key} was called by {root}, which is about others: end it there")
    ended = []
    for key in found.running:
        try:
            engine.by(by).instances.cancel(key)
            ended.append(key)
            engine.by(by).instances.cancel(key)
        except NotFound:
            continue  # over by now, perhaps with its caller
    return ended


def _stopped_by_erasing(engine: Engine, person: Person) -> set[int]:
    """Return the instances whose process says itself that erasing ends it."""
    found = (engine.instances.stopping(str(each), "erased") for each in person.numbers)
    return {key for keys in found for key in keys}


def _still_running(keys: list[int]) -> str:
    named = ", ".join(str(key) for key in keys[:MOST_NAMED])
    more = f" and {len(keys) - MOST_NAMED} more" if len(keys) > MOST_NAMED else ""
    return f"process instances of this customer still run: {named}{more}"
