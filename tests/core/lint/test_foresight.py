"""What a drawing will do wrong is told from the drawing; what it names is looked for."""

import pytest

from engine import lint
from tests.support.bpmn import resource


def told(
    *drawings: str, rule: str, job_types: set[str] | None = None
) -> list[tuple[str, str, str]]:
    files = [resource(drawing, f"process_{number}") for number, drawing in enumerate(drawings)]
    found = lint.check(files, job_types=job_types)
    return [(each.element, each.message, each.hint) for each in found if each.rule == rule]


def test_c5_what_is_called_and_not_there_is_told_with_the_nearest_name() -> None:
    drawing = "start -> call:Call(process=proces_1) -> rule:Ask(decision=tier; result=t) -> end"
    assert told(drawing, "start -> end", rule="reference") == [
        ("Call", "The process 'proces_1' is not among these files.", "Is it 'process_1'?"),
        (
            "Ask",
            "The decision 'tier' is not among these files.",
            "Check that it is deployed already.",
        ),
    ]
    assert told("start -> user:Ask(form=f) -> end", rule="reference") == [
        ("Ask", "The form 'f' is not among these files.", "Check that it is deployed already."),
    ]


def test_c5_a_job_type_that_is_not_installed_is_told() -> None:
    drawing = "start -> service:Send(type=mail.sned) -> service:Own(type== x) -> end"
    assert told(drawing, rule="reference") == []
    assert told(drawing, rule="reference", job_types={"mail.send"}) == [
        ("Send", "No service task 'mail.sned' is installed.", "Is it 'mail.send'?")
    ]


@pytest.mark.parametrize(
    ("drawing", "element", "message"),
    [
        (
            "start -> xor:X\nX -[a]-> task:A -> and:J\nX -/-> task:B -> J\nJ -> end",
            "J",
            "'X' takes one way, and 'J' waits for all: it waits for ever.",
        ),
        (
            "start -> and:S\nS -> task:A -> xor:J\nS -> task:B -> J\nJ -> task:C -> end",
            "J",
            "'S' takes every way, and 'J' waits for none: 'C' happens 2 times.",
        ),
        (
            "start -> xor:J -> task:A -> task:B -> J",
            "A",
            "'A', 'B', 'J' go round for ever: nothing in the ring waits or leaves it.",
        ),
    ],
)
def test_c19_what_will_go_wrong_is_told_from_the_drawing(
    drawing: str, element: str, message: str
) -> None:
    assert [(where, what) for where, what, _ in told(drawing, rule="flow")] == [(element, message)]


@pytest.mark.parametrize(
    "drawing",
    [
        "start -> and:S\nS -> task:A -> and:J\nS -> task:B -> J\nJ -> end",
        "start -> xor:X\nX -[a]-> task:A -> xor:J\nX -/-> task:B -> J\nJ -> end",
        "start -> xor:J -> user:A -> xor:X\nX -[again]-> J\nX -/-> end",
        "start -> xor:J -> user:A -> J",
        "start -> or:S\nS -[a]-> task:A -> or:J\nS -/-> task:B -> J\nJ -> end",
    ],
)
def test_c19_what_is_sound_is_not_blamed(drawing: str) -> None:
    assert told(drawing, rule="flow") == []


def test_bound_to_its_deployment_a_name_must_be_there() -> None:
    [problem] = lint.check([resource("start -> call:C(process=x; binding=deployment) -> end")])[:1]
    assert (problem.rule, problem.severity) == ("binding", "error")


def test_a_task_for_somebody_outside_asks_somebody() -> None:
    assert told("start -> user:Ask(prop.for=customer) -> end", rule="assignment") == []
