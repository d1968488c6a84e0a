"""3.4 Key customers and partners: chosen by a committee, reviewed, let go."""

from datetime import UTC, datetime

from sqlalchemy import select

from tasks.getting_to_know.whom import is_key
from tasks.invoices.records import Invoice
from tasks.key_accounts.records import KeyStatus
from tasks.partners.records import Partner
from tasks.purchases.records import Transaction
from tests.processes.getting_to_know.conftest import open_tasks, reached
from tests.support.crm import DAY, NOON, customer
from tests.support.town import Town


def company(town: Town, name: str, margin: int) -> int:
    """Add a company that bought something lately."""
    with town.session() as session:
        firm = customer(session, name=name, kind="company")
        at = town.now - 30 * DAY
        order = Transaction(customer_id=firm.id, order_no=f"C-{firm.id}", at=at, amount=4 * margin)
        order.margin, order.currency, order.created_at = margin, "USD", at
        session.add(order)
        session.commit()
        return firm.id


def vote(town: Town, *said: str, review_on: str | None = None) -> None:
    """Let the three seats of the committee vote, in their order."""
    for who, decision in zip(("goda", "elham", "daina"), said, strict=True):
        seat = {"goda": "sales_head", "elham": "care_head", "daina": "finance"}[who]
        [task] = [each for each in open_tasks(town, "vote") if each.candidate_groups == [seat]]
        given = {"decision": decision, "reason": f"{seat} says so"}
        if review_on and seat == "sales_head":
            given |= {"owner": "hugo", "review_on": review_on}
        town.finish(task.key, who, **given)


def is_key_customer(town: Town, customer_id: int) -> bool:
    with town.session() as session:
        return is_key(session, town.now, customer_id)


def test_r12_candidates_go_to_the_committee_become_key_with_an_expiry_and_lapse(
    town: Town,
) -> None:
    # given companies, one of which is worth most
    best, *_ = [company(town, f"Meadow {n}", 90_000 - 1_000 * n) for n in range(20)]

    # when the quarter's list is made, she alone comes before the committee
    town.start("key_customers", "goda")
    assert len(open_tasks(town, "vote")) == 3
    assert not is_key_customer(town, best)

    # then two of three make her key, with the date of the head of sales
    vote(town, "key", "key", "watch", review_on="2027-05-24")
    assert is_key_customer(town, best)
    with town.session() as session:
        status = session.scalars(select(KeyStatus)).one()
        assert (status.status, str(status.expires_on)) == ("key", "2027-05-24")
        assert status.decided_by == ["sales_head", "care_head", "finance"]
    assert reached(town, "is_key") == 1

    # and without a new decision the status lapses
    with town.session() as session:
        assert not is_key(session, datetime(2027, 5, 24, tzinfo=UTC), best)
        assert is_key(session, datetime(2027, 5, 23, tzinfo=UTC), best)


def test_r12_nobody_is_key_for_longer_than_a_year_and_who_is_not_any_more_is_talked_with(
    town: Town,
) -> None:
    firm = company(town, "Meadow", 90_000)
    others = [company(town, f"Hill {n}", 1_000) for n in range(19)]
    assert others
    town.start("key_customers", "goda")
    vote(town, "key", "key", "key", review_on="2031-01-01")
    with town.session() as session:
        expires = session.scalars(select(KeyStatus.expires_on)).one()
    assert expires == (town.now + 365 * DAY).date()

    # the owner proposes her again; now two of three are against it
    town.start("key_customers", "hugo", customer_id=firm, why="Again")
    vote(town, "not", "not", "key")
    assert open_tasks(town, "vote") == []
    town.complete("exit_talk", "hugo", told=True, what_was_said="The service stays.")
    assert reached(town, "key_no_longer") == 1


def test_a_person_and_a_debtor_are_no_candidates(town: Town) -> None:
    firm = company(town, "Meadow", 90_000)
    with town.session() as session:
        bill = Invoice(customer_id=firm, number="I-1", issued_on=NOON.date(), currency="USD")
        bill.amount, bill.due_on = 100, (NOON - 200 * DAY).date()
        bill.created_at = NOON
        session.add(bill)
        session.commit()

    for number in (1, firm):
        town.start("key_customers", "hugo", customer_id=number)

    assert open_tasks(town, "vote") == []


def test_partners_are_reviewed_every_half_year(town: Town) -> None:
    with town.session() as session:
        session.add(
            Partner(
                name="Fast Couriers", kind="supplier", owner="hugo", goals=["95 % on time"],
                created_at=NOON,
            )
        )  # fmt: skip
        session.commit()

    town.until(town.now + 7 * DAY)  # a Monday passes
    [task] = open_tasks(town, "review_partner")
    assert task.assignee == "hugo"
    town.complete(
        "review_partner", "hugo", next_review="2030-01-01",
        goals=[{"goal": "95 % on time", "kept": True}, {"goal": "No broken parcels"}],
    )  # fmt: skip

    with town.session() as session:
        partner = session.scalars(select(Partner)).one()
        assert partner.goals == ["No broken parcels"]
        assert partner.review_on == (town.now + 182 * DAY).date()
    town.until(town.now + 190 * DAY)
    assert len(open_tasks(town, "review_partner")) == 1
