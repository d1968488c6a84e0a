"""What somebody may subscribe to: a type of event, `noun.*`, or `*`."""

from collections.abc import Collection, Iterable


def is_pattern(known: Collection[str], text: str) -> bool:
    """Return whether somebody may subscribe to this."""
    return text == "*" or text in known or text in {f"{name.split('.')[0]}.*" for name in known}


def matches(patterns: Iterable[str], kind: str) -> bool:
    """Return whether an event of this type is meant by any of the patterns."""
    return any(each in ("*", kind, f"{kind.split('.')[0]}.*") for each in patterns)
