"""The reference page tells the truth: its examples run, its list of checks is complete."""

import doctest
import re
from pathlib import Path

from engine import dmn

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "dmn.md").read_text(encoding="utf-8")


def test_the_examples_on_the_page_give_what_it_says() -> None:
    [content] = re.findall(r"```xml\n(.*?)```", PAGE, re.DOTALL)
    [python] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    example = doctest.DocTestParser().get_doctest(
        python, {"content": content.encode()}, "docs/dmn.md", "docs/dmn.md", 0
    )

    failed, tried = doctest.DocTestRunner().run(example)

    assert (failed, tried > 5) == (0, True)


def test_the_table_on_the_page_is_clean() -> None:
    [content] = re.findall(r"```xml\n(.*?)```", PAGE, re.DOTALL)

    assert dmn.parse(content.encode()).lint() == []


def test_every_rule_of_the_checks_is_on_the_page() -> None:
    sources = (ROOT / "engine" / "dmn" / "linting").glob("*.py")
    rules = {
        rule
        for source in sources
        for rule in re.findall(r'"(dmn-[a-z-]+)"', source.read_text(encoding="utf-8"))
    }

    assert rules
    assert [rule for rule in sorted(rules) if f"`{rule}`" not in PAGE] == []
