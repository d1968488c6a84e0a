"""4.5 Tailored offers: approved, changed by the customer, never below the floor."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.errors import Forbidden
from engine.model import Resource
from tasks.approvals.records import Approval
from tasks.contracts.records import Contract
from tasks.promises.records import Promise
from tasks.purchases.records import Transaction
from tasks.quotes.records import Opportunity, Quote
from tests.processes.development.conftest import OFFER, is_open
from tests.support.http_town import HttpTown


def wants_offer(town: HttpTown) -> None:
    town.publish("offer.wanted", "1", customer_id=1, need="Ten players for the new shop.")


def configure(town: HttpTown, **changes: Any) -> None:
    town.complete("configure_offer", "gita", **(OFFER | changes))


def deliveries_take(town: HttpTown, days: int) -> None:
    with town.session() as session:
        for order in session.scalars(select(Transaction)):
            order.delivered_at = order.at + timedelta(days=days)
        first = session.scalars(select(Transaction)).first()
        assert first is not None
        for number in range(12):
            at = town.now - timedelta(days=60 + number)
            session.add(
                Transaction(
                    customer_id=first.customer_id,
                    order_no=f"LATE-{number}",
                    at=at,
                    amount=1500,
                    currency="USD",
                    delivered_at=at + timedelta(days=days),
                    created_at=at,
                )
            )
        session.commit()


def test_r15_an_offer_is_approved_changed_by_the_customer_and_accepted_with_dated_promises(
    town: HttpTown,
) -> None:
    # given an owner gives more than he may alone
    wants_offer(town)
    configure(town, discount=10)

    # then the head of sales approves, not the owner himself
    with pytest.raises(Forbidden):
        town.complete("approve_offer", "gita", decision="approve")
    town.complete("approve_offer", "bob", decision="approve")

    # when the customer takes fewer, a new version goes the same way
    wanted = [{"name": "CD player (demo)", "quantity": 6}]
    town.answers(1, answer="change", wanted=wanted, question="Six are enough.")
    configure(town, lines=[{"product": "DEMO-PLAYER", "quantity": 6}], discount=3)
    town.answers(1, answer="yes")

    # then contract and promises are recorded as they were approved
    with town.session() as session:
        first, second = session.scalars(select(Quote).order_by(Quote.number)).all()
        assert (first.status, second.status) == ("sent", "accepted")
        assert second.amount == round(6 * 8900 * 0.97)
        assert second.margin == second.amount - 6 * 6400
        approval = session.scalars(select(Approval)).one()
        assert (approval.number, approval.person) == (first.id, "bob")
        contract = session.scalars(select(Contract)).one()
        assert (contract.customer_id, contract.value) == (1, second.amount // 2)
        assert contract.ends_on == date(2028, 11, 24)
        promise = session.scalars(select(Promise)).one()
        assert (promise.due, promise.made_by) == (date(2027, 1, 15), "gita")
        opportunity = session.scalars(select(Opportunity)).one()
        assert (opportunity.stage, opportunity.amount) == ("won", second.amount)
        assert opportunity.closes_on == date(2026, 12, 20)


def test_never_below_the_floor_whoever_would_approve_it(town: HttpTown) -> None:
    # a player costs 64.00 of its 89.00: at 25 % off hardly 4 % are left
    wants_offer(town)

    configure(town, discount=25)

    assert is_open(town, "configure_offer")
    assert not is_open(town, "approve_offer")
    assert not is_open(town, "my_offer")

    # nor where somebody has taken the row out of the table
    table = (Path(__file__).parents[3] / "processes/development/d15_approvers.dmn").read_text()
    edited = table.replace("&lt; floor", "&lt; -1000")
    town.engine.by("bob").definitions.deploy([Resource("d15_approvers.dmn", edited.encode())])
    configure(town, discount=25)
    for person, task in zip(("dora", "bob"), town.open_tasks("approve_offer"), strict=True):
        town.finish(task, person, decision="approve")
    assert not is_open(town, "my_offer")
    assert "floor" in " ".join(town.incidents())


def test_r04_a_promise_sooner_than_we_deliver_is_confirmed_by_operations(town: HttpTown) -> None:
    deliveries_take(town, days=9)
    wants_offer(town)

    configure(town, promises=[{"text": "There on Friday.", "due": "2026-11-27"}])

    with town.session() as session:
        assert town.groups_of(town.open_task("approve_offer")) == {"operations"}
        assert session.scalar(select(func.count()).select_from(Promise)) == 0


def test_an_offer_nobody_answers_runs_out_and_nothing_is_offered_for_a_while(
    town: HttpTown,
) -> None:
    wants_offer(town)
    configure(town)

    town.until(town.now + timedelta(days=40))

    with town.session() as session:
        opportunity = session.scalars(select(Opportunity)).one()
        assert (opportunity.stage, opportunity.lost_reason) == ("lost", "silence")
        assert opportunity.rest_until == opportunity.closed_at.date() + timedelta(days=60)
        assert session.scalars(select(Quote)).one().status == "expired"
