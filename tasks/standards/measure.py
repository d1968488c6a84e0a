"""What of a standard is measured, and in which direction it is good."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from engine.schedule.business import BusinessTime
from engine.schedule.timers import is_duration

Kind = Literal["in_time", "median_time", "negative_moments", "mean_mark"]

CHARTS: dict[str, str] = {
    "in_time": "p",
    "median_time": "xmr",
    "negative_moments": "u",
    "mean_mark": "xmr",
}
UNITS = {
    "in_time": "share of cases in time",
    "median_time": "working hours",
    "negative_moments": "negative moments per encounter",
    "mean_mark": "mark from 1 to 7",
}
GOOD = {"in_time": "high", "median_time": "low", "negative_moments": "low", "mean_mark": "high"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Where the values of a standard come from.

    `in_time` and `median_time` take the time from when an instance of `process` enters `begins`
    until it completes `ends`, in the working time of `calendar`; `in_time` asks whether that is at
    most `within`. `negative_moments` and `mean_mark` count the moments of the touchpoint. Every
    case counts: nothing is sampled.
    """

    kind: Kind
    process: str = ""
    begins: str = ""
    ends: str = ""
    within: str = ""
    calendar: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Measure | None":
        """Read what a standard keeps; None when it cannot be measured."""
        if kept.get("kind") not in CHARTS:
            return None
        texts = {
            name: str(kept.get(name) or "")
            for name in ("process", "begins", "ends", "within", "calendar")
        }
        found = cls(kind=kept["kind"], **texts)
        return found if found.readable else None

    @property
    def timed(self) -> bool:
        """Return whether it is a time between two elements."""
        return self.kind in {"in_time", "median_time"}

    @property
    def readable(self) -> bool:
        """Return whether it names everything that its kind needs."""
        if not self.timed:
            return True
        ways = all((self.process, self.begins, self.ends))
        return ways and (self.kind == "median_time" or _is_time(self.within))

    @property
    def good(self) -> Literal["high", "low"]:
        """Return the side on which values are good."""
        return "high" if GOOD[self.kind] == "high" else "low"

    @property
    def unit(self) -> str:
        """Return the unit of its values."""
        return UNITS[self.kind]

    @property
    def chart(self) -> str:
        """Return the chart that fits: xmr, p or u."""
        return CHARTS[self.kind]

    def kept(self) -> dict[str, Any]:
        """Return it as a standard keeps it, with its unit and sampling."""
        return asdict(self) | {"unit": self.unit, "sampling": "every case"}


def _is_time(text: str) -> bool:
    return BusinessTime.parse(text) is not None or is_duration(text)
