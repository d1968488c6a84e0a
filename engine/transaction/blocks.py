"""Who gets the candidate and who the current way: permuted blocks within strata, order by HMAC.

Source: permuted-block randomisation (Zelen 1974). The customer is the unit: keep the answer with
him, he stays in his arm. The seed is drawn when the candidate is approved and hidden from its
author; whoever knows it can foresee the next arm.
"""

import hmac
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Literal

Arm = Literal["candidate", "current"]
MOST_IN_BLOCK = 100
SHORTEST_SEED = 16


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks of `size` customers, of whom `candidates` get the candidate."""

    size: int
    candidates: int

    def __post_init__(self) -> None:
        """Check the block."""
        if not 0 < self.candidates < self.size <= MOST_IN_BLOCK:
            raise ValueError(f"{self.candidates} of {self.size} is no block of two arms")

    @classmethod
    def of_share(cls, share: float) -> "Blocks":
        """Return the shortest block of at least 4 with this share (whole percent) of candidates."""
        part = Fraction(round(share * 100), 100)
        times = -(-4 // part.denominator)
        return cls(part.denominator * times, part.numerator * times)

    @property
    def share(self) -> float:
        """Return the share of candidates."""
        return self.candidates / self.size


def arm(seed: bytes, stratum: str, position: int, blocks: Blocks) -> Arm:
    """Return the arm of the customer who came as number `position` (from 0) into the stratum.

    After each whole block of a stratum exactly the planned share has the candidate. Raise
    ValueError for a seed shorter than 16 bytes or a negative position.
    """
    if len(seed) < SHORTEST_SEED:
        raise ValueError("the seed of an allocation has at least 16 bytes")
    if position < 0:
        raise ValueError("positions in a stratum are counted from 0")
    block, slot = divmod(position, blocks.size)
    order = sorted(range(blocks.size), key=lambda other: _lot(seed, stratum, block, other))
    return "candidate" if order.index(slot) < blocks.candidates else "current"


def _lot(seed: bytes, stratum: str, block: int, slot: int) -> bytes:
    # the length in front keeps strata such as "A:1" and "A" apart
    message = f"{len(stratum)}:{stratum}:{block}:{slot}".encode()
    return hmac.new(seed, message, sha256).digest()
