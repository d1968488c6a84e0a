"""Which process instances are about a person, and which of them still run.

An instance is about a customer if its variable `customer_id`, or `id` in its variable `customer`,
is their number, if its business key names them (`customer-<number>`, or by an address or a paper
of theirs), or if the message that started it did.
"""

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Text, false, or_, select, type_coerce

from engine import store
from tasks.privacy.person import Person

_instance, _variable = store.instance.c, store.variable.c


@dataclass(frozen=True, slots=True)
class Traces:
    """The instances that are about a person."""

    instances: list[int]
    running: list[int]  # of these
    called: list[tuple[int, int]]  # of the running: (it, the root that is about somebody else)


def traces(connection: Connection, person: Person) -> Traces:
    """Find what runs and ran about a person."""
    keys = _by_variables(connection, person) | _by_keys(connection, person)
    columns = (_instance.key, _instance.ended_at, _instance.root_instance_key)
    found = select(*columns).where(_instance.key.in_(keys)).order_by(_instance.key)
    rows = connection.execute(found).all()
    running = [row for row in rows if row.ended_at is None]
    return Traces(
        instances=[row.key for row in rows],
        running=[row.key for row in running],
        called=[(row.key, row[2]) for row in running if row[2] not in keys],
    )


def messages_of(person: Person) -> ColumnElement[bool]:
    """Say of store.message in SQL that it tells something about the person."""
    text = type_coerce(store.message.c.variables, Text)
    ways = [text.contains(f'"customer_id":{n}{end}') for n in person.numbers for end in ",}"]
    return or_(false(), *ways)


def _by_variables(connection: Connection, person: Person) -> set[int]:
    value = type_coerce(_variable.value, Text)
    numbers = [form for n in person.numbers for form in (f"{n}", f'"{n}"')]
    whole = or_(false(), *(value.contains(f'"id":{form}') for form in numbers))
    found = select(_variable.instance_key, _variable.name, _variable.value).where(
        _variable.scope_key == _variable.instance_key,
        ((_variable.name == "customer_id") & value.in_(numbers))
        | ((_variable.name == "customer") & whole),
    )
    return {
        row.instance_key
        for row in connection.execute(found)
        if row.name == "customer_id" or _is(row.value, person)
    }


def _is(customer: object, person: Person) -> bool:
    number = customer.get("id") if isinstance(customer, dict) else None
    return str(number) in map(str, person.numbers)


def _by_keys(connection: Connection, person: Person) -> set[int]:
    columns = (_instance.business_key, _instance.correlation_key)
    ours = [f"customer-{number}" for number in person.numbers]
    named = or_(false(), *(_instance.business_key.contains(text) for text in ours))
    found = select(_instance.key, *columns).where(person.words.may_match(columns) | named)
    exact = re.compile(rf"(?<!\w)customer-(?:{'|'.join(map(str, person.numbers))})(?!\w)")

    def about(key: str | None) -> bool:
        return bool(key) and (person.words.redacted(key) != key or bool(exact.search(key or "")))

    rows = connection.execute(found)
    return {row.key for row in rows if about(row.business_key) or about(row.correlation_key)}
