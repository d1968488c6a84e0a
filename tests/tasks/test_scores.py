"""The nightly scoring: everybody has a current row; snapshots and events only where it changed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from engine import reads, store
from engine.errors import Invalid
from engine.model import Resource, StartRequest
from tasks.campaigns.records import Campaign
from tasks.figures.keeping import keep
from tasks.figures.records import FigureSnapshot, latest
from tasks.outbound_webhooks.records import OutgoingEvent, Webhook
from tasks.permissions.grounds import object_to, objecting
from tasks.policy.records import PolicyValue
from tasks.purchases.records import Transaction
from tasks.scores.records import CurrentScore, CustomerScore, last_night
from tasks.scores.scoring import score_everybody
from tasks.scores.telling import find_changes
from tasks.segments.records import Segment, SegmentMember, SegmentMove
from tasks.segments.refresh import fill_segments
from tasks.segments.rule import check, count
from tests.support.crm import NOON, customer
from tests.support.town import Town

DAY = timedelta(days=1)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Given forty customers who buy every month, the higher their number the more."""
    found = Town(f"sqlite:///{tmp_path / 'town.db'}")
    with found.session() as session:
        for n in range(40):
            who = customer(session, name=f"Customer {n}")
            for month in range(1, 2 + n % 5):
                order = Transaction(
                    customer_id=who.id, order_no=f"O-{n}-{month}", at=NOON - (30 * month - 5) * DAY,
                    amount=1000 * (n + 1), margin=400 * (n + 1), currency="EUR", created_at=NOON,
                )  # fmt: skip
                session.add(order)
        customer(session, name="Never bought")
        session.commit()
    yield found
    found.database.dispose()


def score(town: Town, days: int = 0) -> dict[str, int]:
    with town.session() as session:
        found = score_everybody(session, NOON + days * DAY)
        session.commit()
        return found


def test_r10_everybody_has_a_current_row_with_the_actual_share_and_rank(town: Town) -> None:
    assert score(town) == {"customers": 41, "changed": 41}
    with town.session() as session:
        best = session.scalars(select(CurrentScore).where(CurrentScore.margin_rank == 1)).one()
        never = session.scalars(select(CurrentScore).where(CurrentScore.orders == 0)).one()
        night = session.scalars(last_night()).one()
    assert (best.tier, best.orders, best.spent) == ("A", 5, 5 * 40_000)
    assert (never.tier, never.r, never.last_purchase, never.silent) == ("D", 1, None, False)
    assert (night.customers, night.buyers) == (41, 40)


def test_a_second_night_writes_only_what_changed(town: Town) -> None:
    score(town)
    assert score(town)["changed"] == 0
    with town.session() as session:
        snapshots = session.scalar(select(func.count()).select_from(CustomerScore))
        assert snapshots == 41
        who = session.scalars(select(CurrentScore.customer_id).limit(1)).one()
        order = Transaction(
            customer_id=who, order_no="O-new", at=NOON, amount=9_000_000, margin=4_000_000,
            currency="EUR", created_at=NOON,
        )  # fmt: skip
        session.add(order)
        session.commit()
    score(town)
    with town.session() as session:
        assert session.get_one(CurrentScore, who).tier == "A"
        mine = select(func.count()).where(CustomerScore.customer_id == who)
        assert session.scalar(mine) == 2


def test_what_changed_is_told_and_the_first_scoring_tells_nothing(town: Town) -> None:
    with town.session() as session:
        hook = {"name": "Shop", "url": "https://example.com/", "types": ["*"], "secret": "s"}
        session.add(Webhook(**hook, created_at=NOON))
        session.commit()
    score(town)
    score(town, days=200)
    with town.session() as session:
        told = session.scalars(select(OutgoingEvent).order_by(OutgoingEvent.id)).all()
    first = [event for event in told if event.at < NOON + DAY]
    assert first == []
    assert {"risk.raised"} <= {event.type for event in told}


