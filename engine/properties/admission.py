"""How many instances of a process may start a day, and in which order the others wait.

Written `20`, `policy welcome.per_day`, with `by VALUE` (FEEL, the highest goes first) and
`within P14D` (who waited longer is not started any more).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from engine import feel
from engine.schedule import timers

USUAL = "P30D"
_FORM = re.compile(
    r"(?:policy\s+(?P<policy>[a-z][a-z0-9_.]*)|(?P<number>\d{1,6}))"
    r"(?:\s+by\s+(?P<by>.+?))?(?:\s+within\s+(?P<within>P\S+))?",
    re.ASCII | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Admission:
    """What a process declares: a number or the key of a policy value, an order, an end."""

    number: int | None
    policy: str
    by: str  # FEEL; "": who came first
    within: str  # ISO 8601 duration

    @classmethod
    def parse(cls, text: str) -> "Admission":
        """Read the property; raise ValueError when it is unclear."""
        found = _FORM.fullmatch(text.strip())
        if found is None:
            raise ValueError(
                f"'{text}' is unclear; write '20 by value' or 'policy welcome.per_day by value'"
            )
        by, within = found["by"] or "", found["within"] or USUAL
        if by:
            try:
                feel.compile(by)
            except feel.SyntaxError_ as error:
                raise ValueError(str(error)) from error
        timers.after(datetime(2020, 1, 1, tzinfo=UTC), within)  # only to see whether it reads
        number = int(found["number"]) if found["number"] else None
        return cls(number, found["policy"] or "", by, within)
