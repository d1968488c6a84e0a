"""The reference page tells the truth: every example runs, every built-in is there."""

import doctest
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import feel
from engine.feel.builtins import BUILTINS

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "feel.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([^`]+\))` \| (.*?) \| `(.+)` \|$", PAGE, re.MULTILINE)
LINES = [
    line
    for block in re.findall(r"```feel\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def value(text: str) -> Any:
    result = feel.evaluate(text, now=NOW)
    return result.value


@pytest.mark.parametrize(("signature", "meaning", "example"), ROWS, ids=[row[0] for row in ROWS])
def test_the_example_of_a_function_is_true_without_a_warning(
    signature: str, meaning: str, example: str
) -> None:
    assert value(example) is True
    assert feel.evaluate(example, now=NOW).warnings == ()
    assert signature.partition("(")[0] in example


@pytest.mark.parametrize("line", LINES)
def test_the_examples_of_the_language_are_true(line: str) -> None:
    expression, double, expected = line.partition("  // ")
    if not double:
        assert value(line) is True
    else:
        assert feel.equal(value(expression), value(expected)) is True


def test_every_function_of_the_engine_is_on_the_page_and_no_other() -> None:
    known = {
        f"{name}{signature}": signature.camunda
        for name, function in BUILTINS.items()
        for signature in function.overloads
    }

    assert {signature for signature, _, _ in ROWS} == known.keys()
    marked = {signature for signature, meaning, _ in ROWS if meaning.startswith("Camunda")}
    assert marked == {signature for signature, camunda in known.items() if camunda}


def test_the_examples_in_python_print_what_the_page_says() -> None:
    tests = [
        doctest.DocTestParser().get_doctest(block, {}, "docs/feel.md", "docs/feel.md", 0)
        for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    ]
    shared: dict[str, Any] = {}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for test in tests:
        test.globs = shared
        runner.run(test, clear_globs=False)

    assert runner.summarize(verbose=False).failed == 0
    assert runner.tries > 8
