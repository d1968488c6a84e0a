"""The elements of a deployed drawing with their properties, read once per version."""

from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import Connection

from engine import definitions, reads
from engine.definitions import Element
from engine.model import Resource

Elements = Mapping[str, Element]


def elements(connection: Connection, definition_key: int, process_id: str) -> Mapping[str, Element]:
    """Return the elements of a version by id, in the order of the file."""
    database = id(connection.engine)
    xml = reads.resource_xml(connection, definition_key)
    return elements_of(database, definition_key, xml, process_id)


@lru_cache(maxsize=200)
def elements_of(_database: int, _key: int, xml: bytes, process_id: str) -> Mapping[str, Element]:
    """Return the elements of a file; a deployed version never changes."""
    bundle = definitions.read([Resource("diagram.bpmn", xml)])
    return next(one for one in bundle.processes if one.id == process_id).elements
