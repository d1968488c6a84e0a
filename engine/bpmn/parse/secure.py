"""Bytes of a stranger to an XML tree: no DOCTYPE, no entities, no network, capped in size."""

import re
from typing import Any

from lxml import etree

from engine.errors import Invalid
from engine.limits import DEFAULT, Limits
from engine.model import Problem

_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def parse(content: bytes, resource: str = "", limits: Limits = DEFAULT) -> Any:
    """Parse XML safely; raises `Invalid` with the reason."""
    if len(content) > limits.bpmn_bytes:
        raise _refuse(resource, "size", f"The file is larger than {limits.bpmn_bytes} bytes.")
    if _has_doctype(content):
        raise _refuse(resource, "doctype", "The file has a DOCTYPE; diagrams have none.")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _refuse(resource, "xml", f"The file is not XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise _refuse(resource, "doctype", "The file has a DOCTYPE; diagrams have none.")
    return root


def _has_doctype(content: bytes) -> bool:
    head = content[:4]
    if b"\x00" in head or head[:2] in {b"\xff\xfe", b"\xfe\xff"}:  # UTF-16 hides the letters
        content = content.replace(b"\x00", b"")
    return _DOCTYPE.search(content) is not None


def _refuse(resource: str, rule: str, message: str) -> Invalid:
    return Invalid(message, [Problem(message, resource=resource, rule=rule)])