def test_a_purchase_window_is_told_on_the_night_it_opens(town: Town) -> None:
    with town.session() as session:
        hook = {"name": "Shop", "url": "https://example.com/", "types": ["*"], "secret": "s"}
        session.add(Webhook(**hook, created_at=NOON))
        session.commit()
    score(town)
    for days in range(1, 12):
        score(town, days)
    with town.session() as session:
        told = session.scalars(select(OutgoingEvent)).all()
        opened = [event.data["customer_id"] for event in told
                  if event.type == "purchase_window.opened"]  # fmt: skip
    assert opened
    assert len(opened) == len(set(opened))


def test_a_segment_follows_its_rule_and_keeps_who_came_and_left(town: Town) -> None:
    score(town)
    with town.session() as session:
        rich = Segment(name="rich", title="Rich", kind="value", rule="= spent >= 100000",
                       created_at=NOON)  # fmt: skip
        session.add(rich)
        session.flush()
        found = count(session, rich.rule, NOON)
        fill_segments(session, NOON)
        members = session.scalars(
            select(SegmentMember.customer_id).where(SegmentMember.segment_id == rich.id)
        ).all()
        assert found.inside == len(members) > 0
        assert found.of == 41
        rich.rule = "= spent >= 150000"
        fill_segments(session, NOON + DAY)
        moves = session.scalars(select(SegmentMove).where(SegmentMove.segment_id == rich.id)).all()
        left = [move for move in moves if not move.joined]
        assert left
        assert {move.at for move in left} == {NOON + DAY}


