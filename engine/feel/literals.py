"""What stands in `@"…"` and in the text of dates, times and durations."""

from typing import Any

from engine.feel import temporal


def read_literal(text: str) -> Any:
    """Return the date, time, date and time or duration of a text; None when it is none."""
    return (
        temporal.read_duration(text)
        if text.lstrip("-").startswith("P")
        else (
            temporal.read_date(text)
            or temporal.read_time(text)
            or (temporal.read_date_time(text) if "T" in text else None)
        )
    )
