"""Work: run by our own worker or leased to others, tried again, and at last an incident."""

import pytest

from engine import reads, store
from engine.errors import Conflict, Invalid, NotFound
from engine.reads import Incident
from engine.worker import IN_A_ROW
from tests.engine.house import House

GREETING = "start -> service:Greet(type=shop.greet; retries=2) -> end"
OUTSIDE = "start -> service:Print(type=print; retries=3; header.tray=2) -> end"


def incidents(house: House) -> list[Incident]:
    with store.reading(house.database) as connection:
        return list(reads.incidents(connection).items)


def test_an_installed_service_task_runs_once_and_the_process_goes_on(house: House) -> None:
    house.deploy(GREETING)
    instance = house.start(customer="Ann")

    assert house.run() == 1
    assert house.run() == 0

    assert house.state(instance) == "COMPLETED"
    assert house.variables(instance) == {"customer": "Ann", "greeting": "Hello Ann"}


def test_a_failure_is_tried_again_after_a_while_then_an_incident(house: House) -> None:
    house.deploy(GREETING)
    instance = house.start(customer="Ann")
    house.fail_next = [OSError("no network"), OSError("still none")]

    house.run()
    assert incidents(house) == []
    house.run()
    assert len(house.calls) == 1, "not before the backoff is over"
    house.clock.advance(minutes=5)
    house.run()

    [found] = incidents(house)
    assert (found.element_id, found.error_type) == ("Greet", "JOB_NO_RETRIES")
    assert found.message == "OSError: still none"
    assert house.look(instance).incidents == 1
    house.clock.advance(days=1)
    assert house.run() == 0, "an incident waits for a person"

    house.engine.by("alice").incidents.resolve(found.key)
    house.run()
    assert house.state(instance) == "COMPLETED"
    assert incidents(house) == []


def test_wrong_inputs_are_an_incident_at_once(house: House) -> None:
    house.deploy(GREETING)
    house.start(customer=7)

    house.run()

    [found] = incidents(house)
    assert "customer" in found.message
    assert house.calls == []


def test_a_business_no_takes_its_own_arrow(house: House) -> None:
    house.deploy("""
        start -> service:Check(type=shop.check_stock) -> end:Ordered
        boundary:Out(on=Check; error=sold_out) -> user:Apologise -> end:Sorry
    """)
    instance = house.start(amount=11)

    house.run()

    assert list(house.waits(instance)) == ["Apologise"]
    assert house.variables(instance)["left"] == 10


def test_a_no_that_nobody_catches_is_an_incident(house: House) -> None:
    house.deploy("start -> service:Check(type=shop.check_stock) -> end")
    house.start(amount=11)

    house.run()

    [found] = incidents(house)
    assert found.error_type == "UNHANDLED_ERROR_EVENT"


def test_an_external_worker_leases_finishes_and_is_told_when_it_is_late(house: House) -> None:
    house.deploy(OUTSIDE)
    instance = house.start(text="hello", secret="no")

    [job] = house.engine.by("printer-1").jobs.activate("print", 10, 60_000, ["text"])
    assert job["variables"] == {"text": "hello"}
    assert job["headers"] == {"tray": "2"}
    assert job["retries"] == 3
    assert house.engine.by("printer-2").jobs.activate("print", 10, 60_000) == [], "it is leased"

    house.clock.advance(minutes=2)
    [again] = house.engine.by("printer-2").jobs.activate("print", 10, 60_000)
    assert again["key"] == job["key"], "the lease ran out"

    house.engine.jobs.finish(job["key"], {"pages": 2})
    assert house.state(instance) == "COMPLETED"
    with pytest.raises(NotFound):
        house.engine.jobs.finish(job["key"], {"pages": 3})
    assert house.variables(instance)["pages"] == 2


