"""Two versions of a decision table, row by row."""

import pytest

from engine import difference
from engine.difference import Area
from engine.model import Resource
from tests.core.difference.test_diagrams import said
from tests.core.dmn.writing import decision, file, literal, table

ROWS = [["< 10", '"low"'], ["[10..20]", '"middle"'], ["> 20", '"high"']]


def drawn(
    rows: list[list[str]] = ROWS,
    policy: str = "UNIQUE",
    ask: str = "x:number",
    gives: str = "level",
) -> bytes:
    return file(decision(table([ask], [gives], rows, policy), "d"))


def compared(old: bytes, new: bytes) -> list[str]:
    found = difference.compare([Resource("d.dmn", old)], [Resource("d.dmn", new)])
    assert {change.area for change in found if change.effect} <= {Area.DECISIONS}
    return [said(change) for change in found]


def without_ids(content: bytes) -> bytes:
    text = content.decode()
    for number in range(1, 9):
        text = text.replace(f' id="rule{number}"', "").replace(f' id="r{number}"', "")
    return text.encode()


@pytest.mark.parametrize(
    ("rows", "policy", "expected"),
    [
        (ROWS, "UNIQUE", []),
        ([*ROWS, ["-", '"?"']], "UNIQUE", ['row.added d|4||- → level: "?"']),
        (ROWS[:2], "UNIQUE", ['row.removed d|3|x: > 20 → level: "high"|']),
        ([["< 5", '"low"'], *ROWS[1:]], "UNIQUE", ["row.cell d|1 · x|< 10|< 5"]),
        ([["< 10", '"tiny"'], *ROWS[1:]], "UNIQUE", ['row.cell d|1 · level|"low"|"tiny"']),
        (ROWS[::-1], "UNIQUE", ["~row.order d|||3, 2, 1"]),
        (ROWS, "FIRST", ["hit_policy d||UNIQUE|FIRST"]),
    ],
)
def test_rows_and_hit_policy(rows: list[list[str]], policy: str, expected: list[str]) -> None:
    found = compared(drawn(), drawn(rows, policy))
    assert found == expected


def test_the_order_of_rows_counts_where_the_first_one_wins() -> None:
    assert compared(drawn(policy="FIRST"), drawn(ROWS[::-1], "FIRST")) == ["row.order d|||3, 2, 1"]


def test_a_row_in_the_middle_changes_no_other() -> None:
    more = [ROWS[0], ["[12..13]", '"odd"'], *ROWS[1:]]
    assert compared(without_ids(drawn()), without_ids(drawn(more))) == [
        'row.added d|2||x: [12..13] → level: "odd"'
    ]


def test_white_space_in_cells_is_no_change() -> None:
    assert compared(drawn(), drawn([["<   10", '"low"'], *ROWS[1:]])) == []


def test_a_column_that_asks_something_else() -> None:
    assert compared(drawn(), drawn(ask="y:number")) == [
        "column.expression d|y|x|y",
        "~column.label d|y|x|y",
    ]


def test_a_type_of_a_column() -> None:
    assert compared(drawn(), drawn(ask="x:string")) == ["column.type d|x|number|string"]


def test_a_column_more() -> None:
    rows = [[cell, "-", answer] for cell, answer in ROWS]
    wide = file(decision(table(["x:number", "y:number"], ["level"], rows), "d"))
    assert "column.added d|y||" in compared(drawn(), wide)


def test_a_decision_more_and_one_that_is_gone() -> None:
    both = file(decision(table(["x:number"], ["level"], ROWS), "d"), decision(literal("1"), "e"))
    assert compared(drawn(), both) == ["decision.added e|||"]
    assert compared(both, drawn()) == ["decision.removed e|||"]


def test_an_expression() -> None:
    one, two = (file(decision(literal(text), "d")) for text in ("a + 1", "a + 2"))
    assert compared(one, two) == ["expression d||a + 1|a + 2"]


def test_a_requirement() -> None:
    one = file(decision(literal("1"), "e"), decision(literal("e"), "d"))
    two = file(decision(literal("1"), "e"), decision(literal("e"), "d", needs=["e"]))
    assert compared(one, two) == ["needs d|e||requiredDecision"]
