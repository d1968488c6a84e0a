"""A1, contribution margin: what a customer leaves after everything that was spent on him.

Formula: Σ (net price - variable cost) - returns - cost to serve. Minor units of one currency. Not a
bill: fixed costs are not in it, and time spent on a complaint that was our fault is our cost, not
his; show it apart (`cost_of_failure`).
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order: what was paid without tax, what it cost to make and deliver."""

    net: int
    variable_cost: int


@dataclass(frozen=True, slots=True)
class Served:
    """How often a customer was served in the period."""

    contacts: int = 0
    complaints: int = 0
    visits: int = 0


@dataclass(frozen=True, slots=True)
class ServiceCosts:
    """Cost of one contact, one complaint (handling and compensation) and one visit."""

    contact: int
    complaint: int
    visit: int

    def of(self, served: Served) -> int:
        """Return the cost to serve; raise ValueError for negative counts."""
        if min(served.contacts, served.complaints, served.visits) < 0:
            raise ValueError("nobody can be served fewer than 0 times")
        return (
            self.contact * served.contacts
            + self.complaint * served.complaints
            + self.visit * served.visits
        )

    def cost_of_failure(self, served: Served) -> int:
        """Return the part of the cost to serve that complaints made."""
        return self.complaint * served.complaints


def contribution(lines: Iterable[Line], returned: int, cost_to_serve: int) -> int:
    """Return the contribution margin; `returned` is the margin of goods taken back.

    Raise ValueError when `returned` or the cost to serve is negative.
    """
    if min(returned, cost_to_serve) < 0:
        raise ValueError("returns and cost to serve are given as positive amounts")
    return sum(line.net - line.variable_cost for line in lines) - returned - cost_to_serve
