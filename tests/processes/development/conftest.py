"""What the stories of development share: a town with somebody who wants an offer."""

from collections.abc import Iterator
from typing import Any

import pytest

from engine import reads, store
from tasks.customers.records import Customer
from tests.support.http_town import HttpTown, http_town
from tests.support.town import Town

FOLDERS = ("shared", "development")


ALLOWS = (("email", "marketing"), ("email", "relationship"))


OFFER: dict[str, Any] = {
    "needs": "Ten players for the new shop.",
    "lines": [{"product": "DEMO-PLAYER", "quantity": 10}],
    "discount": 4,
    "give_get": "A contract of two years.",
    "terms": "standard",
    "months": 24,
    "promises": [{"text": "Delivered to the new shop.", "due": "2027-01-15"}],
    "valid_until": "2026-12-20",
}


@pytest.fixture
def town() -> Iterator[HttpTown]:
    with http_town(FOLDERS, people=3, allows=ALLOWS) as found:
        with found.session() as session:
            session.get_one(Customer, 1).owner = "gita"
            session.commit()
        yield found


def is_open(town: Town, element_id: str) -> bool:
    return bool(town.open_tasks(element_id))


def offers(town: Town, customer_id: int = 1) -> list[str]:
    with town.session() as session:
        return [
            each.template_name
            for each in town.contacts(session)
            if each.customer_id == customer_id and each.decision == "send"
        ]


def seen_in(town: Town, element_id: str) -> dict[str, Any]:
    """The variables of an open task."""
    with store.reading(town.database) as connection:
        return dict(reads.task_sees(connection, town.open_task(element_id)))
