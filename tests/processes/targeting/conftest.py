"""What the stories of targeting share: a town of buyers."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tasks.products.records import Product
from tasks.purchases.records import Transaction, TransactionLine
from tests.support.crm import customer
from tests.support.http_town import HttpTown, http_town
from tests.support.town import Town

FOLDERS = ("shared", "targeting")


@pytest.fixture
def town() -> Iterator[HttpTown]:
    with http_town(FOLDERS) as found:
        yield found


def buyer(town: Town, *days_ago: int, owner: str | None = "gita", **facts: object) -> int:
    """A customer who bought music so many days ago."""
    with town.session() as session:
        music = session.query(Product).filter_by(sku="DEMO-CD").one()
        person = customer(session, owner=owner, **facts)  # type: ignore[arg-type]
        for day in days_ago:
            at = town.now - timedelta(days=day)
            order = Transaction(
                customer_id=person.id,
                order_no=f"M-{person.id}-{day}",
                at=at,
                amount=1500,
                currency="USD",
                created_at=at,
            )
            order.lines = [TransactionLine(product_id=music.id, quantity=1, net=1500)]
            session.add(order)
        session.commit()
        return person.id


def order(town: Town, who: int, sku: str = "DEMO-CD") -> None:
    lines = [{"sku": sku, "net": 1500}]
    town.happens(
        "order.placed", who, {"order_id": f"N-{who}-{sku}", "amount": 1500, "lines": lines}
    )


def asked(town: Town, element_id: str) -> bool:
    """Whether a task of an element is in somebody's inbox."""
    return bool(town.open_tasks(element_id))


def reach(town: Town, *channels: str, **facts: object) -> int:
    with town.session() as session:
        person = customer(session, reachable=channels or ("email",), **facts)  # type: ignore[arg-type]
        session.commit()
        return person.id
