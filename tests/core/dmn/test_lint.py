"""What the checks say about tables: which row, which cell, and what to do."""

from engine import dmn
from engine.model import Problem
from tests.core.dmn.writing import decision, file, input_data, literal, table


def problems(*parts: str) -> list[Problem]:
    return dmn.parse(file(*parts)).lint()


def of(rule: str, *parts: str) -> list[Problem]:
    return [problem for problem in problems(*parts) if problem.rule == rule]


def test_a_complete_table_without_overlaps_gives_no_problem() -> None:
    rows = [["< 18", "-", "1"], [">= 18", '"a"', "2"], [">= 18", 'not("a")', "3"]]

    assert problems(decision(table(["age:number", "kind:string"], ["out:number"], rows))) == []


def test_overlapping_rows_under_unique_are_named_with_an_example() -> None:
    rows = [["[0..20]", "1"], ["[18..30]", "2"], ["< 0", "3"], ["> 30", "4"]]

    [problem] = problems(decision(table(["age:number"], ["out"], rows), name="D-07"))

    assert problem.rule == "dmn-overlap"
    assert problem.severity == "error"
    assert problem.element == "D-07 rows 1 and 2"
    assert "age is 18 or between 18 and 20" in problem.message
    assert "FIRST" in problem.hint


def test_rows_that_disagree_under_any_are_named_with_an_example() -> None:
    rows = [["< 20", "1"], ["[10..30]", "2"], ["> 25", "2"]]

    found = of("dmn-overlap", decision(table(["age:number"], ["out"], rows, policy="ANY")))

    assert [problem.element for problem in found] == ["answer rows 1 and 2"]
    assert "with different outputs" in found[0].message


def test_a_gap_is_named_with_an_example() -> None:
    rows = [["< 18", "1"], ["> 18", "2"]]

    [problem] = problems(decision(table(["age:number"], ["out"], rows)))

    assert problem.rule == "dmn-gap"
    assert problem.message == "No row matches when age is 18."


def test_a_gap_over_two_columns_is_found() -> None:
    rows = [['"a"', "true", "1"], ['"b"', "-", "2"], ['not("a", "b")', "-", "3"]]

    [problem] = problems(decision(table(["kind:string", "ok:boolean"], ["out"], rows)))

    assert problem.message == "No row matches when kind is “a” and ok is false."


def test_listed_values_of_a_column_close_it() -> None:
    column = 'kind:string|"a", "b"'

    assert problems(decision(table([column], ["out"], [['"a"', "1"], ['"b"', "2"]]))) == []


def test_a_row_below_rows_that_take_everything_never_matches() -> None:
    rows = [["< 10", "1"], [">= 10", "2"], ["5", "3"], ["-", "4"]]

    found = of("dmn-unreachable", decision(table(["n"], ["out"], rows, policy="FIRST"), name="D-1"))

    assert [problem.element for problem in found] == ["D-1 row 3"]


def test_a_catch_all_after_complete_rows_still_takes_what_is_not_given() -> None:
    rows = [["< 10", "1"], [">= 10", "2"], ["-", "3"]]

    assert problems(decision(table(["n"], ["out"], rows, policy="FIRST"))) == []


def test_a_cell_outside_the_allowed_values_never_matches() -> None:
    rows = [['"a"', "1"], ['"c"', "2"], ["-", "3"]]

    found = of(
        "dmn-unreachable", decision(table(['k:string|"a", "b"'], ["out"], rows, policy="FIRST"))
    )

    assert [problem.element for problem in found] == ["answer row 2, input 1"]


def test_a_first_table_without_a_last_row_for_everything_else_is_doubtful() -> None:
    rows = [['"a"', "1"]]

    found = problems(decision(table(["k"], ["out"], rows, policy="FIRST")))

    assert [problem.rule for problem in found] == ["dmn-catch-all", "dmn-gap"]
    assert {problem.severity for problem in found} == {"warning"}


def test_a_sum_that_may_be_null_asks_for_a_default_output() -> None:
    rows = [["> 1", "10"]]
    logic = table(["n"], ["points"], rows, policy="COLLECT", aggregation="SUM")

    assert [problem.rule for problem in problems(decision(logic))] == ["dmn-default"]


def test_a_cell_of_the_wrong_type_is_named_by_row_and_column() -> None:
    rows = [['"young"', "1"], ["-", "2"]]

    found = of("dmn-type", decision(table(["age:number"], ["out"], rows, policy="FIRST")))

    [problem] = found
    assert problem.element == "answer row 1, input 1"
    assert "compares with a string, but 'age' is a number" in problem.message


def test_an_output_of_the_wrong_type_and_an_unlisted_one_are_named() -> None:
    rows = [["1", '"many"', '"c"'], ["-", "2", '"a"']]
    outputs = ["count:number", 'kind:string|"a", "b"']

    found = of("dmn-type", decision(table(["n"], outputs, rows, policy="FIRST")))

    assert [(p.element, p.severity) for p in found] == [
        ("answer row 1, output 1", "error"),
        ("answer row 1, output 2", "warning"),
    ]


def test_a_cell_that_is_not_feel_is_named_with_its_position() -> None:
    found = of("dmn-syntax", decision(table(["n"], ["out"], [["> > 3", "1 +"]]), name="D-9"))

    assert [problem.element for problem in found] == [
        "D-9 row 1, input 1",
        "D-9 row 1, output 1",
    ]
    assert all(problem.position is not None for problem in found)


def test_an_unknown_name_is_named_with_what_may_be_meant() -> None:
    [problem] = of(
        "dmn-unknown-name",
        input_data("amount", "number"),
        decision(literal("amonut * 2"), needs=["input:amount"]),
    )

    assert problem.element == "answer"
    assert problem.hint == "Is 'amount' meant?"


def test_an_unknown_name_is_found_with_its_place_but_members_of_items_are_left_alone() -> None:
    parts = [
        input_data("orders"),
        decision(literal("total + orders[price > 3]"), needs=["input:orders"]),
    ]

    [problem] = of("dmn-unknown-name", *parts)

    assert ("'total'" in problem.message, problem.position) == (True, 0)


def test_arguments_a_function_does_not_take_are_named_by_row_and_cell() -> None:
    rows = [["starts with(?)", 'substring("abc")'], ["-", "{a: 1, a: 2}"]]

    found = problems(decision(table(["n"], ["out"], rows, policy="FIRST"), name="D-8"))

    assert [(p.rule, p.element, p.position) for p in found] == [
        ("dmn-arguments", "D-8 row 1, input 1", 11),
        ("dmn-arguments", "D-8 row 1, output 1", 9),
        ("dmn-duplicate-key", "D-8 row 2, output 1", 0),
    ]


def test_names_are_left_alone_where_the_file_declares_no_inputs() -> None:
    assert problems(decision(literal("anything * 2"))) == []


def test_a_type_nobody_defines_is_named() -> None:
    [problem] = problems(decision(literal("1"), type_ref="tAmount"))

    assert (problem.rule, problem.element) == ("dmn-unknown-type", "tAmount")


def test_a_large_table_is_checked_in_reasonable_time() -> None:
    rows = [[f"[{n}..{n + 1})" if n % 2 else f"{n}", "-", "1"] for n in range(200)]

    found = problems(decision(table(["n:number", "k"], ["out"], rows)))

    assert "dmn-gap" in {problem.rule for problem in found}
