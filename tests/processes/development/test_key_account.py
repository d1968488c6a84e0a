"""4.3 Key accounts: plans, reviews, contacts and renewals, for years."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from engine import store
from engine.errors import Forbidden
from tasks.contracts.records import Contract
from tasks.customers.records import Customer
from tasks.expectations.records import MutualGoal
from tasks.key_accounts.contacts import contacts, missing_roles, single_thread
from tasks.key_accounts.records import AccountPlan, AccountReview, KeyStatus
from tasks.partners.records import Partner
from tasks.promises.records import Promise
from tasks.quotes.records import Opportunity
from tests.processes.development.conftest import is_open, seen_in
from tests.support.town import Town

PLAN: dict[str, Any] = {
    "goals": [
        {"text": "Complete orders", "measure": "share", "target": "98 %", "due": "2027-06-30"}
    ],
    "stakeholders": [
        {"name": "Nina North", "title": "Buyer", "role": "sales", "attitude": 1, "owner": "hugo"}
    ],
    "needs": "Deliveries before eight.",
    "opportunities": [{"what": "Second shop", "amount": 20000, "closes_on": "2027-03-31"}],
    "risks": "One buyer.",
    "share_of_wallet": 40,
    "investment": 2000,
    "actions": [{"what": "A slot before eight.", "who": "operations", "due": "2027-01-31"}],
}


REVIEW: dict[str, Any] = {
    "goals_now": [{"goal": "Complete orders", "status": "on_track"}],
    "promises_now": [],
    "new_promises": [],
    "customer_score": 8,
    "new_needs": "Nothing new.",
    "decisions": "Go on.",
    "plan_changes": False,
}


def becomes_key(town: Town, until: date = date(2030, 1, 1)) -> None:
    with town.session() as session:
        session.get_one(Customer, 1).owner = "hugo"
        session.add(
            KeyStatus(
                customer_id=1, status="key", reason="half of the margin", decided_by=["bob"],
                decided_at=town.now, expires_on=until, created_at=town.now,
            )
        )  # fmt: skip
        session.commit()
    town.publish("customer.became_key", "1", customer_id=1)


def plans(town: Town, **changes: Any) -> None:
    # segments may have come due for a plan meanwhile, and have a task of the same name
    task = store.user_task.c
    mine = select(task.key).where(task.process_id == "key_account", task.ended_at.is_(None))
    with store.reading(town.database) as connection:
        [key] = connection.scalars(mine.where(task.element_id == "write_plan"))
    town.engine.by("hugo").tasks.complete(key, PLAN | changes)
    town.play()
    town.complete("approve_plan", "bob", decision="approve")


def reviews(town: Town, **changes: Any) -> None:
    town.until(town.now + timedelta(days=92))
    town.complete("hold_review", "hugo", **(REVIEW | changes))


def test_a_key_customer_gets_a_plan_reviews_and_opportunities(town: Town) -> None:
    becomes_key(town)
    town.complete("write_plan", "hugo", **PLAN)
    with pytest.raises(Forbidden):
        town.complete("approve_plan", "hugo", decision="approve")
    town.complete("approve_plan", "bob", decision="approve")

    with town.session() as session:
        opportunity = session.scalars(select(Opportunity)).one()
        assert (opportunity.stage, opportunity.amount) == ("open", 2_000_000)
        assert opportunity.closes_on == date(2027, 3, 31)
        assert session.scalars(select(AccountPlan)).one().share_of_wallet == 0.4
    town.complete("do_action_inside", "omid", result="From Monday on.")

    reviews(town, plan_changes=True, new_promises=[{"text": "A slot", "due": "2027-03-01"}])

    with town.session() as session:
        assert session.scalars(select(AccountReview)).one().score == 8
        assert session.scalars(select(Promise)).one().due == date(2027, 3, 1)
    plans(town)
    with town.session() as session:
        assert session.scalars(select(AccountPlan.number)).all() == [1, 2]
        assert session.scalar(select(func.count()).select_from(Opportunity)) == 1


def test_r07_a_goal_stays_proposed_until_the_customer_has_agreed(town: Town) -> None:
    becomes_key(town)
    plans(town)
    with town.session() as session:
        assert session.scalars(select(MutualGoal)).one().status == "proposed"

    reviews(town, goals_now=[{"goal": "Complete orders", "status": "agreed"}])

    with town.session() as session:
        goal = session.scalars(select(MutualGoal)).one()
        assert (goal.status, goal.accepted_by_customer_at is not None) == ("agreed", True)


def test_r12_the_status_lapses_unless_it_is_renewed(town: Town) -> None:
    becomes_key(town, until=date(2027, 2, 1))
    plans(town)

    reviews(town)  # at the end of February

    assert not is_open(town, "hold_review")
    town.until(town.now + timedelta(days=200))
    assert not is_open(town, "hold_review")


def test_r17_an_account_with_one_contact_is_warned_of(town: Town) -> None:
    becomes_key(town)
    plans(town)
    town.happens("stakeholder.joined", 1, {"name": "Olaf Oakes", "role": "quality"})
    with town.session() as session:
        known = contacts(session, 1)
        assert not single_thread(known)
        assert missing_roles(known) == ["distribution", "finance", "technical", "executive"]

    # when the buyer leaves, one contact is all there is
    town.happens("stakeholder.left", 1, {"name": "Nina North", "role": "sales"})

    seen = seen_in(town, "win_contacts")
    assert seen["account"]["single_thread"] is True
    assert seen["left"]["name"] == "Nina North"
    won = {"name": "Rita Ridge", "title": "", "role": "finance", "attitude": 0, "owner": "hugo"}
    town.complete("win_contacts", "hugo", new_contacts=[won])
    with town.session() as session:
        assert not single_thread(contacts(session, 1))


def test_r18_a_partner_is_asked_for_an_action_of_the_plan(town: Town) -> None:
    with town.session() as session:
        session.add(
            Partner(name="Fast Parcels", kind="supplier", contact="fast@example.org",
                    created_at=town.now)
        )  # fmt: skip
        session.commit()
    becomes_key(town)
    plans(town, actions=[{"what": "Come at 7.", "who": "partner", "partner": 1,
                          "due": "2027-01-31"}])  # fmt: skip

    task = store.user_task.c
    query = select(task.outside).where(task.key == town.open_task("do_action_outside"))
    with store.reading(town.database) as connection:
        outside = connection.scalar(query)
    assert (outside["for"], outside["whom"]) == ("partner", "1")


def test_the_renewal_of_every_contract_becomes_somebodys_task(town: Town) -> None:
    becomes_key(town)
    plans(town)
    with town.session() as session:
        for owner, number, days in ((1, "K-1", 110), (2, "C-2", 80), (2, "C-3", 100)):
            session.add(
                Contract(
                    customer_id=owner, number=number, starts_on=date(2024, 1, 1),
                    ends_on=town.now.date() + timedelta(days=days), currency="USD",
                    created_at=town.now,
                )
            )  # fmt: skip
        session.commit()

    town.start("account_watch", "bob")

    # the key customer's 120 days before, others 90 days before, each once
    assert is_open(town, "prepare_renewal")
    with town.session() as session:
        told = select(Contract.number).where(Contract.renewal_told_at.is_not(None))
        assert session.scalars(told.order_by(Contract.number)).all() == ["C-2", "K-1"]
    town.later(hours=24)
    town.start("account_watch", "bob")
    assert len(town.open_tasks("prepare_renewal")) == 1


@contextmanager
def counting(town: Town) -> Iterator[list[str]]:
    """The statements of a block; a batch counts once."""
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        seen.append(arguments[2])

    event.listen(town.database, "before_cursor_execute", note)
    yield seen
    event.remove(town.database, "before_cursor_execute", note)


def state_bytes(town: Town, process_id: str) -> int:
    column = store.instance.c
    query = select(column.data).where(column.process_id == process_id, column.state == "ACTIVE")
    with store.reading(town.database) as connection:
        return len(connection.execute(query).scalar_one())


def test_a_key_account_runs_for_two_years_without_growing(town: Town) -> None:
    becomes_key(town)
    plans(town)
    turns = []
    for _ in range(8):
        with counting(town) as statements:
            town.until(town.now + timedelta(days=92))
            town.complete("hold_review", "hugo", **REVIEW)
        turns.append((state_bytes(town, "key_account"), len(statements)))

    (first_bytes, first_statements), (last_bytes, last_statements) = turns[0], turns[-1]
    assert last_bytes <= 1.2 * first_bytes, turns
    assert last_statements <= 1.2 * first_statements, turns
    with town.session() as session:
        assert session.scalar(select(func.count()).select_from(AccountReview)) == 8
