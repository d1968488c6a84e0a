"""Every hit policy: what matching rows come to, and what it is when none matches."""

from typing import Any

import pytest

from engine import dmn
from tests.core.dmn.writing import decision, file, table

ROWS = [["> 0", '"low"', "1"], ["> 5", '"high"', "2"], ["> 8", '"low"', "1"]]


def outcome(
    policy: str, n: int, aggregation: str = "", outputs: list[str] | None = None, **more: Any
) -> dmn.DecisionOutcome:
    columns = ['level|"high", "low"', "points"] if outputs is None else outputs
    rows = [[row[0], *(row[1:] if len(columns) == 2 else row[2:])] for row in ROWS]
    logic = table(["n"], columns, rows, policy, aggregation, **more)
    return dmn.parse(file(decision(logic))).evaluate("answer", {"n": n})


LOW, HIGH = {"level": "low", "points": 1}, {"level": "high", "points": 2}


@pytest.mark.parametrize(
    ("policy", "n", "expected"),
    [
        ("UNIQUE", 3, LOW),
        ("ANY", 3, LOW),
        ("FIRST", 9, LOW),
        ("PRIORITY", 9, HIGH),
        ("RULE ORDER", 9, [LOW, HIGH, LOW]),
        ("OUTPUT ORDER", 9, [HIGH, LOW, LOW]),
        ("COLLECT", 6, [LOW, HIGH]),
        ("F", 9, LOW),
        ("C", 3, [LOW]),
        ("UNIQUE", 0, None),
        ("FIRST", 0, None),
        ("COLLECT", 0, []),
        ("RULE ORDER", 0, []),
    ],
)
def test_a_policy_turns_matching_rows_into_one_answer(policy: str, n: int, expected: Any) -> None:
    answer = outcome(policy, n)

    assert answer.json == expected
    assert answer.failure is None


@pytest.mark.parametrize(
    ("aggregation", "n", "expected"),
    [
        ("SUM", 9, 4),
        ("MIN", 9, 1),
        ("MAX", 9, 2),
        ("COUNT", 9, 3),
        ("SUM", 0, None),
        ("MIN", 0, None),
        ("COUNT", 0, 0),
    ],
)
def test_collect_aggregates_one_output(aggregation: str, n: int, expected: Any) -> None:
    assert outcome("COLLECT", n, aggregation, ["points"]).json == expected


def test_collect_takes_the_sign_of_the_standard_for_the_aggregation() -> None:
    assert outcome("C+", 9, outputs=["points"]).json == 4


def test_two_rows_under_unique_are_a_failure_that_names_them() -> None:
    answer = outcome("UNIQUE", 9)

    assert answer.value is None
    assert answer.failure == (
        "Decision 'answer': rows 1, 2 and 3 match, but the hit policy UNIQUE allows only one."
    )
    assert answer.explanation[-1].startswith("It could not be decided.")


def test_rows_that_disagree_under_any_are_a_failure() -> None:
    answer = outcome("ANY", 6)

    assert answer.value is None
    assert "different outputs" in (answer.failure or "")


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "COLLECT", "OUTPUT ORDER"])
def test_the_default_output_is_the_answer_when_no_row_matches(policy: str) -> None:
    answer = outcome(policy, 0, defaults=['"none"', "0"])

    assert answer.json == {"level": "none", "points": 0}
