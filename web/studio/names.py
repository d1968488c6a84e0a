"""Names of files in a draft, and which editor opens which."""

import re

from engine.errors import Invalid

_NAME = re.compile(r"[\w][\w .()-]{0,120}(/[\w][\w .()-]{0,120}){0,3}")
_EDITORS = {"bpmn": "diagram", "dmn": "table", "form": "form"}
SCENARIOS = "scenarios/"


def checked(name: str) -> str:
    """Return a usable file name; raise Invalid for any other."""
    name = name.strip().replace("\\", "/").lstrip("/")
    if not _NAME.fullmatch(name) or ".." in name:
        raise Invalid(f"{name[:80]!r} is not a file name.")
    return name


def editor(name: str) -> str:
    """Return the editor of a file: "diagram", "table", "form", or "text"."""
    lower = name.lower().removesuffix(".xml")
    suffix = "bpmn" if lower.endswith((".bpmn2", ".bpmn20")) else lower.rpartition(".")[2]
    return _EDITORS.get(suffix, "text")


def deployable(name: str) -> bool:
    """Whether a file is deployed; scenarios and notes stay with the draft."""
    return not name.lower().endswith((".toml", ".md"))


def plain(name: str) -> str:
    """Return the name under which a file is deployed: without folders."""
    return name.rpartition("/")[2]
