"""A11, campaign effect: what it takes to prove one, and what the treated did beyond the control.

Source: difference of two shares with the normal interval. Responses are shares, money minor units.
The arms must have been drawn at random and everybody drawn counts, contacted or not. For one look
at the end; a pilot that is looked at every week needs `pilot.sequential`.
"""

from dataclasses import dataclass
from math import ceil, sqrt

from tasks.analytics.estimate import Estimate

Z95 = 1.96
FEWEST = 10  # people of an arm from which a difference of margins is told


@dataclass(frozen=True, slots=True)
class Effect:
    """Response of both arms, the difference and its 95 % confidence interval (shares)."""

    response_treated: float
    response_control: float
    uplift: float
    low: float
    high: float

    @property
    def proven(self) -> bool:
        """Return whether the interval leaves out "no effect"."""
        return self.low > 0 or self.high < 0


def break_even_response(cost_per_contact: float, margin_per_response: float) -> float:
    """Return the response (a share) at which a contact earns what it costs; 1 when it cannot."""
    if margin_per_response <= 0:
        return 1.0
    return min(cost_per_contact / margin_per_response, 1.0)


def needed_per_arm(response: float, difference: float) -> int | None:
    """Return how many people each arm needs to show this difference: 16 · p(1-p) / δ²."""
    if difference <= 0:
        return None
    return ceil(round(16 * response * (1 - response) / difference**2, 9))


def measurable(audience: int, control_share: float, needed: int | None) -> bool:
    """Return whether a control group of this share could show the effect at all.

    When not, say "not measurable" and contact everybody, instead of holding some back for nothing.
    Raise ValueError for an impossible share.
    """
    if not 0 <= control_share <= 1:
        raise ValueError(f"{control_share} is no share")
    control = round(audience * control_share)
    return needed is not None and min(control, audience - control) >= needed


def uplift(treated: int, responded_treated: int, control: int, responded_control: int) -> Effect:
    """Return the comparison of the arms: p_t - p_c with ± 1.96 · √(p_t q_t / n_t + p_c q_c / n_c).

    An empty arm has response 0 and adds no variance; who shows the figures says how many there
    were in each.
    """
    p_t, v_t = _response(treated, responded_treated)
    p_c, v_c = _response(control, responded_control)
    half = Z95 * sqrt(v_t + v_c)
    difference = p_t - p_c
    return Effect(p_t, p_c, difference, difference - half, difference + half)


def incremental_margin(effect: Effect, treated: int, margin_per_response: int) -> int:
    """Return the margin (minor units) that would not have come without the campaign."""
    return round(effect.uplift * treated * margin_per_response)


@dataclass(frozen=True, slots=True)
class Spent:
    """What an arm brought: how many people, Σ margin and Σ margin² (minor units)."""

    n: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """Return the margin a head."""
        return self.total / self.n

    @property
    def error(self) -> float:
        """Return the variance of the mean."""
        spread = max(self.squares - self.total**2 / self.n, 0.0) / (self.n - 1)
        return spread / self.n


def margin_beyond_control(treated: Spent, control: Spent) -> Estimate | None:
    """Return the margin of the treated beyond what as many of the control brought, minor units.

    n_t · (m_t - m_c) ± 1.96 · n_t · √(s_t²/n_t + s_c²/n_c): what really was earned, not responses
    times a planned margin. None with fewer than 10 people in an arm: a few large orders would
    decide it. n is both arms together.
    """
    if min(treated.n, control.n) < FEWEST:
        return None
    value = treated.n * (treated.mean - control.mean)
    half = Z95 * treated.n * sqrt(treated.error + control.error)
    return Estimate(value, value - half, value + half, treated.n + control.n)


def return_on(margin: int, cost: int) -> float | None:
    """Return (margin - cost) / cost; None when it cost nothing."""
    return (margin - cost) / cost if cost else None


def _response(people: int, responded: int) -> tuple[float, float]:
    if not people:
        return 0.0, 0.0
    p = responded / people
    return p, p * (1 - p) / people
