"""Values that an owner types for a service or a message: a line for each, `name = value`."""

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from engine.errors import Invalid


def read(text: str) -> dict[str, Any]:
    """Return the values of lines; what is no number, true, false, list or map is a text.

    Raises Invalid for a line without a name.
    """
    found: dict[str, Any] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, sign, value = line.partition("=")
        if not sign or not name.strip().isidentifier():
            raise Invalid(_("“%(line)s”: write name = value.", line=line.strip()[:80]))
        found[name.strip()] = _value(value.strip())
    return found


def write(values: Mapping[str, Any]) -> str:
    """Return values as lines that `read` understands."""
    return "\n".join(f"{name} = {_said(value)}" for name, value in values.items())


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _said(value: Any) -> str:
    if isinstance(value, str) and _value(value) == value and "\n" not in value:
        return value
    return json.dumps(value, ensure_ascii=False)
