"""People: an inbox, a claim, a completion, and only one of each."""

from datetime import timedelta
from random import Random

import pytest

from engine import reads, store
from engine.errors import Conflict, Invalid, NotFound
from engine.model import Resource
from tests.engine.house import House

REVIEW = """
start -> user:Draft(assignee=alice) -> user:Review(groups=reviewers; priority=80) -> end
"""
ORDER_FORM = b"""{"id": "order", "type": "default", "components": [
  {"type": "textfield", "key": "customer", "label": "Customer", "validate": {"required": true}},
  {"type": "number", "key": "amount", "label": "Amount"}]}"""


def inbox(house: House, user: str, *groups: str, view: str = "mine") -> list[str]:
    with store.reading(house.database) as connection:
        page = reads.inbox(connection, user, groups, view, now=house.clock())  # type: ignore[arg-type]
    return [item.element_id for item in page.items]


def test_a_task_moves_from_one_inbox_to_the_next(house: House) -> None:
    house.deploy(REVIEW)
    instance = house.start(title="Spring")

    assert inbox(house, "alice") == ["Draft"]
    house.do(instance, "Draft", text="Dear customer")

    assert inbox(house, "alice") == []
    assert inbox(house, "alice", view="done") == ["Draft"]
    assert inbox(house, "bob", "reviewers", view="claimable") == ["Review"]
    assert inbox(house, "charlie", "accountants", view="claimable") == []
    house.do(instance, "Review", by="bob")
    assert house.state(instance) == "COMPLETED"
    assert house.variables(instance) == {"title": "Spring", "text": "Dear customer"}


def test_a_second_click_is_a_conflict_and_changes_nothing(house: House) -> None:
    house.deploy(REVIEW)
    instance = house.start()
    draft = house.task(instance, "Draft")
    house.engine.by("alice").tasks.complete(draft, {"text": "first"})

    with pytest.raises(Conflict, match="completed"):
        house.engine.by("alice").tasks.complete(draft, {"text": "second"})

    assert house.variables(instance) == {"text": "first"}
    assert list(house.waits(instance)) == ["Review"]


def test_a_task_is_claimed_by_one_person_given_away_and_given_back(house: House) -> None:
    house.deploy(REVIEW)
    instance = house.start()
    house.do(instance, "Draft")
    review = house.task(instance, "Review")

    house.engine.by("bob").tasks.claim(review)
    with pytest.raises(Conflict, match="assigned to bob"):
        house.engine.by("charlie").tasks.claim(review)
    assert inbox(house, "bob") == ["Review"]
    assert inbox(house, "bob", "reviewers", view="claimable") == []

    house.engine.by("bob").tasks.assign(review, "alice")
    assert inbox(house, "alice") == ["Review"]
    house.engine.by("alice").tasks.unassign(review)
    assert inbox(house, "bob", "reviewers", view="claimable") == ["Review"]


def test_dates_candidates_and_priority_of_a_task_can_change(house: House) -> None:
    house.deploy(REVIEW)
    instance = house.start()
    house.do(instance, "Draft")
    review = house.task(instance, "Review")

    changes = {"due_at": "2026-03-01T12:00:00Z", "candidate_users": ["charlie"], "priority": 10}
    house.engine.by("alice").tasks.update(review, changes | {"candidate_groups": []})

    assert inbox(house, "bob", "reviewers", view="claimable") == []
    assert inbox(house, "charlie", view="claimable") == ["Review"]
    assert inbox(house, "charlie", view="overdue") == ["Review"]
    with store.reading(house.database) as connection:
        assert reads.task(connection, review).priority == 10
        counts = reads.count_inbox(connection, "charlie", [], now=house.clock())
    assert counts == {"mine": 0, "claimable": 1, "overdue": 1}
    with pytest.raises(Invalid, match="priority"):
        house.engine.tasks.update(review, {"priority": 101})
    with pytest.raises(Invalid, match="colour"):
        house.engine.tasks.update(review, {"colour": "red"})


