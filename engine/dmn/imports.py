"""Finds imported files among those at hand, by their namespace."""

from collections.abc import Callable, Iterable

from engine.dmn import document
from engine.errors import Invalid

ResolveImport = Callable[[str, str], bytes | None]  # (namespace, location) → the file


def imports_from(files: Iterable[bytes]) -> ResolveImport:
    """Return a resolver that looks through these files, when the first import asks for one."""
    known: dict[str, bytes] = {}
    unread = iter(files)

    def resolve(namespace: str, _location: str) -> bytes | None:
        for content in unread:
            known.setdefault(_namespace(content), content)
        return known.get(namespace)

    return resolve


def _namespace(content: bytes) -> str:
    try:
        return str(document.read(content).get("namespace", ""))
    except Invalid:
        return ""
