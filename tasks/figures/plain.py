"""Figures as JSON: an estimate with its interval and n, or nothing where n is too small."""

from typing import Any

from tasks.analytics.estimate import Estimate

FEWEST = 10  # observations from which a share or mean is shown


def told(found: Estimate | None, fewest: int = FEWEST) -> dict[str, Any] | None:
    """Return value, low, high and n; None below `fewest` observations."""
    if found is None or found.n < fewest:
        return None
    return {"value": found.value, "low": found.low, "high": found.high, "n": found.n}