def test_only_the_fields_of_the_form_are_taken(house: House) -> None:
    house.deploy("start -> user:Order(form=order) -> end", "p", Resource("order.form", ORDER_FORM))
    instance = house.start(approved=False)
    order = house.task(instance, "Order")

    with pytest.raises(Invalid) as refusal:
        house.engine.by("alice").tasks.complete(order, {"amount": 3})
    assert [p.element for p in refusal.value.problems] == ["customer"]

    house.engine.by("alice").tasks.complete(
        order, {"customer": "C-1", "amount": 3, "approved": True}
    )
    assert house.variables(instance) == {"approved": False, "customer": "C-1", "amount": 3}


def test_unknown_tasks_and_dangerous_variables_are_refused(house: House) -> None:
    house.deploy(REVIEW)
    draft = house.task(house.start(), "Draft")

    with pytest.raises(NotFound):
        house.engine.tasks.complete(1, {})
    for wrong in ({"": 1}, {"\x00": 1}, {"a": {"\x00": 1}}, {"a": "\x00"}):
        with pytest.raises(Invalid):
            house.engine.tasks.complete(draft, wrong)
    deep: dict[str, object] = {}
    for _ in range(40):
        deep = {"d": deep}
    with pytest.raises(Invalid, match="deep"):
        house.engine.tasks.complete(draft, deep)
    with pytest.raises(Invalid, match="not JSON"):
        house.engine.tasks.complete(draft, {"a": float("nan")})


def test_c8_any_json_is_a_variable(house: House) -> None:
    house.deploy(REVIEW)
    instance = house.start()
    order = {"__typename": "Order", "typename": "x", "": [{"data_objects": {"__class__": None}}]}
    given = {"order": order, "__typename": "Query", "typename": "y"}

    house.engine.tasks.complete(house.task(instance, "Draft"), given)

    assert house.variables(instance).items() >= given.items()


def test_an_inbox_is_read_page_by_page_the_most_urgent_first(house: House) -> None:
    house.deploy("start -> user:Call(groups=care; priority==p; due==due) -> end")
    dues = ["2026-03-05T09:00:00Z", None, "2026-03-04T09:00:00Z"]
    for number in range(9):
        house.start(p=10 * (number % 3), due=dues[number % 3])

    seen, after = [], None
    while True:
        with store.reading(house.database) as connection:
            page = reads.inbox(
                connection, "bob", ["care"], "claimable", now=house.clock(), limit=4, after=after
            )
        seen += [(item.priority, item.key) for item in page.items]
        after = page.after
        if after is None:
            break

    assert len(seen) == len(set(seen)) == 9
    assert seen == sorted(seen, key=lambda item: (-item[0], item[1]))


def test_a_delegated_task_comes_back_to_who_answers_for_it(house: House) -> None:
    house.deploy(REVIEW)
    instance = house.start()
    draft = house.task(instance, "Draft")

    house.engine.by("alice").tasks.delegate(draft, "bob")
    assert (inbox(house, "bob"), inbox(house, "alice")) == (["Draft"], [])
    with pytest.raises(Conflict, match="delegated by alice"):
        house.engine.by("bob").tasks.complete(draft, {})
    house.engine.by("bob").tasks.delegate(draft, "charlie")
    house.engine.by("charlie").tasks.hand_back(draft)

    assert inbox(house, "alice") == ["Draft"]
    with pytest.raises(Conflict, match="not delegated"):
        house.engine.tasks.hand_back(draft)
    house.engine.by("alice").tasks.complete(draft, {})
    with store.reading(house.database) as connection:
        told = [
            s.entries[0]["subject"] for s in reads.history(connection, instance.instance_key)[1:]
        ]
    assert told[:3] == ["Draft alice -> bob", "Draft alice -> charlie", "Draft alice"]


