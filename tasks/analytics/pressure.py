"""A9, contact pressure: how much a customer heard from us lately, fading by half in 14 days.

Formula: Σ weight of the channel · weight of the purpose · 2^(-age / 14 days); weights are defaults.
It orders whom to leave in peace; permissions and hard caps are decided elsewhere and come first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

CHANNEL_WEIGHT = {"phone": 3.0, "sms": 2.0, "email": 1.0, "post": 1.0}
PURPOSE_WEIGHT = {"marketing": 1.0, "survey": 0.5}  # serving a customer is no pressure
HALF_LIFE = timedelta(days=14)
FATIGUE = 3  # falling responses in a row


@dataclass(frozen=True, slots=True)
class Touch:
    """One contact that reached the customer."""

    at: datetime
    channel: str
    purpose: str


def pressure(touches: Iterable[Touch], now: datetime) -> float:
    """Return Σ channel weight · purpose weight · 2^(-age / 14 days)."""
    return sum(
        CHANNEL_WEIGHT.get(touch.channel, 1.0)
        * PURPOSE_WEIGHT.get(touch.purpose, 0.0)
        * 2 ** (-((now - touch.at) / HALF_LIFE))
        for touch in touches
        if touch.at <= now
    )


def touches_within(touches: Iterable[Touch], days: int, now: datetime) -> int:
    """Return the number of marketing contacts of the last `days` days."""
    since = now - timedelta(days=days)
    return sum(1 for t in touches if t.purpose == "marketing" and since < t.at <= now)


def tired(responses: list[float]) -> bool:
    """Return whether the last three reactions each fell below the one before."""
    last = responses[-FATIGUE - 1 :]
    falls = [later < earlier for earlier, later in pairwise(last)]
    return len(falls) == FATIGUE and all(falls)
