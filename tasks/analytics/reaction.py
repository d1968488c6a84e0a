"""A16, the receiver's reaction: a score per template (see `contacting.kill_switch` for limits).

`complaints` are spam reports. The score compares templates of one purpose; it is no grade of who
wrote them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reactions:
    """How people answered the messages sent."""

    sent: int
    orders: int = 0
    positive_replies: int = 0
    clicks: int = 0
    opt_outs: int = 0
    complaints: int = 0
    not_understood: int = 0
    bounces: int = 0

    def share(self, count: int) -> float:
        """Return a count as a share of what was sent."""
        return count / self.sent if self.sent else 0.0


def reaction_score(seen: Reactions) -> float | None:
    """Return (10·orders + 3·replies + clicks - 10·opt-outs - 20·complaints - 3·unclear) / sent."""
    if not seen.sent:
        return None
    liked = 10 * seen.orders + 3 * seen.positive_replies + seen.clicks
    disliked = 10 * seen.opt_outs + 20 * seen.complaints + 3 * seen.not_understood
    return (liked - disliked) / seen.sent
