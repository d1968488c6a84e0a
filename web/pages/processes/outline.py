"""The diagram in words: its steps with name, kind and documentation, in the order of the file."""

from dataclasses import dataclass
from functools import lru_cache

from lxml import etree
from sqlalchemy import Connection

from web.app.xml_response import PARSER
from web.i18n import localizer
from web.i18n.process_texts import process_text
from web.reads import drawings

WORDLESS = {"SEQUENCE_FLOW", "PROCESS"}


@dataclass(frozen=True, slots=True)
class Step:
    """One element of a diagram as people read it."""

    id: str
    name: str
    type: str
    documentation: str


def steps(connection: Connection, definition_key: int, process_id: str) -> list[Step]:
    """Return the steps of one version."""
    return [
        Step(element.id, element.name or "", element.type, element.documentation or "")
        for element in drawings.elements(connection, definition_key, process_id).values()
        if element.type not in WORDLESS
    ]


def labels(xml: bytes) -> dict[str, str]:
    """Return the names in a diagram that read differently in the reader's language."""
    if localizer.language() == "en":
        return {}
    return {name: text for name in _names(xml) if (text := process_text(name)) != name}


@lru_cache(maxsize=200)
def _names(xml: bytes) -> frozenset[str]:
    tree = etree.fromstring(xml, etree.XMLParser(**PARSER))
    return frozenset(str(element.get("name")) for element in tree.iter() if element.get("name"))
