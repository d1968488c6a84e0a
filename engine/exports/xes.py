"""The history as XES 1.0: a trace for each instance, an event for each beginning and end."""

from collections.abc import Iterator
from datetime import datetime
from xml.sax.saxutils import quoteattr

from sqlalchemy import ColumnElement, Connection

from engine.exports.events import Case, Event, cases

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <extension name="Identity" prefix="identity" uri="http://www.xes-standard.org/identity.xesext"/>
  <global scope="trace">
    <string key="concept:name" value="unknown"/>
  </global>
  <global scope="event">
    <string key="concept:name" value="unknown"/>
    <string key="lifecycle:transition" value="complete"/>
    <date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>
  </global>
  <classifier name="Activity" keys="concept:name"/>
  <classifier name="Activity and transition" keys="concept:name lifecycle:transition"/>
  <string key="lifecycle:model" value="standard"/>
"""


def xes(connection: Connection, chosen: ColumnElement[bool]) -> Iterator[str]:
    """Write the log of the chosen instances, piece by piece; it holds no variables."""
    yield _HEAD
    for case in cases(connection, chosen):
        yield _trace(case)
    yield "</log>\n"


def _trace(case: Case) -> str:
    parts = [
        "  <trace>\n",
        _text("concept:name", str(case.key)),
        _text("process", case.process_id),
        _number("version", case.version),
        _text("state", case.state),
        _date("started", case.started_at),
    ]
    if case.business_key is not None:
        parts.append(_text("business_key", case.business_key))
    if case.parent_key is not None:
        parts.append(_text("parent", str(case.parent_key)))
    parts += [_event(event) for event in case.events]
    return "".join(parts) + "  </trace>\n"


def _event(event: Event) -> str:
    parts = [
        "    <event>\n",
        _text("concept:name", event.element_name),
        _text("concept:instance", str(event.element_key)),
        _text("lifecycle:transition", event.transition),
        _date("time:timestamp", event.at),
        _text("element", event.element_id),
        _text("type", event.type),
    ]
    if event.actor:
        parts.append(_text("org:resource", event.actor))
    return "".join(parts) + "    </event>\n"


def _text(key: str, value: str) -> str:
    return f"      <string key={quoteattr(key)} value={_quoted(value)}/>\n"


def _number(key: str, value: int) -> str:
    return f'      <int key={quoteattr(key)} value="{value}"/>\n'


def _date(key: str, value: datetime) -> str:
    moment = value.isoformat(timespec="milliseconds")
    return f'      <date key={quoteattr(key)} value="{moment}"/>\n'


def _quoted(value: str) -> str:
    """Quote a text for XML, without the characters that XML 1.0 has no way to write."""
    return quoteattr("".join(sign if _writable(ord(sign)) else "�" for sign in value))


def _writable(code: int) -> bool:
    if code < 0x20:
        return code in (0x9, 0xA, 0xD)
    return not (0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF))
