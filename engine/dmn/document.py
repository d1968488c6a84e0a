"""Bytes to an XML tree, safely: no DOCTYPE, no entities, nothing fetched, sizes capped."""

import re
from typing import Any

from lxml import etree

from engine.errors import Invalid
from engine.limits import DEFAULT, Limits
from engine.model import Problem

Element = Any  # lxml gives no types

_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)")
_HINT = "Export the file again from the modeler as DMN 1.3 or newer, without a DOCTYPE."


def read(content: bytes, limits: Limits = DEFAULT) -> Element:
    """Return the root element of a DMN file; raise `Invalid` for anything else."""
    _refuse_what_is_no_text(content, limits)
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
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise invalid("xml", f"This is not well-formed XML: {error}") from None
    if root is None or root.getroottree().docinfo.doctype:
        raise invalid("xml-doctype", "A DOCTYPE is not allowed.")
    return root


def invalid(rule: str, message: str, hint: str = _HINT) -> Invalid:
    """Return the refusal of a whole file."""
    return Invalid(message, [Problem(message, rule=rule, hint=hint)])


def _refuse_what_is_no_text(content: bytes, limits: Limits) -> None:
    if not content.strip():
        raise invalid("xml", "The file is empty.")
    if len(content) > limits.bpmn_bytes:
        raise invalid(
            "xml-size",
            f"The file has {len(content)} bytes; {limits.bpmn_bytes} are allowed.",
            "Split it into several files and import them.",
        )
    if b"\0" in content:
        raise invalid("xml", "The file is not UTF-8 text.", "Save it as UTF-8.")
    if _DOCTYPE.search(content):
        raise invalid("xml-doctype", "A DOCTYPE is not allowed.")


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: Element) -> str:
    """Return the namespace of an element."""
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def children(element: Element, *names: str) -> list[Element]:
    """Return the child elements in the namespace of `element` (with one of these names)."""
    own = namespace(element)
    return [
        child
        for child in element
        if namespace(child) == own and (not names or local(child) in names)
    ]


def child(element: Element, *names: str) -> Element | None:
    """Return the first child element with one of these names."""
    found = children(element, *names)
    return found[0] if found else None


def text(element: Element | None) -> str:
    """Return the text of the `<text>` (or of the element itself), stripped."""
    if element is None:
        return ""
    inner = child(element, "text")
    return (element.text or "").strip() if inner is None else "".join(inner.itertext()).strip()
