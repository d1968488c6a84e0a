"""The history as OCEL 2.0 (JSON): events that belong to instances, elements and business objects.

Objects: `process_instance` (one qualified `parent` of another), `activity` (a run of an element)
and `business_object` (what a business key names). The three lists are read one after the other.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from engine import store
from engine.exports.events import Case, Event, cases

_EVENT_TEXTS = ("element", "element_type", "transition", "resource")
_OBJECTS = {
    "process_instance": {"process": "string", "version": "integer", "state": "string"},
    "activity": {"element": "string", "element_type": "string"},
    "business_object": {},
}


def ocel(connection: Connection, chosen: ColumnElement[bool]) -> Iterator[str]:
    """Write the log of the chosen instances, piece by piece; it holds no variables."""
    yield '{"objectTypes":' + store.dumps([_type(name, of) for name, of in _OBJECTS.items()])
    yield ',"eventTypes":' + store.dumps(list(_event_types(connection, chosen)))
    yield ',"objects":['
    yield from _joined(_objects(connection, chosen))
    yield '],"events":['
    yield from _joined(_events(connection, chosen))
    yield "]}\n"


def _type(name: str, attributes: dict[str, str]) -> dict[str, Any]:
    named = [{"name": key, "type": kind} for key, kind in attributes.items()]
    return {"name": name, "attributes": named}


def _event_types(connection: Connection, chosen: ColumnElement[bool]) -> Iterator[dict[str, Any]]:
    names = {event.element_name for case in cases(connection, chosen) for event in case.events}
    for name in sorted(names):
        yield _type(name, dict.fromkeys(_EVENT_TEXTS, "string"))


def _objects(connection: Connection, chosen: ColumnElement[bool]) -> Iterator[dict[str, Any]]:
    for key in _parents_elsewhere(connection, chosen):
        yield _object(f"i{key}", "process_instance", [], [])
    business: set[str] = set()
    for case in cases(connection, chosen):
        yield _instance(case)
        if case.business_key is not None and case.business_key not in business:
            business.add(case.business_key)
            yield _object(_business(case), "business_object", [], [])
        seen: set[int] = set()
        for event in case.events:
            if event.element_key not in seen:
                seen.add(event.element_key)
                yield _activity(event)


def _parents_elsewhere(connection: Connection, chosen: ColumnElement[bool]) -> list[int]:
    """List the parents that are not chosen themselves: what is linked to must be there."""
    child = store.instance.c
    found = select(child.parent_instance_key.label("key")).where(
        chosen, child.parent_instance_key.is_not(None)
    )
    inside = select(child.key).where(chosen)
    return sorted(connection.execute(found.except_(inside)).scalars())


def _instance(case: Case) -> dict[str, Any]:
    values = [
        _value("process", case.process_id, case.started_at),
        _value("version", case.version, case.started_at),
        _value("state", "ACTIVE", case.started_at),
    ]
    if case.state != "ACTIVE":
        values.append(_value("state", case.state, case.ended_at or case.started_at))
    links = []
    if case.parent_key is not None:
        links.append({"objectId": f"i{case.parent_key}", "qualifier": "parent"})
    if case.business_key is not None:
        links.append({"objectId": _business(case), "qualifier": "business key"})
    return _object(f"i{case.key}", "process_instance", values, links)


def _activity(event: Event) -> dict[str, Any]:
    values = [
        _value("element", event.element_id, event.at),
        _value("element_type", event.type, event.at),
    ]
    return _object(f"a{event.element_key}", "activity", values, [])


def _events(connection: Connection, chosen: ColumnElement[bool]) -> Iterator[dict[str, Any]]:
    for case in cases(connection, chosen):
        links = [{"objectId": f"i{case.key}", "qualifier": "in"}]
        if case.business_key is not None:
            links.append({"objectId": _business(case), "qualifier": "about"})
        for event in case.events:
            texts = (event.element_id, event.type, event.transition, event.actor)
            yield {
                "id": event.id,
                "type": event.element_name,
                "time": _time(event.at),
                "attributes": [
                    {"name": name, "value": text}
                    for name, text in zip(_EVENT_TEXTS, texts, strict=True)
                ],
                "relationships": [
                    *links,
                    {"objectId": f"a{event.element_key}", "qualifier": event.transition},
                ],
            }


def _object(
    key: str, kind: str, values: list[dict[str, Any]], links: list[dict[str, str]]
) -> dict[str, Any]:
    return {"id": key, "type": kind, "attributes": values, "relationships": links}


def _value(name: str, value: Any, at: datetime) -> dict[str, Any]:
    return {"name": name, "value": str(value), "time": _time(at)}


def _business(case: Case) -> str:
    return f"b:{case.business_key}"


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _joined(items: Iterable[dict[str, Any]]) -> Iterator[str]:
    between = ""
    for item in items:
        yield between + store.dumps(item)
        between = ","