def test_an_external_worker_fails_backs_off_and_gives_up(house: House) -> None:
    house.deploy(OUTSIDE)
    house.start()
    [job] = house.engine.by("w").jobs.activate("print", 1, 60_000)

    house.engine.jobs.fail(job["key"], "paper jam", retries=1, backoff_ms=5_000)
    assert house.engine.by("w").jobs.activate("print", 1, 60_000) == []
    house.clock.advance(seconds=6)
    assert house.engine.by("w").jobs.activate("print", 1, 60_000)[0]["retries"] == 1

    house.engine.jobs.fail(job["key"], "broken", retries=0)
    [found] = incidents(house)
    assert (found.job_key, found.message) == (job["key"], "broken")
    with pytest.raises(Conflict):
        house.engine.jobs.finish(job["key"])

    house.engine.incidents.resolve(found.key, retries=None)
    [back] = incidents(house)
    assert back.key != found.key, "without retries the incident comes back"
    house.engine.jobs.update(job["key"], retries=2)
    house.engine.incidents.resolve(back.key, retries=None)
    assert house.engine.by("w").jobs.activate("print", 1, 60_000)[0]["retries"] == 2


def test_urgent_jobs_are_handed_out_first(house: House) -> None:
    house.deploy(OUTSIDE)
    keys = [house.waits(house.start())["Print"].key for _ in range(3)]
    house.engine.jobs.update(keys[2], priority=9)

    handed = house.engine.by("w").jobs.activate("print", 2, 60_000)

    assert [job["key"] for job in handed] == [keys[2], keys[0]]


def test_a_job_that_kills_its_process_three_times_becomes_an_incident(house: House) -> None:
    house.deploy(GREETING)
    instance = house.start(customer="Ann")
    key = house.waits(instance)["Greet"].key

    for _ in range(3):
        assert house.engine.by("run-1").jobs.begin(key) is not None, "the process dies here"
    assert house.engine.by("run-1").jobs.begin(key) is None

    [found] = incidents(house)
    assert "died 3 times" in found.message


def test_a_job_of_a_cancelled_instance_has_nobody_to_report_to(house: House) -> None:
    house.deploy(OUTSIDE)
    instance = house.start()
    [job] = house.engine.by("w").jobs.activate("print", 1, 60_000)

    house.engine.by("alice").instances.cancel(instance.instance_key)

    assert house.state(instance) == "TERMINATED"
    with pytest.raises(NotFound):
        house.engine.jobs.finish(job["key"])
    with pytest.raises(NotFound):
        house.engine.instances.cancel(instance.instance_key)


def test_every_failure_and_every_change_of_a_job_is_in_the_history(house: House) -> None:
    house.deploy(OUTSIDE)
    instance = house.start()
    [job] = house.engine.by("w").jobs.activate("print", 1, 60_000)
    house.engine.by("w").jobs.fail(job["key"], "paper jam", retries=1)
    house.engine.by("alice").jobs.update(job["key"], retries=5, priority=9)

    with store.reading(house.database) as connection:
        steps = reads.history(connection, instance.instance_key)
        assert reads.verify(connection, instance.instance_key) is None
    assert [(s.actor, s.command) for s in steps[1:]] == [("w", "fail job"), ("alice", "update job")]
    assert "paper jam" not in str([s.entries for s in steps]), "what may be personal can be erased"


def test_lengths_of_time_beyond_reason_are_refused(house: House) -> None:
    house.deploy(OUTSIDE)
    house.start()
    for wrong in (
        lambda: house.engine.by("w").jobs.activate("print", 1, 10**18),
        lambda: house.engine.messages.publish("m", ttl_ms=10**18),
    ):
        with pytest.raises(Invalid, match="days"):
            wrong()
    [job] = house.engine.by("w").jobs.activate("print", 1, 60_000)
    with pytest.raises(Invalid, match="days"):
        house.engine.jobs.fail(job["key"], "late", retries=1, backoff_ms=10**18)
    with pytest.raises(Invalid, match="days"):
        house.engine.jobs.update(job["key"], timeout_ms=10**18)


def test_a_lease_is_made_longer_by_who_asks(house: House) -> None:
    house.deploy(OUTSIDE)
    house.start()
    [job] = house.engine.by("w").jobs.activate("print", 1, 1_000)
    house.engine.jobs.update(job["key"], timeout_ms=600_000)
    house.clock.advance(minutes=5)
    assert house.engine.by("w").jobs.activate("print", 1, 1_000) == []
    house.clock.advance(minutes=6)
    assert len(house.engine.by("w").jobs.activate("print", 1, 1_000)) == 1


