"""Events per opportunity with an exact interval: complaints per 1,000 customers, calls per order.

Source: Garwood (1936), Poisson. Not where one event brings the next (a fault that hits many at
once): the interval is then too narrow; see `charts.dispersion`.
"""

from scipy.special import gammaincinv

from tasks.analytics.estimate import LEVEL, Estimate, check_level


def rate(events: int, opportunities: float, level: float = LEVEL) -> Estimate | None:
    """Return events per opportunity; None without opportunity. Scale it for "per 1,000".

    Raise ValueError for negative counts.
    """
    check_level(level)
    if events < 0 or opportunities < 0:
        raise ValueError(f"{events} events in {opportunities} opportunities cannot be")
    if not opportunities:
        return None
    miss = (1 - level) / 2
    low = float(gammaincinv(events, miss)) if events else 0.0
    high = float(gammaincinv(events + 1, 1 - miss))
    n = round(opportunities)
    return Estimate(events / opportunities, low / opportunities, high / opportunities, n, level)
