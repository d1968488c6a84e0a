"""A15, trust index: 40 % promises kept, 30 % stated, 15 % openness, 15 % the owner's view.

For talks with the customer, not for credit, prices or a refusal. Openness can only raise it: who
keeps data to himself or opts out loses nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from tasks.analytics.relationship.index import Index, weighted

WEIGHTS = {"promises": 0.40, "stated": 0.30, "openness": 0.15, "owner": 0.15}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known: share of promises kept, answers of 1 to 7, openness 0 to 1, owner 1 to 5."""

    promises_kept: float | None = None
    stated: Sequence[int] = ()
    openness: float | None = None
    owner: int | None = None

    def __post_init__(self) -> None:
        """Check the marks."""
        if any(not 1 <= answer <= 7 for answer in self.stated):
            raise ValueError("answers about trust lie between 1 and 7")
        if self.owner is not None and not 1 <= self.owner <= 5:
            raise ValueError("the owner's view lies between 1 and 5")


def trust(evidence: Evidence) -> Index | None:
    """Return the index of 0 to 100 with its parts; None when nothing is known."""
    parts: dict[str, float | None] = {
        "promises": evidence.promises_kept,
        "stated": (fmean(evidence.stated) - 1) / 6 if evidence.stated else None,
        "openness": None,
        "owner": None if evidence.owner is None else (evidence.owner - 1) / 4,
    }
    closed = weighted(parts, WEIGHTS)
    opened = weighted(parts | {"openness": evidence.openness}, WEIGHTS)
    if closed is None or opened is None:
        return closed
    return max(closed, opened, key=lambda index: index.value)
