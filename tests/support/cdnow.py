"""The CDNOW sample cut as in the publications: 39 weeks to learn from, 39 weeks to check by."""

from collections import Counter
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


def everybody() -> list[int]:
    """Return what each of all 23,570 customers spent, in cents; skip where it is not installed."""
    cohort()
    lines = cdnow_path().with_name("CDNOW_master.txt").read_text("ascii").splitlines()[1:]
    spent: Counter[str] = Counter()
    for line in lines:
        customer, _, _, dollars = line.split()
        spent[customer] += round(float(dollars) * 100)
    return [*spent.values()]
