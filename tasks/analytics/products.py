"""A1b, products and categories: margin, growth, problems and remarks.

Money is minor units of one currency. Problems are counted per 1,000 sold, with their interval, and
hidden below 30 sold. Not for ranking products of which few were sold, nor the people who sell them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tasks.analytics.estimate import Estimate
from tasks.analytics.rate import rate

FEWEST_SOLD = 30
PER = 1_000


@dataclass(frozen=True, slots=True)
class ProductPeriod:
    """What one product did in the period, and its margin in the same period before."""

    product: str
    category: str
    sold: int
    margin: int
    margin_before: int
    problems: int = 0
    remarks: int = 0


@dataclass(frozen=True, slots=True)
class ProductFigures:
    """Figures of a product or category; `growth` is None where there was no margin before."""

    name: str
    sold: int
    margin: int
    growth: float | None
    problems_per_1000: Estimate | None
    remarks: int


def by_product(periods: Iterable[ProductPeriod]) -> list[ProductFigures]:
    """Return the figures of each product, the greatest margin first."""
    return _grouped((period.product, period) for period in periods)


def by_category(periods: Iterable[ProductPeriod]) -> list[ProductFigures]:
    """Return the figures of each category, the greatest margin first."""
    return _grouped((period.category, period) for period in periods)


def _grouped(named: Iterable[tuple[str, ProductPeriod]]) -> list[ProductFigures]:
    groups: dict[str, list[ProductPeriod]] = defaultdict(list)
    for name, period in named:
        groups[name].append(period)
    found = [_figures(name, group) for name, group in groups.items()]
    return sorted(found, key=lambda figures: (-figures.margin, figures.name))


def _figures(name: str, group: list[ProductPeriod]) -> ProductFigures:
    sold, margin = sum(p.sold for p in group), sum(p.margin for p in group)
    before = sum(p.margin_before for p in group)
    problems = rate(sum(p.problems for p in group), sold)
    return ProductFigures(
        name=name,
        sold=sold,
        margin=margin,
        growth=(margin - before) / before if before > 0 else None,
        problems_per_1000=problems and _per_1000(problems),
        remarks=sum(p.remarks for p in group),
    )


def _per_1000(problems: Estimate) -> Estimate | None:
    shown = problems.shown_from(FEWEST_SOLD)
    return shown and shown.scaled(PER)
