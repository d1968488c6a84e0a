"""Where the classes of the last night begin, so that one customer can be placed by day.

Ranks compare everybody; between two nights one customer who bought is compared with the others as
they were last night. Not for telling anybody a rank: those come from the night alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tasks.analytics.pareto import LOSS
from tasks.analytics.timing import Quartiles

if TYPE_CHECKING:
    from tasks.analytics.scoring.score import Scores

CLASSES = 5
GAINING = ("A", "B", "C")  # above these somebody with a margin is D


@dataclass(frozen=True, slots=True)
class Cuts:
    """Values beyond which (recency as a day number, orders, money in minor units) a class begins.

    `tiers` are the least margins of 12 months of A, B and C, None where a tier is empty; `gaps`
    the quartiles of all gaps in days.
    """

    r: tuple[int, ...] = ()
    f: tuple[int, ...] = ()
    m: tuple[int, ...] = ()
    tiers: tuple[int | None, ...] = (None, None, None)
    gaps: tuple[float, float] | None = None

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Cuts | None":
        """Return what was kept; None where a night kept none."""
        if not kept:
            return None
        gaps = kept["gaps"]
        return cls(
            r=tuple(kept["r"]),
            f=tuple(kept["f"]),
            m=tuple(kept["m"]),
            tiers=tuple(kept["tiers"]),
            gaps=(gaps[0], gaps[1]) if gaps else None,
        )

    def plain(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)

    @property
    def usual_gaps(self) -> Quartiles | None:
        """Return the quartiles of the gaps of everybody together."""
        return Quartiles(*self.gaps) if self.gaps else None

    def tier(self, margin: int) -> str:
        """Return the tier of a margin among those of last night."""
        if margin < 0:
            return LOSS
        for name, least in zip(GAINING, self.tiers, strict=True):
            if least is not None and margin >= least:
                return name
        return "D"


def placed(value: int, cuts: Sequence[int]) -> int:
    """Return the class of a value, 1 to 5: one more than the cuts it lies beyond."""
    return 1 + sum(value > cut for cut in cuts)


def cuts_of(found: "Scores", today: int) -> Cuts:
    """Return where the classes of a night begin."""
    import numpy as np

    from tasks.analytics.scoring.ranks import TIER_NAMES

    bought = found.orders > 0
    if not bought.any():
        return Cuts()

    def begin(values: Any) -> tuple[int, ...]:
        ordered = np.sort(values[bought])
        n = len(ordered)
        return tuple(int(ordered[-(-step * n // CLASSES) - 1]) for step in range(1, CLASSES))

    def least(name: str) -> int | None:
        inside = found.margin_12m[found.tier == TIER_NAMES.index(name)]
        return int(inside.min()) if len(inside) else None

    return Cuts(
        r=begin(today - found.recency_days.astype(np.int64)),
        f=begin(found.orders),
        m=begin(found.spent),
        tiers=tuple(least(name) for name in GAINING),
        gaps=found.usual_gaps,
    )
