"""What came of many cases: how many of each result, which differ, and where."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.replay.outcome import Outcome, Reason, Result


@dataclass(slots=True)
class Report:
    """The sums of a replay; the outcomes that are not the same are kept, up to a number."""

    results: Counter[Result] = field(default_factory=Counter)
    reasons: Counter[Reason] = field(default_factory=Counter)
    places: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # (kind, element, name)
    stops: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # (element, kind, why)
    kept: list[Outcome] = field(default_factory=list)
    keep: int = 500

    def add(self, outcomes: Iterable[Outcome]) -> "Report":
        """Count more outcomes."""
        for outcome in outcomes:
            self._add(outcome)
        return self

    @property
    def total(self) -> int:
        """How many cases were looked at."""
        return sum(self.results.values())

    @property
    def replayed(self) -> int:
        """How many could be replayed, at least in part."""
        return self.total - self.results[Result.NOT_REPLAYABLE]

    def _add(self, outcome: Outcome) -> None:
        self.results[outcome.result] += 1
        if outcome.reason is not None:
            self.reasons[outcome.reason] += 1
        if (first := outcome.first) is not None:
            self.places[first.kind, first.element, first.name] += 1
        if (stop := outcome.stopped) is not None:
            self.stops[stop.element, stop.waits_for, stop.why] += 1
        if outcome.result is not Result.SAME and len(self.kept) < self.keep:
            self.kept.append(outcome)
