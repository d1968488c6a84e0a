"""Scenarios of deadlines and stops, and what all scenarios of a process come to."""

from pathlib import Path

import pytest

from engine.model import Resource
from engine.scenarios import Coverage, coverage, run_scenarios
from tests.support.bpmn import resource
from tests.support.bpmn_zeebe import properties

CALL = resource(
    """
    start -> user:Call(groups=care; prop.due=1 bd; prop.escalate.to=head) -> xor:Reached
    Reached -[reached]-> end:told
    Reached -/-> end:silent
    """,
    "call",
    properties({"prop.stop.on": "erased", "prop.title.variable": "customer_id"}),
)
HEAD = 'title = "t"\nprocess = "call"\nstart = { customer_id = 7, reached = true }\n'
TABLE = Resource(
    "t.dmn",
    b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="t" name="t"
      namespace="t"><decision id="tier" name="tier"><decisionTable id="d" hitPolicy="FIRST">
      <input id="i"><inputExpression id="e"><text>n</text></inputExpression></input>
      <output id="o" name="tier"/>
      <rule id="r1"><inputEntry id="a"><text>1</text></inputEntry>
        <outputEntry id="b"><text>"one"</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="c"><text>-</text></inputEntry>
        <outputEntry id="f"><text>"more"</text></outputEntry></rule>
      </decisionTable></decision></definitions>""",
)
TIER = resource("start -> rule:Tier(decision=tier; result=tier) -> end:done", "tiers")


def run(tmp_path: Path, *texts: str, files: tuple[Resource, ...] = (CALL,)) -> list[str]:
    paths = []
    for number, text in enumerate(texts):
        paths.append(tmp_path / f"{number}.toml")
        paths[-1].write_text(text)
    results = run_scenarios(files, paths)
    tmp_path.joinpath("covered").write_text(
        "\n".join(_line(each) for each in coverage(files, results))
    )
    return [result.message for result in results]


def _line(covered: Coverage) -> str:
    return f"{covered.name} {covered.percent} % {covered.what} {' '.join(covered.missed)}".strip()


@pytest.mark.parametrize(
    "rest",
    [
        '[[do]]\nadvance = "4 bh"\n[expect]\nreminded = ["Call"]\nescalated = {}',
        '[[do]]\nadvance = "1 bd"\n[expect]\nescalated = { Call = ["head"] }\nwaiting = ["Call"]',
        '[[do]]\nadvance = "3 bh"\n[expect]\nreminded = []',
        '[[do]]\nstop = "erased"\ncustomer = "7"\n[expect]\nstopped = "erased"\nwaiting = []',
    ],
)
def test_deadlines_and_stops_are_a_line_each(tmp_path: Path, rest: str) -> None:
    assert run(tmp_path, HEAD + rest) == [""]


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        ('[[do]]\nadvance = "4 bh"\n[expect]\nreminded = []', "['Call'] were reminded of, not []"),
        ('[expect]\nescalated = { Call = ["head"] }', "{} were escalated"),
        ('[expect]\nstopped = "erased"', "it was not stopped"),
        ('[[do]]\nstop = "lapsed"\ncustomer = "7"', "nothing is stopped by that"),
        ('[[do]]\nadvance = "soon"', "'soon' is not a date"),
    ],
)
def test_what_is_different_is_told(tmp_path: Path, rest: str, told: str) -> None:
    [message] = run(tmp_path, HEAD + rest)
    assert told in message


def test_coverage_says_which_elements_and_rows_no_scenario_comes_to(tmp_path: Path) -> None:
    done = HEAD + '[[do]]\ntask = "Call"\n[expect]\nended = "told"'
    tier = 'title = "t"\nprocess = "tiers"\nstart = { n = 1 }\n[expect]\nended = "done"'
    assert run(tmp_path, done, tier, files=(CALL, TIER, TABLE)) == ["", ""]
    assert tmp_path.joinpath("covered").read_text().splitlines() == [
        "call 80 % elements silent",
        "tiers 100 % elements",
        "tier 50 % rows row 2",
    ]
