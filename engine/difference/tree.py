"""Small readings of XML trees: names without namespaces, texts without accidental white space."""

import re
from collections.abc import Iterator
from typing import Any

Node = Any  # lxml gives no types

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
_STRING_OR_SPACE = re.compile(r'("(?:[^"\\]|\\.)*")|\s+', re.DOTALL)


def local(node: Node) -> str:
    """Return the name of a node without its namespace, "" for what is no element."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def namespace(node: Node) -> str:
    """Return the namespace of a node."""
    tag = node.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag[:1] == "{" else ""


def children(node: Node, *names: str) -> Iterator[Node]:
    """Yield the children with one of these names, or all."""
    for each in node:
        if isinstance(each.tag, str) and (not names or local(each) in names):
            yield each


def child(node: Node, name: str) -> Node | None:
    """Return the first child of this name."""
    return next(children(node, name), None)


def text(node: Node | None, name: str = "text") -> str:
    """Return the text of a child, without white space around it."""
    found = None if node is None else child(node, name)
    return "".join(found.itertext()).strip() if found is not None else ""


def squeezed(source: str | None) -> str:
    """Return an expression with single spaces, strings in it untouched: layout is no meaning."""
    source = (source or "").strip()
    body = source.removeprefix("=")
    plain = _STRING_OR_SPACE.sub(lambda found: found.group(1) or " ", body).strip()
    return f"= {plain}" if source.startswith("=") else plain


def canonical(node: Node) -> str:
    """Return a subtree as one line that does not depend on prefixes, order of attributes or ids."""
    attributes = sorted((str(key), value) for key, value in node.attrib.items() if key != "id")
    said = " ".join(f"{key.rpartition('}')[2]}={squeezed(value)}" for key, value in attributes)
    inside = [canonical(each) for each in children(node)]
    own = squeezed(node.text)
    parts = [part for part in (said, own, *inside) if part]
    return f"{local(node)}({'; '.join(parts)})" if parts else local(node)