def test_of_very_many_a_part_is_judged_and_the_interval_said(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    score(town)
    monkeypatch.setattr("tasks.segments.rule.EXACTLY", 40)
    monkeypatch.setattr("tasks.segments.rule.JUDGED", 30)
    with town.session() as session:
        found = count(session, "= spent >= 20000", NOON)
        exact = select(func.count()).where(CurrentScore.spent >= 20_000)
        assert (found.of, found.judged) == (41, 30)
        assert found.low <= (session.scalar(exact) or 0) <= found.high
        assert len(found.sample) == 10
        assert count(session, "= spent >= 20000", NOON) == found


@pytest.mark.parametrize("rule", ["= spent >=", "= 1 = 1", '= "spent"'])
def test_a_rule_that_cannot_be_read_or_says_nothing_of_customers_is_refused(rule: str) -> None:
    with pytest.raises(Invalid):
        check(rule)


def test_figures_are_kept_once_a_day(town: Town) -> None:
    score(town)
    with town.session() as session:
        for _ in range(2):
            keep(session, NOON)
        keep(session, NOON + DAY)
        session.commit()
        names = session.scalars(select(FigureSnapshot.name)).all()
        assert sorted(names) == sorted(2 * sorted(set(names)))
        value = session.scalars(latest("value")).one()
        assert value.day == (NOON + DAY).date()
        curve = value.data["curves"]["spent"]
        assert curve["n"] == 40
        assert curve["points"][-1] == [1.0, 1.0]
        risk = session.scalars(latest("risk")).one().data
        assert all(row["share"] is None or row["share"]["n"] >= 10 for row in risk["silent"])
        assert session.scalars(select(Campaign)).all() == []


def test_an_order_scores_its_customer_at_once_as_the_night_will(town: Town) -> None:
    score(town)
    with town.session() as session:
        least = select(CurrentScore.customer_id).order_by(CurrentScore.margin_rank.desc())
        who = session.scalars(least.where(CurrentScore.orders > 0).limit(1)).one()
    town._receive(
        "order.placed",
        who,
        {"order_id": "big", "amount": 90_000_000, "margin": 40_000_000, "lines": []},
    )
    exact = ("orders", "spent", "margin_12m", "last_purchase", "silent", "window_from",
             "window_to", "tier", "r", "m", "segment")  # fmt: skip
    with town.session() as session:
        by_day = {name: getattr(session.get_one(CurrentScore, who), name) for name in exact}
    assert (by_day["tier"], by_day["last_purchase"]) == ("A", NOON.date())
    score(town)
    with town.session() as session:
        by_night = {name: getattr(session.get_one(CurrentScore, who), name) for name in exact}
    assert by_day == by_night


def test_a_return_takes_back_what_the_order_gave(town: Town) -> None:
    score(town)
    with town.session() as session:
        order = session.scalars(select(Transaction).order_by(Transaction.id.desc()).limit(1)).one()
        who, number, spent = order.customer_id, order.order_no, order.amount
        before = session.get_one(CurrentScore, who).spent
    town._receive("order.returned", who, {"order_id": number})
    with town.session() as session:
        assert session.get_one(CurrentScore, who).spent == before - spent


def test_nobody_is_scored_by_day_before_the_first_night(town: Town) -> None:
    town.order(1)
    with town.session() as session:
        assert session.scalar(select(func.count()).select_from(CurrentScore)) == 0


def test_a_change_of_tier_is_found_once_and_the_first_scoring_finds_none(town: Town) -> None:
    score(town)
    with town.session() as session:
        assert find_changes(session) == {"moved": []}
        session.commit()
    with town.session() as session:
        who = session.scalars(select(CurrentScore).where(CurrentScore.orders == 0)).one()
        moved = {"customer_id": who.customer_id, "before": "D", "tier": "A"}
    order = {"order_id": "first", "amount": 90_000_000, "margin": 40_000_000, "lines": []}
    town._receive("order.placed", moved["customer_id"], order)
    with town.session() as session:
        assert moved in find_changes(session)["moved"]
        session.commit()
    with town.session() as session:
        assert find_changes(session) == {"moved": []}


def test_more_changes_than_a_night_may_tell_wait_for_the_next(town: Town) -> None:
    score(town)
    with town.session() as session:
        most = select(PolicyValue).where(PolicyValue.key == "scores.changes_per_night")
        session.scalars(most).one().value = 2
        for current in session.scalars(select(CurrentScore).limit(5)):
            current.tier = "B" if current.tier == "A" else "A"
        session.flush()
        told = [len(find_changes(session)["moved"]) for _ in range(4)]
    assert told == [2, 2, 1, 0]


def test_the_night_begins_the_processes_that_wait_for_a_tier(tmp_path: Path) -> None:
    town = Town(f"sqlite:///{tmp_path / 'town.db'}", people=3, folders=("shared",))
    listener = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
      id="d" targetNamespace="t"><bpmn:process id="listener" isExecutable="true">
      <bpmn:startEvent id="s"><bpmn:outgoing>f</bpmn:outgoing>
      <bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>
      <bpmn:endEvent id="e"><bpmn:incoming>f</bpmn:incoming></bpmn:endEvent>
      <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="e"/></bpmn:process>
      <bpmn:message id="m" name="customer.tier_changed"/></bpmn:definitions>"""
    town.engine.by("bob").definitions.deploy([Resource("listener.bpmn", listener.encode())])
    for night in range(2):
        town.engine.by("bob").instances.start(StartRequest("nightly_scoring"))
        town.play()
        begun = of_process(town, "listener")
        assert (len(begun) > 0) is (night == 1)
        town.order(1, amount=90_000_000)
    assert town.incidents() == []
    assert [each["tier"] for each in begun if each["customer_id"] == 1] == ["A"]
    town.database.dispose()


def of_process(town: Town, process_id: str) -> list[dict[str, Any]]:
    """The variables of each instance of a process."""
    instance = store.instance.c
    query = select(instance.key).where(instance.process_id == process_id)
    with store.reading(town.database) as connection:
        keys = connection.scalars(query).all()
        return [{v.name: v.value for v in reads.variables(connection, key)} for key in keys]


def test_whoever_objects_to_profiling_has_no_scores_from_the_next_night_on(town: Town) -> None:
    score(town)
    with town.session() as session:
        who = session.scalars(select(CurrentScore.customer_id)).first()
        told = {"source": "link", "evidence": "", "at": NOON, "now": NOON}
        object_to(session, who, ["marketing"], state="objected", **told)
        session.commit()

    score(town, 1)

    with town.session() as session:
        assert session.get(CurrentScore, who) is None
        assert who in set(session.scalars(objecting()))
