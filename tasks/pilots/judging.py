"""What may be said of a pilot at a look: effect, intervals, whether to stop, what to do.

At the end of the planned weeks the effect has a 95 % interval for one look (Newcombe 1998 for
shares, Welch 1947 for means). Before, only the always-valid interval is given (normal mixture:
Robbins 1970, Johari et al. 2022): it holds at all looks together, so that nobody can look until
chance pleases. A pilot is stopped early only for harm: when that interval lies below 0, or when the
loss named beforehand is observed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.text.sentences import sentence
from tasks.analytics.estimate import Estimate
from tasks.analytics.pilot.sequential import anytime_difference, anytime_gain
from tasks.analytics.pilot.two_means import Sample, TwoMeans, gain
from tasks.analytics.pilot.two_proportions import TwoArms, difference
from tasks.pilots.counting import Arms

Suggestion = Literal["adopt", "modify", "drop", "wait"]
FEWEST = 20  # customers on each side, before an observed loss stops anything
LOST = 0.001  # p-value of unequal sides, below which something loses customers


@dataclass(frozen=True, slots=True)
class Plan:
    """What was agreed before, in shares or in the unit of the measure."""

    success_if: float
    stop_if: float
    planned: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A look. `shown` is the interval that may be told now: of the end, or the always-valid one."""

    arms: Arms
    over: bool
    at_end: Estimate | None
    always: Estimate | None
    stopped: bool
    suggestion: Suggestion
    reason: str

    @property
    def shown(self) -> Estimate | None:
        """The interval that may be told now."""
        return self.at_end if self.over else self.always

    @property
    def effect_reported(self) -> bool:
        """Return whether an effect is claimed, in either direction."""
        return self.shown is not None and self.shown.leaves_out(0.0)

    def plain(self) -> dict[str, Any]:
        """Return it as processes and pages read it, with four places."""
        arms, shown, always = self.arms, self.shown, self.always
        candidate, current = _sides(arms)
        return {
            "n_candidate": arms.n_candidate,
            "n_current": arms.n_current,
            "candidate": candidate,
            "current": current,
            "effect": _rounded(arms.difference if arms.n_candidate and arms.n_current else None),
            "low": _rounded(shown.low if shown else None),
            "high": _rounded(shown.high if shown else None),
            "always_valid_low": _rounded(always.low if always else None),
            "always_valid_high": _rounded(always.high if always else None),
            "horizon_reached": self.over,
            "stopped": self.stopped,
            "suggestion": self.suggestion,
            "reason": self.reason,
        }


def judge(arms: Arms, plan: Plan, *, over: bool, unequal: float | None = None) -> Judged:
    """Return what may be said; `unequal` is the p-value of the sizes of the sides."""
    at_end = _interval(arms) if over else None
    always = (
        anytime_difference(arms, plan.planned)
        if isinstance(arms, TwoArms)
        else anytime_gain(arms, plan.planned)
    )
    stopped = not over and _harm(arms, always, plan)
    suggestion, reason = _said(at_end, plan, over=over, stopped=stopped)
    if unequal is not None and unequal < LOST:
        suggestion = "wait" if suggestion == "adopt" else suggestion
        reason = sentence(
            "The two sides are not as large as they were drawn: customers of one side get lost,"
            " and no effect can be read before that is found."
        )
    return Judged(arms, over, at_end, always, stopped, suggestion, reason)


def _interval(arms: Arms) -> Estimate | None:
    return difference(arms) if isinstance(arms, TwoArms) else gain(arms)


def _harm(arms: Arms, always: Estimate | None, plan: Plan) -> bool:
    if always is not None and always.high < 0:
        return True
    enough = min(arms.n_candidate, arms.n_current) >= FEWEST
    return enough and arms.difference <= -plan.stop_if


def _said(
    at_end: Estimate | None, plan: Plan, *, over: bool, stopped: bool
) -> tuple[Suggestion, str]:
    if stopped:
        return "drop", sentence("Stopped: the new way does harm.")
    if not over:
        return "wait", sentence("The weeks are not over.")
    if at_end is None:
        return "modify", sentence("Nobody came on one of the sides: nothing can be said.")
    if at_end.low > 0:
        if at_end.value >= plan.success_if:
            return "adopt", sentence("The effect is there, and as large as was asked.")
        return "modify", sentence("The effect is there, but smaller than was asked.")
    if at_end.high < 0:
        return "drop", sentence("The new way is worse.")
    if at_end.high < plan.success_if:
        return "drop", sentence("No effect is shown, and one as large as was asked is excluded.")
    return "modify", sentence("No effect is shown; with so few customers one may still be there.")


def kept(arms: Arms) -> dict[str, Any]:
    """Return the counts of a look as a pilot keeps them."""
    if isinstance(arms, TwoArms):
        return {
            "n_candidate": arms.n_candidate,
            "good_candidate": arms.successes_candidate,
            "n_current": arms.n_current,
            "good_current": arms.successes_current,
        }
    return {
        "good": arms.good,
        **{
            f"{part}_{side}": getattr(sample, part)
            for side, sample in (("candidate", arms.candidate), ("current", arms.current))
            for part in ("n", "mean", "variance")
        },
    }


def told(kept: Mapping[str, Any]) -> Arms:
    """Return the counts of a look that was kept."""
    if "good" not in kept:
        return TwoArms(
            kept["n_candidate"], kept["good_candidate"], kept["n_current"], kept["good_current"]
        )
    new, old = (
        Sample(kept[f"n_{side}"], kept[f"mean_{side}"], kept[f"variance_{side}"])
        for side in ("candidate", "current")
    )
    return TwoMeans(new, old, kept["good"])


def _sides(arms: Arms) -> tuple[float | None, float | None]:
    """Return the share or mean of both sides."""
    if isinstance(arms, TwoArms):
        return (
            _share(arms.successes_candidate, arms.n_candidate),
            _share(arms.successes_current, arms.n_current),
        )
    return (
        _rounded(arms.candidate.mean if arms.candidate.n else None),
        _rounded(arms.current.mean if arms.current.n else None),
    )


def _share(good: int, n: int) -> float | None:
    return round(good / n, 4) if n else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
