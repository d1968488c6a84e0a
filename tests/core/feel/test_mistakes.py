"""The mistakes that people make are named with the right form."""

import pytest

from engine import feel, lint
from engine.model import Resource
from engine.schedule import timers


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("a == 1", "one '='"),
        ("name = 'gold'", "double quotes"),
        ("name = “gold”", "double quotes"),
        ("a && b", "'and'"),
        ("a || b", "'or'"),
        ("!a", "not("),
        ("share > 15 %", "0.15"),
        ("0,5", "0.5"),
        ("a => 1", "'>='"),
        ("a =< 1", "'<='"),
        ("a <> 1", "'!='"),
        ("${a}", "without ${ }"),
        ("a ? 1 : 2", "if … then"),
        ("a = 1;", "';'"),
    ],
)
def test_c20_a_usual_mistake_is_told_with_the_right_form(text: str, right: str) -> None:
    with pytest.raises(feel.SyntaxError_) as refusal:
        feel.compile(text)
    assert right in refusal.value.hint
    assert right in str(refusal.value)


@pytest.mark.parametrize("text", ['a = "==" +', "(1, 2", "f(1,2) +"])
def test_c20_what_is_no_such_mistake_gets_no_such_advice(text: str) -> None:
    with pytest.raises(feel.SyntaxError_) as refusal:
        feel.compile(text)
    assert refusal.value.hint == ""


@pytest.mark.parametrize(
    ("text", "right"),
    [("2 days", "P2D"), ("1 hour", "PT1H"), ("30 min", "PT30M"), ("3 months", "P3M")],
)
def test_c20_a_length_of_time_in_words_is_told_as_iso(text: str, right: str) -> None:
    with pytest.raises(ValueError, match=f"write {right}$"):
        timers.after(timers.date("2026-01-01"), text)


def test_c20_a_decimal_comma_in_a_cell_is_told_as_what_it_means() -> None:
    table = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="t" name="t"
      namespace="t"><decision id="d" name="d"><decisionTable id="dt" hitPolicy="FIRST">
      <input id="i"><inputExpression id="e" typeRef="number"><text>n</text></inputExpression>
      </input><output id="o" name="tier"/>
      <rule id="r1"><inputEntry id="a"><text>&lt; 1,5</text></inputEntry>
        <outputEntry id="b"><text>1</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="c"><text>-</text></inputEntry>
        <outputEntry id="f"><text>2</text></outputEntry></rule></decisionTable></decision>
      </definitions>"""
    found = [each for each in lint.check([Resource("t.dmn", table)]) if "comma" in each.rule]
    assert [(each.message, each.hint) for each in found] == [
        ("'< 1,5' means '< 1' or '5'.", "Write decimals with a point: < 1.5.")
    ]
