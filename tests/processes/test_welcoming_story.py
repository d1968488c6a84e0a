"""A first order is identified, gets an owner and a welcome, and is watched over for 90 days."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import reads, store
from engine.model import StartRequest
from tasks.choice_reasons.records import ChoiceReason, ReasonCode
from tasks.customers.records import Customer
from tasks.duplicates.merge import undo
from tasks.duplicates.records import Merge
from tasks.expectations.records import Expectation, MutualGoal
from tasks.promises.records import Promise
from tasks.welcomes.records import EarlyEncounter, WelcomePlan
from tasks.welcoming.choice_reason import keep_choice_reason
from tests.support.bpmn import resource
from tests.support.crm import NOON, say
from tests.support.http_town import HttpTown, http_town

FOLDERS = ("shared", "development", "welcoming")


@pytest.fixture
def town() -> Iterator[HttpTown]:
    allows = (("email", "marketing"), ("email", "relationship"))
    with http_town(FOLDERS, people=3, allows=allows) as found:
        yield found


TALK: dict[str, Any] = {
    "expectations": [
        {"dimension": "reliability", "expected": "On the day you say.", "importance": 9}
    ],
    "what_success_looks_like": "Nobody has to call about a delivery.",
    "goals": [
        {"text": "Complete orders", "measure": "share", "target": "98 %", "due": "2027-06-30"}
    ],
}


def welcomed(town: HttpTown, *events: tuple[str, dict[str, Any]]) -> str:
    """Let a customer be identified and get an owner; answer who that is."""
    for kind, payload in events:
        town.happens(kind, 1, payload)
    owner = town.holder("accept_customer")
    town.complete("accept_customer", owner, accepts=True)
    return owner


def may_be_asked(town: HttpTown) -> None:
    with town.session() as session:
        say(session, session.get_one(Customer, 1), "email", "survey", "allowed", town.now)
        session.commit()


def plans(town: HttpTown) -> list[tuple[int, str, str]]:
    with town.session() as session:
        found = session.query(WelcomePlan).filter_by(customer_id=1).order_by(WelcomePlan.id)
        return [(plan.level, plan.identity, plan.state) for plan in found]


def sent(town: HttpTown) -> list[str]:
    with town.session() as session:
        return [each.template_name for each in town.contacts(session) if each.decision == "send"]


def test_r07_a_first_contract_from_the_welcome_to_the_hand_over_after_ninety_days(
    town: HttpTown,
) -> None:
    # given somebody nobody has identified signs a contract, and somebody accepts her as theirs
    may_be_asked(town)
    owner = welcomed(town, ("contract.signed", {"contract_id": "K-1", "value": 400_000}))
    with town.session() as session:
        assert session.get_one(Customer, 1).owner == owner
    assert plans(town) == [(2, "new", "running")]
    assert sent(town) == ["welcome"]

    # when her owner calls, and a week later asks what she expects
    town.later(days=1)
    town.complete("welcome_call", owner, reached="yes", preferred_channel="email")
    town.later(days=7)
    town.complete("expectations_talk", owner, **TALK)

    # then goals are proposed, until she confirms them by the link in her mail
    with town.session() as session:
        assert {goal.status for goal in session.query(MutualGoal)} == {"proposed"}
    town.answers(1, accept=True)
    with town.session() as session:
        [goal] = session.query(MutualGoal).all()
        assert goal.accepted_by_customer_at is not None
        asked = session.query(Expectation).filter_by(customer_id=1).all()
        assert {each.source for each in asked} == {"asked"}

    # when she is asked why she came, she answers by link
    town.until(NOON + timedelta(days=22))
    town.answers(1, main_reason="recommendation")
    with town.session() as session:
        assert session.query(ChoiceReason).one().reason == "recommendation"

    # and after 90 days she is known, handed over, and was written to five times at most
    town.until(NOON + timedelta(days=91))
    assert plans(town) == [(2, "new", "done")]
    with town.session() as session:
        assert session.get_one(Customer, 1).lifecycle_stage == "known"
    assert len(sent(town)) <= 5, sent(town)
    assert town.incidents() == []


def test_r41_whoever_improved_the_relationship_is_welcomed_too(town: HttpTown) -> None:
    # given a customer who has long been known, and has an owner
    with town.session() as session:
        known = session.get_one(Customer, 1)
        known.lifecycle_stage, known.owner = "known", "charlie"
        session.commit()

    town.happens("relationship.improved", 1, {"kind": "upgrade"})

    assert [(identity, state) for _, identity, state in plans(town)] == [("improved", "running")]
    assert sent(town) == ["welcome"]


def test_r41_whoever_has_been_identified_is_not_welcomed_twice(town: HttpTown) -> None:
    town.order(1)
    town.play()
    town.complete("accept_customer", "charlie", accepts=True)

    town.order(1, number=2)
    town.play()

    with town.session() as session:
        assert session.query(WelcomePlan).filter_by(customer_id=1).count() == 1


def test_a_late_delivery_and_a_second_letter_lead_to_an_intervention_the_same_day(
    town: HttpTown,
) -> None:
    town.order(1)
    town.play()
    town.complete("accept_customer", "charlie", accepts=True)

    town.happens("invoice.disputed", 1, {"amount": 2000, "reason": "wrong sum"})
    town.happens("order.returned", 1, {"order_id": "A-1", "reason": "broken"})

    town.complete(
        "intervene",
        "charlie",
        what_happened="A wrong invoice, then it came broken.",
        put_right="A new one today, and the invoice is corrected.",
        promise_due="2026-11-27",
        customer_reaction="relieved",
    )
    with town.session() as session:
        met = session.query(EarlyEncounter).filter_by(customer_id=1).all()
        promise = session.query(Promise).filter_by(customer_id=1).one()
        assert sum(each.points for each in met) >= 3
        assert all(each.put_right_at for each in met if each.points > 0)
        assert promise.due is not None


def test_a_duplicate_is_merged_by_a_person_and_not_welcomed_twice(town: HttpTown) -> None:
    # given a second record with the address of a known customer
    town.order(1)
    town.play()
    town.complete("accept_customer", "charlie", accepts=True)
    twin = town.twin_of(1, name="M. Somebody else")

    town.order(twin)
    town.play()
    town.complete("same_person", "dora", verdict="same", keep="1")

    with town.session() as session:
        assert session.get_one(Customer, twin).merged_into_id == 1
        assert session.query(Merge).count() == 1
        assert session.query(WelcomePlan).count() == 1


def test_what_runs_about_a_merged_customer_goes_on_about_the_one_that_stays(town: HttpTown) -> None:
    # given a known customer and a second record of hers, about which two processes run: one ends
    # when customers are merged, the other goes on
    town.engine.by("bob").definitions.deploy([resource("start -> user:Visit -> end")])
    town.order(1)
    town.play()
    town.complete("accept_customer", "charlie", accepts=True)
    twin = town.twin_of(1, name="M. Somebody else")
    talk = {"customer_id": twin, "owner": "charlie", "customer_name": "M. Somebody else"}
    town.publish("expectations.due", str(twin), **talk)
    visit = {"customer_id": twin}
    town.engine.instances.start(StartRequest("p", business_key=str(twin), variables=visit))
    town.order(twin)
    town.play()
    talk_key, visit_key = town.open_task("expectations_talk"), town.open_task("Visit")

    # when the two turn out to be one
    town.complete("same_person", "dora", verdict="same", keep="1")

    # then the visit is about the one that stays, the talk ended, and the merging went on to its end
    assert about(town, visit_key) == ("1", 1, "ACTIVE")
    assert about(town, talk_key)[2] == "TERMINATED"
    with store.reading(town.database) as connection:
        states = connection.execute(
            select(store.instance.c.state).where(store.instance.c.process_id == "identify_new")
        )
        assert {row.state for row in states} == {"COMPLETED"}
    assert town.incidents() == []

    # and when the merge is undone the records go back, but not what runs
    with town.session() as session:
        undo(session, session.query(Merge).one().id, town.now)
        session.commit()
    with town.session() as session:
        assert session.get_one(Customer, twin).merged_into_id is None
    assert about(town, visit_key) == ("1", 1, "ACTIVE")


def about(town: HttpTown, task_key: int) -> tuple[str, int, str]:
    """Whom the instance of a task is about, by its column, its variable, and its state."""
    with store.reading(town.database) as connection:
        instance = reads.instance(connection, reads.task(connection, task_key).instance_key)
        values = {v.name: v.value for v in reads.variables(connection, instance.key)}
        customer = connection.execute(
            select(store.instance.c.customer).where(store.instance.c.key == instance.key)
        ).scalar_one()
    return customer, values["customer_id"], instance.state


def test_r05_free_words_become_a_new_code_that_the_next_answer_gets_by_itself(
    town: HttpTown,
) -> None:
    # given a customer who may be asked, and tells a reason that is in no list
    may_be_asked(town)
    town.order(1)
    town.play()
    town.complete("accept_customer", "charlie", accepts=True)
    town.until(town.now + timedelta(days=11))
    words = "The smell of the shop"
    town.answers(1, main_reason="other", other=words)

    # when the head of marketing gives it a code
    town.complete("code_reason", "bob", code="new", new_code=words)

    # then it stands in the list, and whoever says the same is coded at once
    with town.session() as session:
        code = session.query(ReasonCode).filter_by(title=words).one()
        assert session.query(ChoiceReason).filter_by(customer_id=1).one().reason == code.code
        again = keep_choice_reason(session, town.now, 2, "other", other="the smell of the shop")
    assert again["coded"] is True
