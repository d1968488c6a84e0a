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
    def parse(cls, text: str) -> "Standard":
        """Read "accepted -> answered, 2 bd, 95 %"; raise ValueError when it is something else."""
        match = _STANDARD.fullmatch(text)
        if match is None or not (BusinessTime.parse(match["time"]) or is_duration(match["time"])):
            message = f"'{text}' is no standard; write 'accepted -> answered, 2 bd, 95 %'"
            raise ValueError(message)
        share = float(match["share"] or 100) / 100
        if share > 1:
            raise ValueError(f"'{text}' is for more than all cases")
        return cls(match["begins"], match["ends"], match["time"], share)
