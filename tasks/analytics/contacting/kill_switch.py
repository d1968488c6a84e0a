"""A16, when a campaign must stop: a limit is passed beyond doubt, not by chance.

The lower 95 % limit (exact, one-sided) of a rate must exceed its limit, with at least 3 spam
reports or 5 of the others: two spam reports after 200 messages stop nothing. Limits are policy
values; these are their defaults. Not for judging who wrote the message.
"""

from dataclasses import dataclass
from typing import Literal

from tasks.analytics.proportion import lower_limit
from tasks.analytics.reaction import Reactions

Kind = Literal["spam_reports", "opt_outs", "bounces"]
Action = Literal["warn", "stop"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits as shares of the messages sent, and the fewest events before anything is done."""

    spam_warn: float = 0.001
    spam_stop: float = 0.003
    opt_outs: float = 0.01
    bounces: float = 0.02
    fewest_spam: int = 3
    fewest_others: int = 5


@dataclass(frozen=True, slots=True)
class Breach:
    """A rate that is too high: what to do, what was seen, and what it is at least."""

    kind: Kind
    action: Action
    count: int
    rate: float
    at_least: float
    limit: float


def breaches(seen: Reactions, limits: Limits | None = None) -> list[Breach]:
    """Return the rates beyond their limits; `complaints` of the reactions are spam reports."""
    at = limits or Limits()
    spam, least = seen.complaints, at.fewest_spam
    found = [
        _breach("spam_reports", "stop", spam, seen, at.spam_stop, least)
        or _breach("spam_reports", "warn", spam, seen, at.spam_warn, least),
        _breach("opt_outs", "stop", seen.opt_outs, seen, at.opt_outs, at.fewest_others),
        _breach("bounces", "stop", seen.bounces, seen, at.bounces, at.fewest_others),
    ]
    return [breach for breach in found if breach]


def must_stop(seen: Reactions, limits: Limits | None = None) -> bool:
    """Return whether the campaign must be paused."""
    return any(breach.action == "stop" for breach in breaches(seen, limits))


def _breach(
    kind: Kind, action: Action, count: int, seen: Reactions, limit: float, fewest: int
) -> Breach | None:
    if count < fewest:
        return None
    at_least = lower_limit(count, seen.sent)
    if at_least <= limit:
        return None
    return Breach(kind, action, count, count / seen.sent, at_least, limit)
