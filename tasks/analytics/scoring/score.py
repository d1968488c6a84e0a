"""H-5, all scores that purchases alone can tell, for every customer in one pass."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tasks.analytics.arrays import Days, Flags, Ints
from tasks.analytics.lifetime.clv import Terms
from tasks.analytics.scoring.purchases import Purchases
from tasks.analytics.scoring.ranks import Small, cut_tier_a, fifths, ranks, tier_numbers
from tasks.analytics.scoring.summary import Summary, summarise
from tasks.analytics.scoring.values import Models, Values, fit_models, values
from tasks.analytics.scoring.windows import rhythm, usual_gaps, windows

YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Scores:
    """One place per customer in each array; days are day numbers, money is minor units.

    `r`, `f`, `m` are 1 (worst) to 5 (best), 1 for who never bought; `tier` is a place in
    `ranks.TIER_NAMES`; `silent` tells who has been away longer than max(8 weeks, own Q90 gap);
    a window of -1 is none. `usual_gaps` are the quartiles of all gaps together, in days.
    """

    orders: Days
    recency_days: Days
    spent: Ints
    r: Small
    f: Small
    m: Small
    margin_12m: Ints
    tier: Small
    margin_rank: Days
    revenue_rank: Days
    x: Days
    t_x: Days
    age: Days
    p_alive: npt.NDArray[np.float32]
    expected_12m: npt.NDArray[np.float32]
    clv: npt.NDArray[np.float64]
    silent: Flags
    window_from: Days
    window_to: Days
    usual_gaps: tuple[float, float] | None
    models: Models


def score(
    purchases: Purchases,
    customers: int,
    today: int,
    terms: Terms | None = None,
    owners: int | None = None,
) -> Scores:
    """Return the scores of the customers 0 … customers - 1 at the end of the day `today`.

    `terms` are those of the lifetime value; with a number of `owners` tier A is cut at what they
    can serve. Without a column of margins the margin is the share of
    the revenue in `terms`. Raise ValueError for purchases after today or of unknown customers.
    """
    terms = terms or Terms()
    seen = summarise(purchases, customers, today)
    margin = _margin_12m(purchases, customers, today, terms)
    opens, closes = windows(seen)
    models = fit_models(seen)
    worth = values(seen, models, terms)
    scores = _scores(seen, margin, (opens, closes), models, worth)
    if owners is None:
        return scores
    return replace(scores, tier=cut_tier_a(scores.tier, scores.margin_rank, owners))


def _scores(
    seen: Summary, margin: Ints, window: tuple[Days, Days], models: Models, worth: Values
) -> Scores:
    bought = seen.bought
    return Scores(
        orders=seen.orders,
        recency_days=seen.recency,
        spent=seen.spent,
        r=_among_buyers(-seen.recency, bought),
        f=_among_buyers(seen.orders, bought),
        m=_among_buyers(seen.spent, bought),
        margin_12m=margin,
        tier=tier_numbers(margin),
        margin_rank=ranks(margin),
        revenue_rank=ranks(seen.spent),
        x=seen.histories.x,
        t_x=seen.histories.last,
        age=seen.histories.age,
        p_alive=worth.p_alive,
        expected_12m=worth.expected_12m,
        clv=worth.clv,
        silent=bought & (seen.recency > rhythm(seen)),
        window_from=window[0],
        window_to=window[1],
        usual_gaps=usual_gaps(seen),
        models=models,
    )


def _among_buyers(scored: npt.NDArray[np.integer], bought: Flags) -> Small:
    result = np.ones(len(scored), dtype=np.int8)
    result[bought] = fifths(scored[bought])
    return result


def _margin_12m(purchases: Purchases, customers: int, today: int, terms: Terms) -> Ints:
    lately = purchases.since(today - YEAR_DAYS)
    if lately.margin is None:
        earned = np.bincount(lately.customer, lately.amount * terms.margin_share, customers)
    else:
        earned = np.bincount(lately.customer, lately.margin, customers)
    return np.rint(earned).astype(np.int64)
