"""An index of 0 to 100 out of weighted parts, some of which may be unknown.

Unknown parts are left out and the others weigh more; they are named, so that nobody takes an index
of two parts for one of six. An index orders and starts talks; it refuses nobody anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Index:
    """The index, its known parts (0 to 100), the unknown ones, and the share of weight known."""

    value: float
    parts: Mapping[str, float]
    unknown: tuple[str, ...]
    known_weight: float


def weighted(parts: Mapping[str, float | None], weights: Mapping[str, float]) -> Index | None:
    """Return the index of parts between 0 and 1; None when all are unknown.

    Raise ValueError for a part outside 0 to 1 or without a weight.
    """
    known = {name: part for name, part in parts.items() if part is not None}
    if any(not 0 <= part <= 1 for part in known.values()) or parts.keys() - weights.keys():
        raise ValueError("a part lies between 0 and 1 and has a weight")
    weight = sum(weights[name] for name in known)
    if not weight:
        return None
    value = sum(weights[name] * part for name, part in known.items()) / weight
    return Index(
        value=100 * value,
        parts={name: 100 * part for name, part in known.items()},
        unknown=tuple(name for name in weights if name not in known),
        known_weight=weight / sum(weights.values()),
    )
