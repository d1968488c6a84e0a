"""4.1 An owner leaves: no customer is without one for a day."""

from datetime import date, timedelta

from sqlalchemy import select, update

from tasks.customers.records import Customer
from tasks.interactions.records import Interaction
from tasks.policy.records import PolicyValue
from tasks.promises.records import Promise
from tests.processes.development.conftest import offers, seen_in
from tests.support.crm import NOON
from tests.support.http_town import HttpTown
from tests.support.town import Town


def test_an_owner_leaves_and_no_customer_is_without_one_for_a_day(town: HttpTown) -> None:
    # given Gita owns a customer, promised something, and leaves in the evening
    with town.session() as session:
        session.add(
            Promise(customer_id=1, made_by="gita", text="A call on Friday.",
                    due=date(2026, 11, 27), created_at=NOON)
        )  # fmt: skip
        session.add(
            Interaction(customer_id=1, source="test", external_id="1", direction="out",
                        channel="phone", at=NOON, text="A talk.", agent="gita", created_at=NOON)
        )  # fmt: skip
        session.execute(update(Customer).where(Customer.id != 1).values(owner="hugo"))
        session.commit()
    town.now = left_at = NOON.replace(hour=18)
    town.leaves("gita")

    # then somebody is asked at once
    heir = town.holder("accept_customer")
    assert town.now - left_at < timedelta(minutes=1)
    town.complete("accept_customer", heir, accepts=True)
    with town.session() as session:
        assert session.get_one(Customer, 1).owner != "gita"
        assert session.scalars(select(Promise)).one().made_by != "gita"

    # and the customer is told who it is
    seen = seen_in(town, "hand_over")
    assert seen["promises"] == [{"text": "A call on Friday.", "due": "2026-11-27"}]
    town.complete(
        "hand_over", heir, open_promises_reviewed=True, helps="Short calls.",
        customer_introduced="2026-11-26",
    )  # fmt: skip
    assert offers(town) == ["new-owner"]


def test_who_never_had_an_owner_gets_one_a_few_a_day(town: Town) -> None:
    with town.session() as session:
        session.execute(update(Customer).values(owner=None))
        key = PolicyValue.key == "ownership.per_day"
        session.scalars(select(PolicyValue).where(key)).one().value = 2
        session.commit()

    town.start("owner_watch", "goda")

    assert len(town.open_tasks("accept_customer")) == 2  # no flood: the third waits
