"""Names of variables and types as a DMN file writes them."""

from collections.abc import Sequence

from engine.dmn.document import Element
from engine.dmn.elements import DmnImport

# what older versions and other tools call the types of FEEL
ALIASES = {
    "any": "Any",
    "integer": "number",
    "int": "number",
    "long": "number",
    "double": "number",
    "decimal": "number",
    "datetime": "date and time",
    "dateTime": "date and time",
    "date_time": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}


def normal(name: str) -> str:
    """Return a name with single spaces, as FEEL compares names."""
    return " ".join(name.split())


class TypeNames:
    """Turns the type references of one file into plain names (`prefix.name` when imported)."""

    def __init__(self, namespace: str, imports: Sequence[DmnImport]) -> None:
        """Take the namespace of the file and what it imports."""
        self.namespace = namespace
        self._imports = {item.namespace: item.name for item in imports}

    def attribute(self, element: Element, name: str = "typeRef") -> str:
        """Return the type named by an attribute."""
        return self.of(element, element.get(name) or "")

    def of(self, element: Element | None, written: str) -> str:
        """Return the type written there; a prefix stands for a namespace (DMN 1.1)."""
        name = normal(written)
        prefix, colon, rest = name.partition(":")
        if colon and element is not None and prefix in element.nsmap:
            owner = self._imports.get(element.nsmap[prefix], "")
            name = f"{owner}.{rest}" if owner else rest
        return ALIASES.get(name, name)
