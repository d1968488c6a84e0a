"""Earlier spellings of properties, which drawings of old still have."""

from collections.abc import Mapping

_FORMER = {
    "timeZone": "time.zone",
    "retentionDays": "retention.days",
}


def present_names(properties: Mapping[str, str]) -> dict[str, str]:
    """Return properties under their present names; one written in both ways keeps the present."""
    renamed = {_FORMER.get(name, name): value for name, value in properties.items()}
    return renamed | {name: properties[name] for name in properties if name not in _FORMER}


def former(name: str) -> tuple[str, ...]:
    """Return the earlier spellings of a property."""
    return tuple(old for old, new in _FORMER.items() if new == name)
