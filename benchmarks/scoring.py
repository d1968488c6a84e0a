"""Scores generated customers: time and peak memory for 100,000 and for 1,000,000, and their ratio.

    python -m benchmarks scoring

Each size runs in a process of its own, as the nightly scoring does. Its peak memory is compared
with that of a process that only has the columns of purchases.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np

from benchmarks._table import bar
from tasks.analytics.lifetime.clv import Terms
from tasks.analytics.scoring.purchases import Purchases
from tasks.analytics.scoring.score import score

FEW, MANY = 100_000, 1_000_000
DAYS = 1_095
R, ALPHA, A, B = 0.8, 10.0, 0.9, 2.5  # weeks


def generated(customers: int, seed: int = 1) -> Purchases:
    """Return purchases of three years of customers who behave as MBG/NBD says."""
    random = np.random.default_rng(seed)
    rate = random.gamma(R, 1 / ALPHA, customers) / 7
    leaves = random.beta(A, B, customers)
    spend = 6.0 * 1500 / random.gamma(4.0, 1.0, customers)
    now = random.uniform(0, DAYS, customers)
    alive = np.arange(customers)
    parts = []
    while len(alive):
        parts.append((alive.astype(np.int32), now.astype(np.int32)))
        stays = random.random(len(alive)) >= leaves[alive]
        alive, now = alive[stays], now[stays]
        now = now + random.exponential(1 / np.maximum(rate[alive], 1e-9))
        inside = now < DAYS
        alive, now = alive[inside], now[inside]
    customer, day = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((day, customer))
    customer, day = customer[order], day[order]
    amount = random.gamma(6.0, spend[customer] / 6.0).astype(np.int64)
    return Purchases(customer, day, amount, amount * 3 // 10)


def once(customers: int) -> dict[str, float]:
    """Return seconds and megabytes of one run."""
    purchases = generated(customers)
    before = _peak_mb()
    begun = time.perf_counter()
    scores = score(purchases, customers, DAYS, Terms(months=12, margin_share=0.3))
    seconds = time.perf_counter() - begun
    if scores.models.purchases is None or not np.isfinite(scores.clv).all():
        raise ValueError("the scores are not what they should be")
    model = scores.models.purchases
    return {
        "seconds": seconds,
        "purchases": len(purchases),
        "before": before,
        "peak": _peak_mb(),
        "r": model.r,
        "alpha": model.alpha,
    }


def report() -> Iterator[str]:
    """Measure both sizes, each in its own process."""
    few, many = _measured(FEW), _measured(MANY)
    for customers, found in ((FEW, few), (MANY, many)):
        yield (
            f"  {customers:>9,} customers, {found['purchases']:>9,.0f} purchases: "
            f"{found['seconds']:.1f} s, peak {found['peak']:.0f} MB "
            f"({found['before']:.0f} MB with the generated purchases alone)"
        )
    yield bar("ten times the customers: time", many["seconds"] / few["seconds"], 12)
    yield bar("a million customers", many["seconds"], 60, "s")
    yield bar("a million customers: peak memory", many["peak"], 600, "MB")


def _measured(customers: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.scoring", str(customers)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(found.stdout)
    return result


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(once(int(sys.argv[1]))))
