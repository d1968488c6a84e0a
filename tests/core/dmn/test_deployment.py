"""DMN files of one deployment may import each other; what is doubtful comes along as warning."""

import pytest

from engine import definitions
from engine.errors import Invalid
from engine.model import Resource
from tests.core.dmn.writing import DMN15, decision, file, literal, table

LIBRARY = file(decision(literal("7"), name="base"), own="urn:library", name="library")
USER = file(
    f'<import name="lib" namespace="urn:library" importType="{DMN15}"/>',
    '<decision id="total" name="total"><variable name="total"/><informationRequirement>'
    '<requiredDecision href="urn:library#base"/></informationRequirement>'
    f"{literal('lib.base * 6')}</decision>",
    own="urn:user",
    name="user",
)


def test_files_deployed_together_find_each_other() -> None:
    bundle = definitions.read([Resource("user.dmn", USER), Resource("library.dmn", LIBRARY)])

    assert bundle.decisions[0].model.evaluate("total", {}).json == 42


def test_a_missing_import_refuses_the_deployment_and_names_the_file() -> None:
    with pytest.raises(Invalid) as refused:
        definitions.read([Resource("user.dmn", USER)])

    [problem] = refused.value.problems
    assert (problem.resource, problem.rule) == ("user.dmn", "dmn-import")


def test_an_overlap_refuses_the_deployment_and_a_gap_is_a_warning() -> None:
    overlap = file(decision(table(["n"], ["out"], [["> 1", "1"], ["> 2", "2"]]), name="d"))
    gap = file(decision(table(["n"], ["out"], [["> 1", "1"], ["< 1", "2"]]), name="d"))

    with pytest.raises(Invalid):
        definitions.read([Resource("d.dmn", overlap)])
    assert [problem.rule for problem in definitions.read([Resource("d.dmn", gap)]).problems] == [
        "dmn-gap"
    ]
