"""Deadlines that a drawing declares: due, reminded of, escalated; each once for a due date."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from engine import store
from engine.commands import deadlines
from engine.engine import Engine
from engine.errors import Conflict, NotFound
from engine.model import Kind, Started
from engine.schedule.office import offices
from engine.transaction.ports import DomainEvent
from engine.worker import Worker
from tests.engine.house import House

CALL = "start -> user:Call(groups=care; prop.due=4 bh; prop.escalate.to=care_head) -> end"
FRIDAY = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def reminders(house: House, instance: Started) -> list[str]:
    return [step for step in house.steps(instance) if step.startswith(("remind", "escalate"))]


def test_a_task_is_reminded_of_at_half_its_time_and_escalated_when_it_is_over(house: House) -> None:
    house.clock.now = FRIDAY
    house.deploy(CALL)
    instance = house.start()
    task = house.task(instance, "Call")
    assert house.task_row(task).due_at == at(9, 11), "two hours on Friday, two on Monday"

    house.clock.now = at(6, 16, 59)
    assert house.run() == 0
    house.clock.now = at(6, 17)
    assert house.run() == 1
    house.clock.now = at(9, 10, 59)
    assert house.run() == 0
    assert reminders(house, instance) == ["remind task Call"]

    house.clock.now = at(9, 11)
    assert house.run() == 1
    row = house.task_row(task)
    assert reminders(house, instance) == ["remind task Call", "escalate task Call care_head"]
    assert (row.candidate_groups, row.priority) == (["care", "care_head"], 90)

    house.clock.advance(days=30)
    assert house.run() == 0, "once"
    house.do(instance, "Call")
    assert house.state(instance) == "COMPLETED"


def test_reminders_and_levels_come_in_their_order(house: House) -> None:
    house.deploy(
        "start -> user:Call(groups=care; prop.due=2 bd; prop.remind=25 %, 4 bh, PT1H;"
        " prop.escalate.to=supervisor, head +1 bd) -> end"
    )
    instance = house.start()
    seen = []
    while house.clock.now < at(6, 9):
        house.clock.advance(hours=1)
        before = len(reminders(house, instance))
        house.run()
        seen += [
            f"{house.clock.now:%a %H} {step.split()[0]} {' '.join(step.split()[3:])}".strip()
            for step in reminders(house, instance)[before:]
        ]
    assert seen == [
        "Mon 13 remind",
        "Tue 13 remind",
        "Tue 16 remind",
        "Tue 17 escalate supervisor",
        "Wed 17 escalate head",
    ]


def test_what_was_missed_while_the_house_was_down_is_made_up_for_once(house: House) -> None:
    house.deploy(CALL)
    instance = house.start()
    house.clock.advance(days=400)

    again = Engine(house.database, clock=house.clock, calendars=offices)
    assert again.timers.fire_due() + house.engine.timers.fire_due() == 1
    assert reminders(house, instance) == ["remind task Call", "escalate task Call care_head"]
    with pytest.raises(NotFound):
        house.engine.timers.meet_deadline(house.task(instance, "Call"))

    house.clock.advance(days=-400)
    assert house.run() == 0, "a clock that goes back brings nothing again"


def test_a_changed_due_date_is_followed_and_counts_anew(house: House) -> None:
    house.deploy(CALL)
    instance = house.start()
    task = house.task(instance, "Call")
    house.clock.now = at(2, 11)
    house.run()

    house.engine.tasks.update(task, {"due_at": at(4, 17)})
    house.clock.now = at(2, 13)
    assert house.run() == 0
    assert house.task_row(task).deadline_at == at(3, 13)
    house.clock.now = at(3, 13)
    house.run()
    assert reminders(house, instance) == ["remind task Call"] * 2

    house.engine.tasks.update(task, {"due_at": None})
    house.clock.advance(days=30)
    assert house.run() == 0, "a task that is not due any more is not late"


def test_while_an_instance_is_suspended_the_time_rests(house: House) -> None:
    house.deploy(CALL)
    instance = house.start()
    task = house.task(instance, "Call")
    house.clock.now = at(2, 10)
    house.engine.instances.suspend(instance.instance_key)
    house.clock.now = at(4, 9)
    assert house.run() == 0
    house.engine.instances.resume(instance.instance_key)

    assert house.task_row(task).due_at == at(4, 12), "three hours were left"
    house.clock.now = at(4, 10)
    house.run()
    assert reminders(house, instance) == ["remind task Call"]


def test_a_calendar_that_changes_moves_what_has_not_happened(house: House) -> None:
    house.deploy(CALL)
    instance = house.start()
    task = house.task(instance, "Call")

    class Later:
        def after(self, start: datetime, time: object) -> datetime:
            return at(5, 12)

        def at_share(self, start: datetime, end: datetime, share: float) -> datetime:
            return at(4, 12)

    house.engine.calendars = lambda names: Later()  # type: ignore[assignment, return-value]
    house.clock.now = at(2, 11)
    house.run()
    assert reminders(house, instance) == []
    row = house.task_row(task)
    assert (row.due_at, row.deadline_at) == (at(5, 12), at(4, 12))


def test_a_task_that_is_done_or_gone_is_not_reminded_of(house: House) -> None:
    house.deploy(CALL)
    done, gone = house.start(), house.start()
    house.do(done, "Call")
    house.engine.instances.cancel(gone.instance_key)
    house.clock.advance(days=30)
    assert house.run() == 0


def test_without_our_properties_nothing_happens_as_in_camunda(house: House) -> None:
    house.deploy("start -> user:Call(groups=care; due=2026-03-02T10:00:00Z) -> end")
    instance = house.start()
    house.clock.advance(days=30)
    assert house.run() == 0
    assert house.task_row(house.task(instance, "Call")).deadline is None


def test_the_owner_of_the_process_is_the_next_level_and_feel_says_the_rest(house: House) -> None:
    drawing = """
    start -> user:Ask(groups=care; prop.due== time) -> user:Wait(due== till; prop.remind=none)
    Wait -> user:Night(groups=night; prop.due=PT2H; prop.escalate.to== bosses) -> end
    """
    house.deploy_with({"owner": "care_head"}, drawing)
    instance = house.start(time="2 bh", till="2026-03-02T15:00:00Z", bosses=["one", "two +PT1H"])
    house.clock.now = at(2, 11)
    house.run()
    house.do(instance, "Ask")
    house.clock.now = at(2, 15)
    house.run()
    house.do(instance, "Wait")
    house.clock.now = at(2, 18)
    house.run()
    assert reminders(house, instance) == [
        "remind task Ask",
        "escalate task Ask care_head",
        "escalate task Wait care_head",
        "remind task Night",
        "escalate task Night one, two",
    ]


def test_a_deadline_that_cannot_be_worked_out_is_an_incident(house: House) -> None:
    house.deploy("start -> user:Call(groups=night; prop.due=4 bh) -> end")
    assert house.waits(house.start())["Call"].kind is Kind.INCIDENT


def test_a_deadline_costs_no_statement_when_the_task_begins(house: House) -> None:
    house.deploy("start -> user:Call(groups=care) -> end", "plain")
    house.deploy(CALL, "timed")
    house.start("plain"), house.start("timed")
    with house.counting() as plain:
        house.start("plain")
    with house.counting() as timed:
        house.start("timed")
    assert len(timed) == len(plain)
    with store.reading(house.database) as connection:
        assert connection.execute(select(store.timer.c.key)).all() == []


def test_others_hear_of_it(house: House) -> None:
    told: list[DomainEvent] = []
    engine = Engine(
        house.database,
        clock=house.clock,
        calendars=offices,
        outbox=lambda _connection, events, _now: told.extend(events),
    )
    house.deploy(CALL)
    house.start()
    house.clock.advance(days=1)
    Worker(engine).run_until_idle()
    kinds = [each.type for each in told if each.type in {"task.reminded", "task.escalated"}]
    assert kinds == ["task.reminded", "task.escalated"]
    assert told[-1].data["escalated_to"] == ["care_head"]


def test_only_what_is_due_is_looked_at(house: House) -> None:
    with store.reading(house.database) as connection:
        if connection.dialect.name != "sqlite":
            pytest.skip("PostgreSQL plans by statistics")
        text = str(deadlines._DUE.compile(connection.engine))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", ("", "", 0, 0)).all()
    assert "ix_pv_user_task_deadline" in " ".join(str(row) for row in plan)


def test_a_task_that_nobody_can_answer_is_escalated_at_once(house: House) -> None:
    house.deploy(CALL)
    instance = house.start()
    task = house.task(instance, "Call")
    house.engine.by("portal").tasks.escalate(task, "the customer cannot be reached")
    assert house.steps(instance)[-1] == "escalate task Call care_head"
    with pytest.raises(Conflict, match="nobody is left"):
        house.engine.tasks.escalate(task, "again")
    house.clock.advance(days=30)
    house.run()
    assert reminders(house, instance) == ["escalate task Call care_head", "remind task Call"]


def test_a_task_for_somebody_outside_says_for_whom(house: House) -> None:
    house.deploy(
        """
        start -> user:Tell(prop.for=customer)
        Tell -> user:Ask(prop.for=partner; prop.for.whom== supplier) -> user:Look -> end
        """
    )
    instance = house.start(customer_id=7, supplier="S-1")
    seen = []
    for name in ("Tell", "Ask", "Look"):
        seen.append(house.task_row(house.task(instance, name)).outside)
        house.do(instance, name)
    assert seen == [{"for": "customer", "whom": "7"}, {"for": "partner", "whom": "S-1"}, None]
