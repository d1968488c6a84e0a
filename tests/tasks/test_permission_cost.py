"""What a whole base permits is read in steps that grow with the base, not with its square."""

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from tasks.customers.permission import permitted
from tests.support.crm import NOON, company, customer, say

MARKETING = ("email", "marketing")


def _steps(customers: int) -> int:
    """Count SQLite's steps to read who permits marketing, where every fifth has refused it."""
    database = company()
    with Session(database) as session:
        for number in range(customers):
            someone = customer(session, name=f"Customer {number}", allows=[MARKETING])
            if number % 5 == 0:
                say(session, someone, *MARKETING, "denied", NOON)
        session.commit()
        steps = count()
        raw: Any = session.connection().connection.driver_connection
        raw.set_progress_handler(lambda: next(steps) and 0, 100)
        found = set(session.execute(permitted("marketing")))
        raw.set_progress_handler(None, 0)
    assert len(found) == customers - customers // 5
    return next(steps)


def test_four_times_the_customers_cost_about_four_times_the_steps() -> None:
    assert _steps(400) < 5 * _steps(100)
