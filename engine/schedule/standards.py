"""A service standard as drawings write it: from an element to another, in a time, for a share."""

import re
from dataclasses import dataclass

from engine.schedule.business import BusinessTime
from engine.schedule.timers import is_duration

_STANDARD = re.compile(
    r"\s*(?P<begins>[\w.-]+)\s*->\s*(?P<ends>[\w.-]+)\s*,\s*(?P<time>[^,%]+?)\s*"
    r"(?:,\s*(?P<share>\d{1,3}(?:\.\d+)?)\s*%\s*)?"
)


@dataclass(frozen=True, slots=True)
class Standard:
    """From one element to another within a time, in a share (0 to 1) of the cases."""

    begins: str
    ends: str
    time: str
    share: float = 1.0

    @classmethod
    def parse(cls, text: str) -> "Standard | None":
        """Read "accepted -> answered, 2 bd, 95 %"; None when it is a promise in words."""
        match = _STANDARD.fullmatch(text)
        if match is None or not (BusinessTime.parse(match["time"]) or is_duration(match["time"])):
            return None
        share = min(1.0, float(match["share"] or 100) / 100)
        return cls(match["begins"], match["ends"], match["time"], share)
