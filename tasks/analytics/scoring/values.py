"""Lifetime values of all customers (A4), with models that are told when they cannot be trusted."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tasks.analytics.arrays import Flags, Floats
from tasks.analytics.lifetime.clv import Terms, discounted_purchases
from tasks.analytics.lifetime.gamma_gamma import GammaGamma, dependence
from tasks.analytics.lifetime.history import Histories
from tasks.analytics.lifetime.mbg import MbgNbd
from tasks.analytics.lifetime.model import Fitted
from tasks.analytics.scoring.summary import Summary

MOST_DEPENDENT = 0.3
YEAR_WEEKS = 365.25 / 7


@dataclass(frozen=True, slots=True)
class Models:
    """The models behind the values of one night; None where the data do not carry one.

    `dependence` is the correlation of repeat days and mean spend; beyond ± 0.3 everybody is
    expected to spend the mean of all per purchase day.
    """

    purchases: MbgNbd | None
    fitted: Fitted | None
    spend: GammaGamma | None
    dependence: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Values:
    """P(alive), purchase days of the next 12 months, and value in minor units; NaN unknown."""

    p_alive: npt.NDArray[np.float32]
    expected_12m: npt.NDArray[np.float32]
    clv: npt.NDArray[np.float64]


def fit_models(seen: Summary) -> Models:
    """Return the models fitted on all who bought; say why where one is missing."""
    bought = seen.bought
    histories = _of(seen.histories, bought)
    x, spend = histories.x, seen.mean_spend[bought]
    apart = dependence(x, spend)
    try:
        purchases, fitted = MbgNbd.fitted(histories)
    except ValueError as error:
        return Models(None, None, None, apart, str(error))
    if apart is None:
        return Models(purchases, fitted, None, apart, "everybody spends the same a day")
    if abs(apart) > MOST_DEPENDENT:
        return Models(purchases, fitted, None, apart, "spend depends on the number of purchases")
    try:
        return Models(purchases, fitted, GammaGamma.fitted(x, spend)[0], apart)
    except ValueError as error:
        return Models(purchases, fitted, None, apart, str(error))


def values(seen: Summary, models: Models, terms: Terms) -> Values:
    """Return the values of each customer; 0 for who never bought, NaN without a model."""
    bought = seen.bought
    model = models.purchases
    if model is None:
        unknown = np.where(bought, np.nan, 0.0)
        return Values(unknown.astype(np.float32), unknown.astype(np.float32), unknown)
    histories = _of(seen.histories, bought)
    alive, year, clv = (np.zeros(len(bought)) for _ in range(3))
    undiscounted = Terms(months=12, discount_year=0.0)
    alive[bought] = model.p_alive(histories)
    year[bought] = discounted_purchases(model, histories, undiscounted)
    coming = discounted_purchases(model, histories, terms)
    clv[bought] = coming * _spend(seen, bought, models) * terms.margin_share
    return Values(alive.astype(np.float32), year.astype(np.float32), clv)


def _spend(seen: Summary, bought: Flags, models: Models) -> Floats:
    if models.spend is not None and models.spend.q > 1:
        return models.spend.expected(seen.histories.x[bought], seen.mean_spend[bought])
    days = int(seen.histories.x[bought].sum()) + int(bought.sum())
    return np.full(int(bought.sum()), float(seen.spent[bought].sum()) / max(days, 1))


def _of(histories: Histories, kept: Flags) -> Histories:
    return Histories(histories.x[kept], histories.last[kept], histories.age[kept])
