"""A26, against whom we win and lose, and why.

Only decisions in which the customer named the competitor count, so the shares are of those, not of
the market. Hidden below ten decisions.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tasks.analytics.estimate import Estimate
from tasks.analytics.mean import mean
from tasks.analytics.proportion import proportion

FEWEST_DECISIONS = 10


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision in which a competitor was named; `compared` is 1 (much worse) to 5 (better)."""

    competitor: str
    won: bool
    reason: str | None = None
    compared: int | None = None

    def __post_init__(self) -> None:
        """Check the mark."""
        if self.compared is not None and not 1 <= self.compared <= 5:
            raise ValueError("a comparison is a mark of 1 to 5")


@dataclass(frozen=True, slots=True)
class Against:
    """Won and lost against a competitor, with the reasons of each and the mean comparison."""

    competitor: str
    won: int
    lost: int
    win_rate: Estimate | None
    reasons_won: tuple[tuple[str, int], ...]
    reasons_lost: tuple[tuple[str, int], ...]
    compared: Estimate | None


def against(decisions: Iterable[Decision]) -> list[Against]:
    """Return the competitors, the one named most often first."""
    groups: dict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        groups[decision.competitor].append(decision)
    ranked = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return [_against(name, own) for name, own in ranked]


def _against(name: str, own: list[Decision]) -> Against:
    wins = sum(decision.won for decision in own)
    rate = proportion(wins, len(own))
    marks = mean([float(d.compared) for d in own if d.compared is not None])
    return Against(
        competitor=name,
        won=wins,
        lost=len(own) - wins,
        win_rate=rate and rate.shown_from(FEWEST_DECISIONS),
        reasons_won=_reasons(d for d in own if d.won),
        reasons_lost=_reasons(d for d in own if not d.won),
        compared=marks and marks.shown_from(FEWEST_DECISIONS),
    )


def _reasons(decisions: Iterable[Decision]) -> tuple[tuple[str, int], ...]:
    counted = Counter(d.reason for d in decisions if d.reason)
    return tuple(sorted(counted.items(), key=lambda reason: (-reason[1], reason[0])))