def test_an_error_with_variables_takes_its_arrow_and_a_higher_priority_goes_first(
    house: House,
) -> None:
    house.deploy("""
        start -> service:Print(type=print) -> end
        boundary:Jam(on=Print; error=jam) -> user:Repair -> end:Repaired
    """)
    first, second = house.start(), house.start()
    house.engine.by("alice").jobs.update(house.waits(second)["Print"].key, priority=10)

    [job] = house.engine.by("w").jobs.activate("print", 1, 60_000)
    assert job["instance_key"] == second.instance_key
    house.engine.by("w").jobs.throw(job["key"], "jam", "tray 2", {"tray": 2})

    assert list(house.waits(second)) == ["Repair"]
    assert house.variables(second) == {"tray": 2}
    assert list(house.waits(first)) == ["Print"]


SEVERAL = """
start -> service:First(type=shop.greet) -> service:Second(type=shop.greet) -> user:Look
Look -> service:Third(type=shop.greet) -> end
"""


def test_a_run_goes_on_with_the_next_job_of_its_instance(house: House) -> None:
    house.deploy(SEVERAL)
    instance = house.start(customer="Ann")
    key = house.waits(instance)["First"].key

    with house.counting() as counted:
        house.worker.run_jobs(key, "run-1")

    assert sorted(house.waits(instance)) == ["Look"], "a person is waited for"
    assert len(house.calls) == 2
    assert counted.commits == 3, "one begins, one finishes and begins, one finishes"
    assert len({job_key for job_key, _ in house.calls}) == 2, "each has a key of its own"


def test_a_run_found_again_goes_on_where_its_process_died(house: House) -> None:
    house.deploy(SEVERAL)
    instance = house.start(customer="Ann")
    key = house.waits(instance)["First"].key
    handed = house.engine.by("run-1").jobs.begin(key)
    assert handed is not None
    after = house.engine.by(handed["type"]).jobs.finish_and_go_on(handed, {}, "run-1")
    assert after is not None
    assert after["element_id"] == "Second"
    # Here the process dies. What it was at is leased to its run, and to nobody else.
    assert house.engine.by("run-2").jobs.begin(after["key"]) is None

    house.worker.run_jobs(key, "run-1")

    assert sorted(house.waits(instance)) == ["Look"]
    assert [job_key for job_key, _ in house.calls] == [str(after["key"])]
    house.worker.run_jobs(key, "run-1")
    assert len(house.calls) == 1, "found once more, it has nothing to do"


def test_a_job_in_a_row_that_fails_is_tried_again_by_itself(house: House) -> None:
    house.deploy(SEVERAL)
    instance = house.start(customer="Ann")
    key = house.waits(instance)["First"].key
    handed = house.engine.by("run-1").jobs.begin(key)
    assert handed is not None
    second = house.engine.by(handed["type"]).jobs.finish_and_go_on(handed, {}, "run-1")
    assert second is not None
    house.fail_next.append(RuntimeError("no paper"))

    house.worker.run_jobs(key, "run-1")

    row = house.job_row(second["key"])
    assert (row.state, row.retries, row.attempt) == ("FAILED", 2, 1)
    house.clock.advance(seconds=2)
    house.run()
    assert sorted(house.waits(instance)) == ["Look"]


def test_a_long_row_of_jobs_queues_up_again(house: House) -> None:
    many = " -> ".join(f"service:S{n}(type=shop.greet)" for n in range(IN_A_ROW + 3))
    house.deploy(f"start -> {many} -> end")
    instance = house.start(customer="Ann")

    house.worker.run_jobs(house.waits(instance)["S0"].key, "run-1")

    assert len(house.calls) == IN_A_ROW
    assert sorted(house.waits(instance)) == [f"S{IN_A_ROW}"]
    row = house.job_row(house.waits(instance)[f"S{IN_A_ROW}"].key)
    assert (row.worker, row.starts, row.deadline) == ("", 0, None)
