"""Logistic regression: the probability of an outcome from a few figures known before.

Source: p = 1 / (1 + e^-βx), maximum likelihood by iteratively reweighted least squares. Not before
200 outcomes, and not for reasons: a coefficient tells what goes together, not what causes what.
Never put a refusal of data, an opt-out or an objection among the figures.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import expit, xlogy

from tasks.analytics.arrays import Flags, Floats, floats

FEWEST_OUTCOMES = 200
FEWEST_PER_FIGURE = 10  # outcomes of the rarer kind for each figure
STEPS = 100
LARGEST = 25.0  # a coefficient of a standardised figure beyond it means perfect separation


@dataclass(frozen=True, slots=True)
class Logistic:
    """A fitted model: intercept, a coefficient per figure with its standard error, and n."""

    intercept: float
    coefficients: Floats
    errors: Floats
    n: int

    @classmethod
    def fitted(cls, figures: npt.ArrayLike, outcomes: npt.ArrayLike) -> Self:
        """Return the most likely model; a row of figures per customer, outcomes true or false.

        Raise ValueError with fewer than 200 outcomes, fewer than 10 of the rarer kind per figure,
        or when a figure is constant or tells the outcome perfectly.
        """
        x, y = _checked(floats(figures), np.asarray(outcomes, dtype=np.bool_))
        center, spread = x.mean(axis=0), x.std(axis=0)
        if (spread == 0).any():
            raise ValueError("a figure is the same for everybody")
        design = np.column_stack([np.ones(len(x)), (x - center) / spread])
        beta, covariance = _most_likely(design, y.astype(np.float64))
        coefficients = beta[1:] / spread
        errors = np.sqrt(np.diag(covariance)[1:]) / spread
        return cls(float(beta[0] - coefficients @ center), coefficients, errors, len(x))

    def probability(self, figures: npt.ArrayLike) -> Floats:
        """Return the probability of the outcome for each row of figures."""
        x = floats(figures)
        if x.ndim != 2 or x.shape[1] != len(self.coefficients):
            raise ValueError("the rows have another number of figures than the model")
        return np.asarray(expit(self.intercept + x @ self.coefficients))


def log_likelihood(probability: Floats, outcomes: Flags) -> float:
    """Return ln L of outcomes under the probabilities given to them."""
    return float((xlogy(outcomes, probability) + xlogy(~outcomes, 1 - probability)).sum())


def _checked(x: Floats, y: Flags) -> tuple[Floats, Flags]:
    if x.ndim != 2 or len(x) != len(y):
        raise ValueError("there must be a row of figures for each outcome")
    if len(y) < FEWEST_OUTCOMES:
        raise ValueError(f"{len(y)} outcomes are too few, at least {FEWEST_OUTCOMES} are needed")
    rarer = min(int(y.sum()), int((~y).sum()))
    if rarer < FEWEST_PER_FIGURE * x.shape[1]:
        raise ValueError(f"{rarer} outcomes of one kind are too few for {x.shape[1]} figures")
    return x, y


def _most_likely(design: Floats, y: Floats) -> tuple[Floats, Floats]:
    beta = np.zeros(design.shape[1])
    for _ in range(STEPS):
        p = expit(design @ beta)
        information = design.T @ (design * (p * (1 - p))[:, None])
        try:
            step = np.linalg.solve(information, design.T @ (y - p))
        except np.linalg.LinAlgError as error:
            raise ValueError("the figures say the same twice") from error
        beta = beta + step
        if np.abs(beta).max() > LARGEST:
            raise ValueError("a figure tells the outcome perfectly")
        if np.abs(step).max() < 1e-10:
            return beta, np.linalg.inv(information)
    raise ValueError("the figures do not determine the model")
