"""A6, NPS, CSAT and CES with n, response rate and interval.

Source: Reichheld (2003); Dixon, Freeman and Toman (2010). Hidden below 10 answers. Never a target
for single people, and no difference is claimed between groups without an interval of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from tasks.analytics.estimate import LEVEL, Estimate, normal_quantile
from tasks.analytics.mean import mean
from tasks.analytics.proportion import proportion

FEWEST_ANSWERS = 10
FEWEST_STAFF = 8


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A figure (None while hidden), the number of answers, and how many of the asked answered."""

    figure: Estimate | None
    answers: int
    response: Estimate | None


def nps(answers: Sequence[int], asked: int, level: float = LEVEL) -> Surveyed:
    """Return promoters (9, 10) - detractors (0 to 6), from -1 to 1.

    The standard error is √((p + d - (p - d)²) / n). Raise ValueError for an answer outside 0 to 10
    or more answers than asked.
    """
    _check(answers, 0, 10)
    n = len(answers)
    if not n:
        return _surveyed(None, 0, asked)
    promoters = sum(answer >= 9 for answer in answers) / n
    detractors = sum(answer <= 6 for answer in answers) / n
    value = promoters - detractors
    half = normal_quantile(level) * sqrt((promoters + detractors - value**2) / n)
    found = Estimate(value, max(value - half, -1.0), min(value + half, 1.0), n, level)
    return _surveyed(found, n, asked)


def csat(answers: Sequence[int], asked: int, level: float = LEVEL) -> Surveyed:
    """Return the share of 4 and 5 among answers of 1 to 5."""
    _check(answers, 1, 5)
    satisfied = sum(answer >= 4 for answer in answers)
    return _surveyed(proportion(satisfied, len(answers), level), len(answers), asked)


def ces(answers: Sequence[int], asked: int, level: float = LEVEL) -> Surveyed:
    """Return the mean of answers of 1 to 7 to "it was easy" (7 agrees)."""
    _check(answers, 1, 7)
    return _surveyed(mean([float(a) for a in answers], level), len(answers), asked)


def staff_pulse(answers: Sequence[int], asked: int) -> Surveyed:
    """Return the mean of one question to employees (1 to 5), hidden below 8 answers.

    Without filters, so that nobody can be found by difference.
    """
    _check(answers, 1, 5)
    found = mean([float(a) for a in answers])
    return _surveyed(found, len(answers), asked, FEWEST_STAFF)


def nps_change(
    before: Sequence[int], after: Sequence[int], level: float = LEVEL
) -> Estimate | None:
    """Return NPS after - NPS before of different people, with interval; None below 10 answers."""
    first, second = nps(before, len(before)).figure, nps(after, len(after)).figure
    if first is None or second is None:
        return None
    value = second.value - first.value
    half = normal_quantile(level) * sqrt(_variance(before) + _variance(after))
    return Estimate(value, value - half, value + half, first.n + second.n, level)


def _variance(answers: Sequence[int]) -> float:
    n = len(answers)
    marks = [(answer >= 9) - (answer <= 6) for answer in answers]
    value = sum(marks) / n
    return (sum(abs(mark) for mark in marks) / n - value**2) / n


def _surveyed(
    found: Estimate | None, answers: int, asked: int, fewest: int = FEWEST_ANSWERS
) -> Surveyed:
    return Surveyed(found and found.shown_from(fewest), answers, proportion(answers, asked))


def _check(answers: Sequence[int], least: int, most: int) -> None:
    if any(not least <= answer <= most for answer in answers):
        raise ValueError(f"answers lie between {least} and {most}")
