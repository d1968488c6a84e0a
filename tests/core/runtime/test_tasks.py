"""Tasks: people, workers, scripts, decisions, calls; their variables, failures and retries."""

import pytest

from tests.support.story import Library, Story


def test_a_user_task_says_who_when_and_with_which_form() -> None:
    story = Story(
        """
        start -> user:Ask(name=Ask Alice; WHO; due== due; priority=80; form=ask) -> end
        """.replace(
            "WHO", 'assignee=alice; groups=sales, care; users== ["bob"]; header.colour=red'
        ),
        given={"due": "2026-01-06T12:00:00+03:30"},
        library=Library(forms=("ask",)),
    )
    assert story.wait("Ask").data == {
        "name": "Ask Alice",
        "assignee": "alice",
        "candidate_groups": ["sales", "care"],
        "candidate_users": ["bob"],
        "due_at": "2026-01-06T08:30:00+00:00",
        "follow_up_at": None,
        "priority": 80,
        "form": {"id": "ask", "binding": "latest", "version_tag": None, "key": 88},
        "external_form": None,
        "headers": {"colour": "red"},
    }


def test_a_form_that_is_not_deployed_is_an_incident() -> None:
    story = Story("start -> user:Ask(form=ask) -> end")
    assert story.incident()["error_type"] == "FORM_NOT_FOUND"
    story.library.forms = ("ask",)
    assert story.retry("Ask").waiting == ["Ask"]


def test_a_priority_out_of_range_is_an_incident() -> None:
    story = Story("start -> user:Ask(priority== 101) -> end")
    assert story.incident()["error_type"] == "EXTRACT_VALUE_ERROR"


def test_a_service_task_is_a_job_and_its_result_is_merged() -> None:
    story = Story(
        "start -> service:Count(type== kind; retries=5; header.unit=people) -> end",
        given={"kind": "count.people"},
    )
    assert story.wait("Count").data == {
        "type": "count.people",
        "retries": 5,
        "headers": {"unit": "people"},
        "job_kind": "BPMN_ELEMENT",
        "listener_event": "UNSPECIFIED",
        "priority": 0,
    }
    story.done("Count", people=12)
    assert story.variables == {"kind": "count.people", "people": 12}


def test_a_job_out_of_retries_is_an_incident_beside_the_job() -> None:
    story = Story("start -> service:Count -> end")
    story.fail("Count")
    assert story.waiting == ["Count", "Count!"]
    job = story.wait("Count", "job")
    assert story.incident() == {
        "error_type": "JOB_NO_RETRIES",
        "message": "out of retries",
        "job_key": job.key,
    }
    story.retry("Count")
    assert story.waiting == ["Count"]
    assert story.done(job).ended == "COMPLETED"


def test_a_job_type_that_is_no_text_is_an_incident() -> None:
    story = Story("start -> service:Count(type== missing) -> end")
    assert story.incident()["error_type"] == "EXTRACT_VALUE_ERROR"
    assert story.set(missing="count").retry("Count").waiting == ["Count"]


def test_a_script_writes_its_result() -> None:
    story = Story(
        "start -> script:Add(expression== a + b; result=sum) -> end", given={"a": 1, "b": 2}
    )
    assert story.variables == {"a": 1, "b": 2, "sum": 3}


def test_inputs_make_locals_and_outputs_take_only_their_targets() -> None:
    story = Story(
        """
        start -> service:Rate(in.x== amount; in.deep.a== 1; in.deep.b== x + 1; out.rate== score)
        Rate -> end
        """,
        given={"amount": 7},
    )
    assert story.visible("Rate") == {"amount": 7, "x": 7, "deep": {"a": 1, "b": 8}}
    story.done("Rate", score=3, secret="s")
    assert story.variables == {"amount": 7, "rate": 3}


def test_an_output_into_a_nested_target_keeps_its_siblings() -> None:
    story = Story(
        "start -> script:Set(expression== 5; result=r; out.customer.score== r) -> end",
        given={"customer": {"name": "Ann"}},
    )
    assert story.variables == {"customer": {"name": "Ann", "score": 5}}


def test_a_result_is_written_where_its_name_lives_already() -> None:
    story = Story("start -> service:Rate(in.x== 1) -> end", given={"y": 0})
    story.done("Rate", x=2, y=3, z=4)
    assert story.variables == {"y": 3, "z": 4}


