"""Do counts vary as chance alone would make them? Otherwise p, u and c charts cry wolf.

Source: index of dispersion (Fisher); χ² against the limits of chance. Daily calls of a bank have
variance ÷ mean = 262: a chart that believes in chance calls 82 % of the days out of control.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.analytics.charts import rates, shares
from tasks.analytics.charts.points import check_baseline

UNLIKELY = 0.01
NOTICEABLE = 1.2  # a ratio below it changes nobody's decision, however many cases prove it


@dataclass(frozen=True, slots=True)
class Dispersion:
    """How many times the variance of chance the values vary, and the p-value of that.

    `overdispersed`: use Laney's limits or an XmR chart instead of p or u.
    """

    ratio: float
    p_value: float
    n: int

    @property
    def overdispersed(self) -> bool:
        """Return whether chance alone does not explain the variation."""
        return self.ratio > NOTICEABLE and self.p_value < UNLIKELY


def of_shares(baseline: Sequence[shares.Period]) -> Dispersion:
    """Return the dispersion of shares; raise ValueError with fewer than 12 periods."""
    chart = shares.ShareChart.frozen(baseline)
    if chart.center in {0.0, 1.0}:
        return Dispersion(1.0, 1.0, chart.n)
    spread = chart.center * (1 - chart.center)
    chi2 = sum((did / n - chart.center) ** 2 * n / spread for did, n in baseline if n)
    return _dispersion(chi2, chart.n)


def of_rates(baseline: Sequence[rates.Period]) -> Dispersion:
    """Return the dispersion of rates; raise ValueError with fewer than 12 periods."""
    chart = rates.RateChart.frozen(baseline)
    if chart.center == 0:
        return Dispersion(1.0, 1.0, chart.n)
    chi2 = sum((events / n - chart.center) ** 2 * n / chart.center for events, n in baseline if n)
    return _dispersion(chi2, chart.n)


def of_counts(baseline: Sequence[int]) -> Dispersion:
    """Return variance ÷ mean of counts of equal periods; raise ValueError with fewer than 12."""
    check_baseline(baseline)
    return of_rates([(count, 1.0) for count in baseline])


def _dispersion(chi2: float, n: int) -> Dispersion:
    # standards are installed with the web, which must not load scipy at its start
    from scipy.special import chdtrc

    return Dispersion(chi2 / (n - 1), float(chdtrc(n - 1, chi2)), n)
