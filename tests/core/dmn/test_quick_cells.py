"""Plain cells are answered without FEEL; the answer is the one FEEL gives."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel
from engine.dmn.quick import quick

NUMBERS = st.integers(-5, 5) | st.sampled_from([Decimal("0.5"), Decimal("1.0"), Decimal("-2.5")])
TEXTS = st.sampled_from(["gold", "silver", "5", "true", ""])
VALUES: st.SearchStrategy[Any] = st.one_of(
    NUMBERS, TEXTS, st.booleans(), st.none(), st.lists(NUMBERS, max_size=2)
)


@st.composite
def plain_tests(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["number", "text", "boolean", "compare", "interval"]))
    if kind == "text":
        return f'"{draw(TEXTS)}"'
    if kind == "boolean":
        return draw(st.sampled_from(["true", "false"]))
    if kind == "compare":
        return f"{draw(st.sampled_from(['<', '<=', '>', '>=', '=']))} {draw(NUMBERS)}"
    if kind == "interval":
        low, high = sorted([draw(NUMBERS), draw(NUMBERS)])
        return f"{draw(st.sampled_from('[('))}{low}..{high}{draw(st.sampled_from('])'))}"
    return str(draw(NUMBERS))


@given(cell=st.lists(plain_tests(), min_size=1, max_size=3).map(", ".join), value=VALUES)
@settings(max_examples=400, deadline=None)
def test_the_quick_answer_is_the_answer_of_feel(cell: str, value: Any) -> None:
    test = quick(cell)
    answer = None if test is None else test(value)

    if answer is not None:
        assert answer is (feel.compile_unary(cell).matches(value, {}) is True)


def test_formulas_dates_and_not_are_left_to_feel() -> None:
    assert quick("> limit") is None
    assert quick('not("gold")') is None
    assert quick('date("2026-01-01")') is None
    assert quick("-") is None
