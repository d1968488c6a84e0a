"""Whether the arms of a pilot have the sizes that were planned; the draw is `engine…blocks`."""

from collections.abc import Mapping

from scipy.special import chdtrc

from engine.transaction.blocks import Arm, Blocks


def ratio_mismatch(counts: Mapping[Arm, int], blocks: Blocks) -> float | None:
    """Return the p-value of the arms' sizes under the planned share (χ² with 1 degree).

    Below 0.001 something loses customers of one arm: find it before any effect is read. None while
    fewer than five are expected in an arm.
    """
    candidates, current = counts.get("candidate", 0), counts.get("current", 0)
    if min(candidates, current) < 0:
        raise ValueError("an arm cannot have fewer than 0 customers")
    n = candidates + current
    expected = n * blocks.share
    if min(expected, n - expected) < 5:
        return None
    apart = (candidates - expected) ** 2
    return float(chdtrc(1, apart / expected + apart / (n - expected)))