def test_branches_never_overwrite_each_other_with_stale_copies() -> None:
    """SpiffWorkflow fault 3: B never touched y, and yet after the join y was false again."""
    story = Story(
        """
        start -> and:Fork
        Fork -> user:A -> and:Join
        Fork -> user:B -> Join
        Join -> end
        """,
        given={"y": False, "list": [1, 1]},
    )
    story.done("A", y=True).done("B", list=[1, 1, 2])
    assert story.variables == {"y": True, "list": [1, 1, 2]}


def test_the_word_typename_in_the_data_is_just_a_word() -> None:
    """SpiffWorkflow fault 8: such an instance could be saved but never loaded."""
    story = Story("start -> user:Ask -> end", given={"a": {"typename": "x", "data": 1}})
    assert story.done("Ask", b={"typename": "y"}).variables["b"] == {"typename": "y"}


def test_a_persons_answer_stands_even_if_a_later_step_fails() -> None:
    story = Story("start -> user:Ask -> service:Next(type== answer) -> end")
    story.done("Ask", answer=5)
    assert story.variables == {"answer": 5}
    assert story.waiting == ["Next!"]


def test_a_called_process_is_a_child_that_the_shell_starts() -> None:
    story = Story(
        "start -> call:Sub(process== which; business== key) -> end",
        given={"which": "child", "key": "b-1"},
    )
    assert story.wait("Sub").data == {
        "process_id": "child",
        "binding": "latest",
        "version_tag": None,
        "variables": {"which": "child", "key": "b-1"},
        "propagate_all": True,
        "business_key": "b-1",
        "caller": {"error": [], "escalation": []},
    }
    story.done("Sub", answer=42)
    assert story.variables == {"which": "child", "key": "b-1", "answer": 42}


def test_a_call_gives_and_takes_only_what_its_mappings_say() -> None:
    story = Story(
        "start -> call:Sub(process=child; parent=false; in.x== a; out.y== answer) -> end",
        given={"a": 1, "b": 2},
    )
    assert story.wait("Sub").data["variables"] == {"x": 1}
    story.done("Sub", answer=42, other=1)
    assert story.variables == {"a": 1, "b": 2, "y": 42}


def test_a_call_that_propagates_nothing_brings_nothing() -> None:
    story = Story("start -> call:Sub(process=child; propagate=false) -> end")
    assert story.done("Sub", answer=42).variables == {}


def test_a_called_process_that_is_missing_is_an_incident_that_calls_again() -> None:
    story = Story("start -> call:Sub(process=child) -> end")
    story.fail("Sub", "CALLED_ELEMENT_ERROR")
    assert story.waiting == ["Sub!"]
    assert story.retry("Sub").waiting == ["Sub"]


def test_a_standard_loop_repeats_while_its_condition_holds() -> None:
    story = Story("start -> user:Ask(while== again; max=3) -> end", given={"again": True})
    story.done("Ask").done("Ask")
    assert story.waiting == ["Ask"]
    assert story.done("Ask").ended == "COMPLETED"


def test_a_standard_loop_that_tests_first_may_run_never() -> None:
    story = Story("start -> user:Ask(while== again; before) -> end", given={"again": False})
    assert story.ended == "COMPLETED"


WRONG = [
    ("assignee", {"bad": 1}, "bob"),
    ("groups", 5, ["sales"]),
    ("groups", [1], "sales, support"),
    ("users", {"a": 1}, ["bob"]),
    ("due", 5, "2026-02-01T00:00:00Z"),
    ("due", True, None),
    ("follow_up", "soon", "2026-02-01T00:00:00+01:00"),
    ("priority", "high", 7),
    ("priority", 101, 0),
    ("priority", -1, 100),
    ("priority", 1.5, "20"),
]


@pytest.mark.parametrize(("what", "wrong", "right"), WRONG)
def test_what_a_task_says_must_be_of_its_type(what: str, wrong: object, right: object) -> None:
    story = Story(f"start -> user:Ask({what}== value) -> end", given={"value": wrong})
    assert story.incident()["error_type"] == "EXTRACT_VALUE_ERROR"
    assert story.retry("Ask").waiting == ["Ask!"], "nothing was mended"
    story.set(value=right).retry("Ask")
    assert story.waiting == ["Ask"]
    assert story.done("Ask").ended == "COMPLETED"
