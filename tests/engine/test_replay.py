"""Past cases on another version: the same, another way and where, stopped at what nobody recorded.

Rules of replay (engine/replay): P1 same version, same way; P2 decisions; P3 own timers compete;
P4 jobs answer from record for the same values only; P5 people; P10 no effect outside. P6 to P9
stand in test_replay_bounds.py, P1 of random lives in test_replay_random.py.
"""

import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine import reads, store
from engine.replay import Result, Version
from tests.engine.house import House
from tests.engine.replaying import on, own, run, table
from tests.support.bpmn import resource

ALL = """
    start -> rule:Size(decision=size; result=size) -> xor:Which
    Which -[size = "large"]-> user:Check -> xor:On
    Which -/-> On
    On -> service:Greet(type=shop.greet) -> sub:Work
    sub:Work {
        start:In -> user:Each(out.said== upper case(answer)) -> end:Out
    }
    boundary:Late(on=Work; timer=PT1H; keep) -> script:Note(expression== 1; result=noted) -> end:Old
    Work -> user:Pick(each== ["a", "b"]; item=letter) -> event:Wait
    Wait -> catch:Paid(message=paid; key== order) -> end:Done
    Wait -> catch:Over(timer=P2D) -> end:Unpaid
"""
ROWS = (("< 100", '"small"'), ("-", '"large"'))


def live(house: House, number: int, chance: random.Random) -> None:
    """One case of ALL with answers, delays and an end of its own."""
    started = house.start(customer=f"C-{number}", amount=chance.randint(1, 200), order=str(number))
    house.run()
    for element in ("Check", "Each", "Pick", "Pick"):
        if element not in house.waits(started):
            continue
        house.clock.advance(minutes=chance.randint(1, 90))
        house.run()
        house.do(started, element, by=chance.choice(["alice", "bob"]), answer=f"yes {number}")
        house.run()
    if chance.random() < 0.5:
        house.engine.messages.publish("paid", str(number), {"amount": 7})
    else:
        house.clock.advance(days=2, minutes=1)
        house.run()


@pytest.fixture
def lived(house: House) -> House:
    """Forty cases of ALL."""
    house.deploy(ALL, "p", table(*ROWS))
    chance = random.Random(7)  # noqa: S311
    for number in range(40):
        live(house, number, chance)
    return house


def test_p1_cases_go_the_same_way_on_the_version_they_ran_on(lived: House) -> None:
    outcomes = run(lived, own(lived))

    assert [each.result for each in outcomes] == [Result.SAME] * 40, outcomes[0]
    files = run(lived, Version.of_files([resource(ALL), table(*ROWS)], "p"))
    assert {each.result for each in files} == {Result.SAME}


def test_p2_a_case_differs_if_and_only_if_a_decision_of_it_answers_otherwise(lived: House) -> None:
    changed = table(("< 130", '"small"'), ("-", '"large"'))

    outcomes = on(lived, ALL, changed)

    # worked out apart: from the amounts alone
    started = {each.key: _amount_at_start(lived, each.key) for each in outcomes}
    expected = {key for key, amount in started.items() if 100 <= amount < 130}
    assert {each.key for each in outcomes if each.differs} == expected
    assert 2 < len(expected) < 20
    first = next(each for each in outcomes if each.differs).first
    assert first is not None
    assert (first.kind, first.name, first.element) == ("decision", "size", "Size")
    assert (first.recorded, first.now) == (
        {"answer": "large", "rows": ("r1",)},
        {"answer": "small", "rows": ("r0",)},
    )


def _amount_at_start(house: House, key: int) -> int:
    with store.reading(house.database) as connection:
        given = reads.history(connection, key)[0].given
    assert given is not None
    return int(given["values"]["amount"])


def test_p2_the_same_answer_by_another_row_is_no_difference(lived: House) -> None:
    split = table(("< 50", '"small"'), ("< 100", '"small"'), ("-", '"large"'))

    assert {each.result for each in on(lived, ALL, split)} == {Result.SAME}


ASK = "start -> user:Ask -> end:Answered\nboundary:Late(on=Ask; timer={timer}) -> {late}"


def asked(house: House, *hours: float) -> None:
    """Cases of ASK answered after so many hours."""
    house.deploy(ASK.format(timer="PT24H", late="end:Never"))
    for after in hours:
        started = house.start()
        house.clock.advance(hours=min(after, 24), seconds=after > 24)
        house.run()
        if after <= 24:
            house.do(started, "Ask", answer="yes")


def test_p3_a_timer_of_the_version_competes_with_the_answers(house: House) -> None:
    asked(house, 2, 10, 30)

    soon = on(house, ASK.format(timer="PT4H", late="end:Never"))

    assert [each.result for each in soon] == [
        Result.SAME,
        Result.ANOTHER_WAY,
        Result.OTHER_TIMES,
    ]
    assert [each.ends for each in soon] == [("Answered",), ("Never",), ("Never",)]
    difference = soon[1].differences[0]
    assert (difference.kind, difference.now) == ("way", ("Ask", "Late", "Never"))
    assert difference.at - soon[1].started_at == timedelta(hours=4)


