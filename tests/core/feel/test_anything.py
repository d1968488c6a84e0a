"""Whatever is written, FEEL answers a value of FEEL or says what is wrong."""

import dis
import os
from datetime import UTC, datetime
from decimal import Decimal
from types import CodeType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import feel
from engine.feel.builtins import BuiltIn
from engine.feel.helpers import HELPERS
from tests.core.feel.grammar import EXPRESSIONS, VARIABLES, mutants

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
EXAMPLES = 100_000 if os.environ.get("PEYVAND_SOAK") else 1_500
FEW = settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
MANY = settings(FEW, max_examples=EXAMPLES, derandomize=EXAMPLES < 100_000)
FEELS = (bool, int, Decimal, str, type(None), *feel.Duration)
KINDS = (feel.Date, feel.Time, feel.DateTime, feel.Range, feel.Function)


def is_feel(value: Any) -> bool:
    """Answer whether a value is made of FEEL's kinds alone."""
    if type(value) is list:
        return all(map(is_feel, value))
    if type(value) is dict:
        return all(type(key) is str and is_feel(item) for key, item in value.items())
    return type(value) in FEELS or type(value) in (*KINDS, BuiltIn)


def try_it(text: str, mode: Any = "expression") -> None:
    budget = feel.Budget()
    compiled = compiled_or_refused(text, mode)
    if compiled is None:
        return
    assert_sees_helpers_only(compiled)
    try:
        if mode == "unary":
            assert compiled.matches(120, VARIABLES, now=NOW, budget=budget) in {True, False, None}
            return
        result = compiled.evaluate(VARIABLES, now=NOW, budget=budget)
    except feel.BudgetExceeded:
        return
    assert budget.steps >= 0
    assert is_feel(result.value), f"{text!r} gives {result.value!r}"
    assert all(0 <= warning.position <= len(text) for warning in result.warnings)
    feel.to_json(result.value)


def compiled_or_refused(text: str, mode: Any) -> feel.Expression | None:
    try:
        return feel.compile(text, (), mode)
    except feel.SyntaxError_ as refusal:
        position = refusal.position
    assert 0 <= position <= len(text)
    return None


def assert_sees_helpers_only(compiled: feel.Expression) -> None:
    for code in codes(compiled._code.__code__):
        assert set(code.co_names) <= HELPERS.keys() - {"__builtins__"}
        operations = {each.opname for each in dis.get_instructions(code)}
        assert not {each for each in operations if "ATTR" in each or "IMPORT" in each}


def codes(code: CodeType) -> Any:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from codes(each)


@FEW
@given(EXPRESSIONS)
def test_what_the_grammar_makes_has_a_value_or_a_reason(text: str) -> None:
    try_it(text)


@FEW
@given(mutants())
def test_what_is_broken_is_refused_with_its_place_or_has_a_value(text: str) -> None:
    try_it(text)


@FEW
@given(st.text(alphabet="abx1.\"'`@()[]{}<>=!+-*/,:?;\\ \n\t\u00e9\U0001f600", max_size=40))
def test_noise_is_refused_with_its_place_or_has_a_value(text: str) -> None:
    try_it(text)
    try_it(text, "unary")


@FEW
@given(st.one_of(EXPRESSIONS, mutants()))
def test_cells_answer_yes_or_no(text: str) -> None:
    try_it(text, "unary")


@pytest.mark.soak
@MANY
@given(st.one_of(EXPRESSIONS, mutants()))
def test_a_hundred_thousand_expressions_and_mutants(text: str) -> None:
    try_it(text)


def test_no_text_becomes_python() -> None:
    for text in ("__import__", "().__class__", "v", "r", "dict", "type_of", "HELPERS", "eq(1, 1)"):
        result = feel.evaluate(text) if text != "().__class__" else None
        assert result is None or result.value is None
    with pytest.raises(feel.SyntaxError_):
        feel.evaluate("().__class__")
    assert feel.evaluate("customer.__class__", {"customer": {"name": "Bob"}}).value is None
    assert feel.evaluate('"a".upper').value is None
