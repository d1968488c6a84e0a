"""What is allowed in depth and length works wherever it is called from, also far down a stack."""

from collections.abc import Callable
from typing import Any

import pytest

from engine import feel

LARGE = {
    "brackets": ("(" * 38 + "1" + ")" * 38, 1),
    "operators": ("true and 1 + 1 * 2 ** (" * 30 + "1" + ")" * 30, None),
    "loops": ("count(" + "for x in [1] return " * 36 + "1" + ")", 1),
    "filters": ("[1]" + "[[1]" * 30 + "[1]" + "]" * 30, 1),
    "choices": ("if false then 1 else " * 200 + "2", 2),
    "alternatives": (" or ".join(["n = 1"] * 600), False),
    "sum": (" + ".join(["1"] * 1_400), 1_400),
    "path": ("n" + ".b" * 55, None),
}


def below(frames: int, work: Callable[[], Any]) -> Any:
    return below(frames - 1, work) if frames else work()


@pytest.mark.parametrize("name", LARGE)
def test_a_large_expression_has_its_value_at_the_bottom_of_a_stack(name: str) -> None:
    text, expected = LARGE[name]

    found = below(300, lambda: feel.compile(text).evaluate({"n": 5}))

    assert found.value == expected
