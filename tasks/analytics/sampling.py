"""Drawing a control group that looks like the rest, the same one however often it is drawn."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256


def draw_control(members: Iterable[tuple[int, str]], share: float, seed: str) -> frozenset[int]:
    """Return who of (customer, stratum) is in the control arm: `share` of each stratum.

    Whole people are given to the strata by the largest remainder, so the arm as a whole has
    exactly the rounded share. Who it is follows from the seed alone.
    """
    strata: dict[str, list[int]] = defaultdict(list)
    for customer, stratum in members:
        strata[stratum].append(customer)
    counts = apportion({name: len(who) for name, who in strata.items()}, share)
    return frozenset(
        customer
        for name, who in strata.items()
        for customer in sorted(who, key=lambda c: _lot(seed, c))[: counts[name]]
    )


def apportion(sizes: Mapping[str, int], share: float) -> dict[str, int]:
    """Split the rounded share of all over the strata by the largest remainder."""
    part = Decimal(str(share))
    quotas = {name: size * part for name, size in sizes.items()}
    counts = {name: int(quota) for name, quota in quotas.items()}
    wanted = int((sum(sizes.values()) * part).quantize(Decimal(1), ROUND_HALF_UP))
    order = sorted(sizes, key=lambda name: (counts[name] - quotas[name], name))
    for name in order[: wanted - sum(counts.values())]:
        counts[name] += 1
    return counts


def _lot(seed: str, customer: int) -> str:
    return sha256(f"{seed}:{customer}".encode()).hexdigest()
