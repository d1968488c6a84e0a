"""Boxed expressions: each kind, alone and inside each other."""

from typing import Any

import pytest

from engine import dmn
from tests.core.dmn.writing import decision, file, literal, table


def answer(logic: str, variables: dict[str, Any] | None = None) -> Any:
    outcome = dmn.parse(file(decision(logic))).evaluate("answer", variables or {})
    assert outcome.failure is None
    return outcome.json


def entry(name: str, logic: str) -> str:
    variable = f'<variable name="{name}"/>' if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


def context(*entries: str) -> str:
    return f"<context>{''.join(entries)}</context>"


def test_a_context_is_its_entries_each_seeing_those_before() -> None:
    logic = context(entry("net amount", literal("100")), entry("gross", literal("net amount * 2")))

    assert answer(logic) == {"net amount": 100, "gross": 200}


def test_a_context_with_a_last_entry_without_name_is_that_entry() -> None:
    assert answer(context(entry("a", literal("2")), entry("", literal("a + 1")))) == 3


def test_a_list_and_a_relation() -> None:
    rows = "".join(f"<row>{literal(a)}{literal(b)}</row>" for a, b in (("1", '"x"'), ("2", '"y"')))
    columns = '<column name="id"/><column name="kind"/>'

    assert answer(f"<list>{literal('1')}{literal('1 + 1')}</list>") == [1, 2]
    assert answer(f"<relation>{columns}{rows}</relation>") == [
        {"id": 1, "kind": "x"},
        {"id": 2, "kind": "y"},
    ]


def test_a_function_definition_is_called_with_names() -> None:
    function = (
        '<functionDefinition><formalParameter name="n" typeRef="number"/>'
        f"{literal('n * factor')}</functionDefinition>"
    )
    call = (
        f"<invocation>{literal('times')}<binding><parameter name='n'/>{literal('4')}</binding>"
        "</invocation>"
    )

    logic = context(entry("factor", literal("3")), entry("times", function), entry("", call))
    assert answer(logic) == 12


@pytest.mark.parametrize(("n", "expected"), [(5, "big"), (1, "small"), (None, "small")])
def test_a_conditional_takes_else_unless_the_condition_is_true(n: Any, expected: str) -> None:
    big, small = literal('"big"'), literal('"small"')
    logic = (
        f"<conditional><if>{literal('n > 3')}</if><then>{big}</then>"
        f"<else>{small}</else></conditional>"
    )

    assert answer(logic, {"n": n}) == expected


def test_a_filter_sees_the_item_and_its_entries() -> None:
    source = literal("[{price: 1}, {price: 5}]")

    logic = f"<filter><in>{source}</in><match>{literal('price > 2')}</match></filter>"
    assert answer(logic) == [{"price": 5}]
    logic = f"<filter><in>{source}</in><match>{literal('item.price > 9')}</match></filter>"
    assert answer(logic) == []


def test_a_loop_names_its_item_with_spaces_and_knows_what_came_before() -> None:
    logic = (
        f'<for iteratorVariable="each price"><in>{literal("1..4")}</in>'
        f"<return>{literal('each price + count(partial)')}</return></for>"
    )

    assert answer(logic) == [1, 3, 5, 7]


def test_quantifiers() -> None:
    parts = f"<in>{literal('[1, 2, 3]')}</in><satisfies>{literal('n > 2')}</satisfies>"

    assert answer(f'<some iteratorVariable="n">{parts}</some>') is True
    assert answer(f'<every iteratorVariable="n">{parts}</every>') is False


def test_a_table_inside_a_context_reads_its_entries() -> None:
    inner = table(["total"], ["kind"], [["> 10", '"large"'], ["<= 10", '"small"']])

    logic = context(entry("total", literal("a + b")), entry("", inner))
    assert answer(logic, {"a": 6, "b": 6}) == "large"


@pytest.mark.parametrize("kind", ["Java", "PMML"])
def test_a_function_in_another_language_is_refused_when_it_is_reached(kind: str) -> None:
    logic = f'<functionDefinition kind="{kind}">{literal("1")}</functionDefinition>'

    outcome = dmn.parse(file(decision(logic))).evaluate("answer", {})

    assert outcome.value is None
    assert "not supported" in (outcome.failure or "")


def test_another_expression_language_is_refused_and_linted() -> None:
    logic = '<literalExpression expressionLanguage="python"><text>1</text></literalExpression>'
    model = dmn.parse(file(decision(logic)))

    assert "only FEEL" in (model.evaluate("answer", {}).failure or "")
    assert [problem.rule for problem in model.lint()] == ["dmn-language"]


def test_an_expression_that_is_not_feel_fails_with_its_text() -> None:
    outcome = dmn.parse(file(decision(literal("1 +")))).evaluate("answer", {})

    assert outcome.value is None
    assert "'1 +'" in (outcome.failure or "")
