"""The CDNOW sample cut as in the publications: 39 weeks to learn from, 39 weeks to check by."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pytest

from engine.errors import NotFound
from tasks.analytics.arrays import Floats, Ints
from tasks.analytics.lifetime.history import Histories
from tasks.analytics.scoring.purchases import Purchases
from tasks.analytics.scoring.summary import Summary, summarise
from tasks.seeding.demo import cdnow_path, parse

CALIBRATED_TO = date(1997, 9, 30).toordinal()


@dataclass(frozen=True)
class Cohort:
    """The summary at the end of calibration, and what came later."""

    everything: Purchases
    summary: Summary
    later: Ints  # purchases in the holdout, by customer

    @property
    def histories(self) -> Histories:
        """Return x, t_x and T of each customer."""
        return self.summary.histories

    @property
    def mean_spend(self) -> Floats:
        """Return the mean spend per repeat day in dollars."""
        return self.summary.mean_spend / 100


@cache
def _cohort() -> Cohort:
    lines = parse(cdnow_path().read_text("ascii").splitlines())
    rows = sorted((p.customer - 1, p.day.toordinal(), p.amount) for p in lines)
    customer, day, amount = (np.array(column) for column in zip(*rows, strict=True))
    everything = Purchases.of(customer, day, amount)
    n = int(customer.max()) + 1
    later = np.unique(np.stack([customer, day])[:, day > CALIBRATED_TO], axis=1)[0]
    learned = summarise(everything.until(CALIBRATED_TO), n, CALIBRATED_TO)
    return Cohort(everything, learned, np.bincount(later, minlength=n))


def cohort() -> Cohort:
    """Return the sample; skip the test where the demo data is not installed."""
    try:
        return _cohort()
    except NotFound:
        pytest.skip("the CDNOW sample is not installed")


@cache
def _master() -> Purchases:
    path = cdnow_path().with_name("CDNOW_master.txt")
    lines = [line.split() for line in path.read_text("ascii").splitlines()[1:]]
    rows = sorted(
        (int(customer) - 1, date.fromisoformat(day).toordinal(), round(float(dollars) * 100))
        for customer, day, _, dollars in lines
    )
    return Purchases.of(*zip(*rows, strict=True))


def everybodys_purchases() -> Purchases:
    """Return what all 23,570 customers bought in 18 months; skip where it is not installed."""
    cohort()
    return _master()


def everybody() -> list[int]:
    """Return what each of them spent, in cents."""
    purchases = everybodys_purchases()
    spent = np.bincount(purchases.customer, purchases.amount)
    return [round(float(cents)) for cents in spent]
