"""docs/processes.md tells the truth: its tables are the engine's, its example runs."""

import re
import tomllib
from pathlib import Path

import pytest

from engine import lint
from engine.bpmn.checks import events
from engine.bpmn.parse.graph import Trigger
from engine.bpmn.parse.names import FLOW_NODES
from engine.model import Resource
from engine.scenarios import Failed, run_scenario
from engine.service_task import Registry
from tests.support.bpmn import bpmn, resource

PAGE = (Path(__file__).parents[2] / "docs" / "processes.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_every_element_that_runs_is_in_the_table_and_no_other() -> None:
    assert set(re.findall(r"`(\w+)`[),]", PAGE.split("## Variables")[0])) >= FLOW_NODES


def test_every_trigger_is_in_the_table_where_it_runs() -> None:
    rows = re.findall(r"^\| (\w+) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
    told = {kind: cells for kind, *cells in rows if kind in {*Trigger.KINDS.values(), "none"}}
    assert set(told) == {*Trigger.KINDS.values(), "none"}
    allowed = events._ALLOWED
    for kind, (start, on_the_way, border, end) in told.items():
        assert (start == "yes") == (kind in allowed["startEvent"]), kind
        by_event = kind in allowed["startEvent (event subprocess)"]
        assert (start != "–") == (kind in allowed["startEvent"] or by_event), kind
        assert ("catch" in on_the_way) == (kind in allowed["intermediateCatchEvent"]), kind
        assert ("throw" in on_the_way) == (kind in allowed["intermediateThrowEvent"]), kind
        assert (border != "–") == (kind in allowed["boundaryEvent"]), kind
        assert (end != "–") == (kind in allowed["endEvent"]), kind


def test_the_scenario_of_the_page_passes_and_notices_a_difference() -> None:
    scenario = tomllib.loads(block("toml"))
    drawn = [Resource("offer.bpmn", bpmn(block("text"), "offer"))]
    run_scenario(drawn, scenario, Registry())
    with pytest.raises(Failed):
        run_scenario(drawn, scenario | {"expect": {"ended": "approved"}}, Registry())


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("start -> user:A -> end", "assignment"),
        ("start -> xor:X\nX -[a]-> end\nX -[b]-> end:E", "default-flow"),
        ("start -> end\ntask:Lost", "unreachable"),
    ],
)
def test_the_advice_of_the_page_is_given(text: str, rule: str) -> None:
    found = lint.check([resource(text)])
    assert (rule, "warning") in {(each.rule, each.severity) for each in found}