def test_p3_a_longer_timer_stops_where_nobody_knows_what_would_have_come(house: House) -> None:
    asked(house, 2, 30)

    answered, late = on(house, ASK.format(timer="PT48H", late="end:Never"))

    assert answered.result is Result.SAME
    assert late.result is Result.STOPPED
    assert late.stopped is not None
    assert (late.stopped.element, late.stopped.why) == ("Ask", "gone by then")
    assert late.stopped.at - late.started_at == timedelta(hours=24, seconds=1)


def test_p3_a_late_sweeper_does_not_make_a_difference(house: House) -> None:
    house.deploy(ASK.format(timer="PT24H", late="end:Never"))
    started = house.start()
    house.clock.advance(hours=25)  # the timer is due, and a person is faster than the sweeper
    house.do(started, "Ask", answer="yes")

    [outcome] = on(house, ASK.format(timer="PT24H", late="end:Never"))

    assert outcome.result is Result.SAME


def test_p3_a_new_reminder_by_a_job_stops_at_the_job(house: House) -> None:
    asked(house, 10)

    [outcome] = on(
        house, ASK.format(timer="PT4H; keep", late="send:Remind(type=mail.remind) -> end:Told")
    )

    assert outcome.result is Result.ANOTHER_WAY
    assert outcome.stopped is not None
    assert (outcome.stopped.element, outcome.stopped.why) == ("Remind", "never there")


GREET = "start -> service:Greet(type=shop.greet; in.customer== {who}) -> user:{task} -> end"


def test_p4_a_job_answers_from_record_for_the_same_values_only(house: House) -> None:
    house.deploy(GREET.format(who="name", task="Ask"))
    started = house.start(name="Mira")
    house.run()
    house.do(started, "Ask", note="x")
    calls = len(house.calls)

    [same] = on(house, GREET.format(who="string(name)", task="Ask"))
    [other] = on(house, GREET.format(who="upper case(name)", task="Ask"))

    assert same.result is Result.SAME
    assert other.stopped is not None
    assert (other.stopped.element, other.stopped.why) == ("Greet", "given other values")
    assert other.stopped.detail == "customer"
    assert len(house.calls) == calls, "no service task was called"


def test_p4_errors_and_incidents_of_jobs_are_repeated(house: House) -> None:
    drawing = """
        start -> service:Stock(type=shop.check_stock) -> service:Greet(type=shop.greet) -> end:Sent
        boundary:Out(on=Stock; error=sold_out) -> end:Sold
    """
    house.deploy(drawing)
    house.start(customer="A", amount=50)
    house.run()
    house.fail_next = [ValueError("away")] * 3
    broken = house.start(customer="B", amount=1)
    for _ in range(4):
        house.run()
        house.clock.advance(hours=2)
    incident = next(iter(house.waits(broken).values()))
    assert incident.kind == "incident"
    with store.reading(house.database) as connection:
        job = connection.execute(
            select(store.job.c.key).where(
                store.job.c.instance_key == broken.instance_key, store.job.c.open
            )
        ).scalar_one()
    house.engine.jobs.update(job, retries=1)
    house.engine.by("olga").incidents.resolve(incident.key)
    house.run()
    assert house.state(broken) == "COMPLETED"

    outcomes = on(house, drawing)

    assert [each.result for each in outcomes] == [Result.SAME, Result.SAME]
    assert [each.ends for each in outcomes] == [("Sold",), ("Sent",)]


def test_p5_an_answer_after_a_difference_is_counted(house: House) -> None:
    drawing = "start -> rule:Size(decision=size; result=size) -> user:Ask -> end"
    house.deploy(drawing, "p", table(*ROWS))
    house.do(house.start(amount=50), "Ask", answer="yes")

    [outcome] = on(house, drawing, table(("-", '"large"')))

    assert (outcome.result, outcome.taken, outcome.ends) == (Result.ANOTHER_WAY, 1, ("end",))


def test_p5_a_task_that_is_new_stops_the_replay(house: House) -> None:
    house.deploy("start -> user:Ask -> end")
    house.do(house.start(), "Ask", answer="yes")

    [outcome] = on(house, "start -> user:Ask -> user:Approve -> end")

    assert outcome.first is not None
    assert (outcome.first.kind, outcome.first.now) == ("way", ("Approve",))
    assert outcome.stopped is not None
    assert (outcome.stopped.element, outcome.stopped.why) == ("Approve", "never there")


def test_p5_an_answer_that_nothing_waits_for_is_told(house: House) -> None:
    house.deploy("start -> user:Ask -> end")
    house.do(house.start(), "Ask", answer="yes")

    [outcome] = on(house, "start -> end")

    assert [each.kind for each in outcome.differences] == ["way", "unheard"]
    assert outcome.result is Result.ANOTHER_WAY


def test_p10_nothing_outside_happens(lived: House) -> None:
    def sizes() -> list[int]:
        with store.reading(lived.database) as connection:
            return [
                connection.execute(select(func.count()).select_from(each)).scalar_one()
                for each in store.metadata.sorted_tables
            ]

    before, calls = sizes(), len(lived.calls)

    on(lived, ALL, table(("-", '"large"')))

    assert sizes() == before
    assert len(lived.calls) == calls