def test_only_who_has_a_task_delegates_it_and_to_somebody_else(house: House) -> None:
    house.deploy(REVIEW)
    instance = house.start()
    draft = house.task(instance, "Draft")
    for to in ("alice", ""):
        with pytest.raises(Invalid):
            house.engine.tasks.delegate(draft, to)
    house.engine.by("alice").tasks.delegate(draft, "bob")
    house.engine.by("alice").tasks.assign(draft, "charlie")  # a new assignee ends the delegation
    house.engine.by("charlie").tasks.complete(draft, {})

    with pytest.raises(Conflict, match="no assignee"):
        house.engine.tasks.delegate(house.task(instance, "Review"), "bob")


def test_a_cancelled_task_leaves_the_other_branch_alone(house: House) -> None:
    house.deploy("start -> and:Both\nBoth -> user:A -> end\nBoth -> user:B -> end:Other")
    instance = house.start()
    task = house.task(instance, "A")

    house.engine.by("alice").tasks.cancel(task)

    assert list(house.waits(instance)) == ["B"]
    with pytest.raises(Conflict, match="canceled"):
        house.engine.tasks.complete(task, {})


HEARD = "start -> user:Draft(task_assigning=may; task_updating=check; task_completing=judge) -> end"


def test_a_listener_denies_and_corrects_what_a_person_wanted(house: House) -> None:
    house.deploy(HEARD)
    instance = house.start()
    draft = house.waits(instance)["Draft"].key

    def decide(kind: str, **result: object) -> None:
        [job] = house.engine.by("w").jobs.activate(kind, 5, 60_000)
        house.engine.jobs.finish(job["key"], {}, result=result)

    house.engine.by("bob").tasks.claim(draft)
    with pytest.raises(Conflict, match="assigning"):
        house.engine.by("bob").tasks.complete(draft, {})
    decide("may", corrections={"assignee": "alice", "candidate_groups": ["writers"]})
    assert inbox(house, "alice") == ["Draft"]
    assert inbox(house, "bob") == []
    assert inbox(house, "charlie", "writers", view="claimable") == []

    house.engine.by("alice").tasks.update(draft, {"priority": 90})
    decide("check", denied=True)
    house.engine.by("alice").tasks.complete(draft, {"text": "short"})
    decide("judge", denied=True, denied_reason="too short")
    assert house.state(instance) == "ACTIVE"
    house.engine.by("alice").tasks.complete(draft, {"text": "long enough"})
    decide("judge")

    assert house.state(instance) == "COMPLETED"
    assert house.variables(instance) == {"text": "long enough"}


def test_a_cancelled_instance_waits_for_its_cancel_listeners(house: House) -> None:
    house.deploy("start -> user:Draft(on_cancel=undo) -> end")
    instance = house.start()

    house.engine.by("alice").instances.cancel(instance.instance_key)
    assert house.state(instance) == "ACTIVE"
    [job] = house.engine.by("w").jobs.activate("undo", 5, 60_000)
    house.engine.jobs.finish(job["key"], {})

    assert house.state(instance) == "TERMINATED"


@pytest.mark.parametrize("few", [1, 1_000])
def test_an_inbox_is_late_then_soon_then_the_rest_each_by_priority_and_age(
    house: House, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.deploy("start -> user:Do(assignee=alice; groups=all) -> end")
    now, random = house.clock(), Random(3)  # noqa: S311 - any tasks will do
    told = {}
    for _ in range(30):
        task = house.task(house.start(), "Do")
        hours = random.choice([None, -50, -2, 3, 20, 30, 900])
        priority = random.choice([10, 50, 90])
        due = {} if hours is None else {"due_at": (now + timedelta(hours=hours)).isoformat()}
        house.engine.tasks.update(task, {"priority": priority} | due)
        late = 10**6 if hours is None else hours
        told[task] = (0 if late < 0 else 1 if late < 24 else 2, -priority, late, task)

    monkeypatch.setattr(reads.inbox_order, "FEW", few)
    found: list[int] = []
    after: str | None = ""
    while after is not None:
        with store.reading(house.database) as connection:
            page = reads.inbox(connection, "alice", [], now=now, limit=4, after=after or None)
        found += [item.key for item in page.items]
        after = page.after

    assert found == sorted(told, key=lambda key: told[key])
