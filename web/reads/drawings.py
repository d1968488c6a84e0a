"""The elements and properties of a deployed drawing, read once per version."""

from collections.abc import Mapping

from sqlalchemy import Connection

from engine import definitions, reads
from engine.definitions import Definition, Element
from engine.model import Resource

MOST = 200
Elements = Mapping[str, Element]
_read: dict[tuple[int, int], Definition] = {}  # a deployed version never changes


def definition(connection: Connection, key: int, process_id: str) -> Definition:
    """Return a version as it was drawn; raises NotFound."""
    place = (id(connection.engine), key)
    if place not in _read:
        if len(_read) >= MOST:
            _read.clear()
        bundle = definitions.read([Resource("diagram.bpmn", reads.resource_xml(connection, key))])
        _read[place] = next(one for one in bundle.processes if one.id == process_id)
    return _read[place]


def elements(connection: Connection, key: int, process_id: str) -> Elements:
    """Return the elements of a version by id, in the order of the file."""
    return definition(connection, key, process_id).elements
