"""Scenarios: what an owner writes, and what he is told when the process does something else."""

from pathlib import Path
from typing import Any

import pytest

from engine.scenarios import Result, run_scenarios
from engine.service_task import Registry, service_task
from tests.support.bpmn import resource

GATE = resource(
    """
    start -> service:Facts(type=gate.facts) -> xor:Allowed
    Allowed -[allowed]-> user:Send(assignee=alice) -> end:sent
    Allowed -/-> end:blocked
    boundary:Late(on=Send; timer=P2D) -> end:late
    boundary:Broken(on=Facts; error=no_facts) -> end:unknown
    """,
    "gate",
)
ORDER = resource(
    """
    start:Ordered(message=order.placed) -> call:Ask(process=gate; out.sent== decision) -> end:done
    """,
    "order",
)
HEAD = 'title = "t"\nprocess = "gate"\nstart = { customer = "C-1" }\n'
ALLOWED = (
    HEAD + '[[do]]\njob = "Facts"\nanswer = { allowed = true }\n[expect]\nwaiting = ["Send"]\n'
)


def run(tmp_path: Path, text: str) -> Result:
    @service_task(name="gate.facts")
    def facts(customer: str) -> dict[str, Any]:
        raise AssertionError(f"scenarios answer jobs themselves: {customer}")

    (tmp_path / "allowed.toml").write_text(ALLOWED)
    file = tmp_path / "s.toml"
    file.write_text(text)
    [result] = run_scenarios([GATE, ORDER], [file], Registry([facts.__service_task__]))
    return result


@pytest.mark.parametrize(
    "rest",
    [
        '[[do]]\njob = "gate.facts"\nanswer = { allowed = false }\nexpect = { customer = "C-1" }\n'
        '[expect]\nended = "blocked"\nvariables = { allowed = false }\nnot_passed = ["Send"]',
        '[[do]]\njob = "Facts"\nanswer = { allowed = true }\n'
        '[[do]]\ntask = "Send"\nby = "alice"\n[expect]\nended = "sent"\npassed = ["Send"]',
        '[[do]]\njob = "Facts"\nanswer = { allowed = true }\n'
        '[[do]]\nadvance = "P1D"\n[expect]\nwaiting = ["Send", "Late"]\nended = false',
        '[[do]]\njob = "Facts"\nanswer = { allowed = true }\n'
        '[[do]]\nadvance = "P3D"\n[expect]\nended = "late"',
        '[[do]]\njob = "Facts"\nanswer = { allowed = true }\n'
        '[[do]]\ntimer = "Late"\n[expect]\nended = "late"',
        '[[do]]\njob = "Facts"\nerror = "no_facts"\n[expect]\nended = "unknown"',
        'after = "allowed.toml"\n[[do]]\ntask = "Send"\n[expect]\nended = "sent"',
        '[[do]]\njob = "Facts"\nfail = "down"\n[expect]\nincidents = 1\nended = false',
    ],
)
def test_a_scenario_that_tells_the_truth_passes(tmp_path: Path, rest: str) -> None:
    result = run(tmp_path, HEAD + rest)

    assert result.passed, result.message
    assert result.name == "s.toml: t"


def test_a_message_starts_it_and_a_called_process_is_answered_as_a_job(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        'title = "t"\nprocess = "order"\nmessage = "order.placed"\nstart = { customer = "C-1" }\n'
        'answered = ["gate"]\n'
        '[[do]]\njob = "gate"\nexpect = { customer = "C-1" }\nanswer = { decision = "send" }\n'
        '[expect]\nended = "done"\nvariables = { sent = "send" }',
    )

    assert result.passed, result.message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD + '[expect]\nended = "sent"', "has not ended (waits for: job Facts)"),
        (HEAD + '[[do]]\ntask = "Send"', "step 1 (task 'Send'): no user task 'Send' waits"),
        (
            HEAD + '[[do]]\njob = "Facts"\nanswer = { allowed = false }\n[expect]\nended = "sent"',
            "ended in ['blocked'], not in 'sent'",
        ),
        (
            HEAD + '[[do]]\njob = "Facts"\nexpect = { customer = "C-2" }',
            "customer is 'C-1', not 'C-2'",
        ),
        (HEAD.replace('"C-1"', "7") + '[[do]]\njob = "Facts"', "its inputs are wrong"),
        (HEAD + '[expect]\nvariables = { color = "red" }', "color is missing"),
        (HEAD + "[[do]]\ndance = true", "a step says one of: job, task"),
        (HEAD.replace("gate", "door"), "no process 'door'"),
        (HEAD + "[expect]\nendet = true", "unknown: endet"),
        ('title = "t"\nafter = "s.toml"', "s.toml comes after itself"),
        ('title = "t"\nafter = "nowhere.toml"', "cannot be read"),
        ("title = ", "cannot be read"),
        (HEAD + 'message = "order.placed"', "the message starts order, not gate"),
        (HEAD + 'message = "order.lost"', "order.lost"),
        (HEAD + 'begins = "nightly"', "gate has no timer start event nightly"),
    ],
)
def test_a_scenario_that_errs_is_told_what_happened_instead(
    tmp_path: Path, text: str, told: str
) -> None:
    result = run(tmp_path, text)

    assert not result.passed
    assert told in result.message
