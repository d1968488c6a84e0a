"""Every answer has every field the published clients insist on; every filter and sort is known."""

import inspect
import re
from importlib import import_module
from pkgutil import iter_modules

import camunda_orchestration_sdk.models as sdk
import pytest
from marshmallow import Schema

from web.api import schemas
from web.api.fields import Answer
from web.api.filters import Conditions

_OURS = {
    name: found
    for module in iter_modules(schemas.__path__, "web.api.schemas.")
    for name, found in vars(import_module(module.name)).items()
    if inspect.isclass(found) and issubclass(found, Schema)
}
# Ours where the names differ.
_OTHER_NAMES = {
    "PageResult": "SearchQueryPageResponse",
    "EvaluatedDecision": "EvaluatedDecisionResult",
    "MatchedRule": "MatchedDecisionRuleItem",
    "EvaluatedInput": "EvaluatedDecisionInputItem",
    "EvaluatedOutput": "EvaluatedDecisionOutputItem",
    "DecisionInstanceGetResult": "DecisionInstanceGetQueryResult",
    "ActivatedUserTask": "UserTaskProperties",
    "SequenceFlowResult": "ProcessInstanceSequenceFlowResult",
    "CallHierarchyEntry": "ProcessInstanceCallHierarchyEntry",
    "ElementStatisticsResult": "ProcessElementStatisticsResult",
    "InstanceStatisticsResult": "ProcessDefinitionInstanceStatisticsResult",
    "VersionStatisticsResult": "ProcessDefinitionInstanceVersionStatisticsResult",
    "DocumentMetadata": "DocumentMetadataResponse",
    "MemberResult": "GroupUserResult",
    "ProcessInstanceOrFilter": "ProcessInstanceFilter",
    "UserTaskOrFilter": "UserTaskFilter",
    "ElementInstanceOrFilter": "ElementInstanceFilter",
    "NameFilter": "UserTaskVariableFilter",
}


def _theirs(name: str) -> type | None:
    return getattr(sdk, _OTHER_NAMES.get(name, name), None)


def _keys(schema: type[Schema]) -> set[str]:
    return {field.data_key or name for name, field in schema().fields.items()}


_ANSWERS = sorted(n for n, c in _OURS.items() if issubclass(c, Answer) and _theirs(n))
_FILTERS = sorted(n for n, c in _OURS.items() if issubclass(c, Conditions) and _theirs(n))


@pytest.mark.parametrize("name", _ANSWERS)
def test_an_answer_has_every_field_the_client_requires(name: str) -> None:
    source = inspect.getsource(_theirs(name).from_dict)  # type: ignore[union-attr]
    required = set(re.findall(r'pop_required\(\s*"([^"]+)"', source))
    assert required <= _keys(_OURS[name])


@pytest.mark.parametrize("name", _FILTERS)
def test_a_filter_knows_every_field_the_client_can_send(name: str) -> None:
    source = inspect.getsource(_theirs(name).from_dict)  # type: ignore[union-attr]
    offered = set(re.findall(r'd\.pop\(\s*"([^"]+)"', source))
    alternative = {"$or"} if name in {"UserFilter", "GroupFilter", "RoleFilter"} else set()
    plain = {"$or"} if f"{name.removesuffix('Filter')}OrFilter" in _OURS else alternative
    assert offered - plain <= _keys(_OURS[name])


def test_most_of_the_contract_is_compared() -> None:
    assert len(_ANSWERS) > 45
    assert len(_FILTERS) > 12


def test_an_answer_sends_null_for_what_has_no_value() -> None:
    given = _OURS["UserTaskResult"]().dump({"user_task_key": 7, "priority": 10})
    assert given["userTaskKey"] == "7"
    assert given["assignee"] is None
    assert given["tenantId"] == "<default>"
    assert given["candidateGroups"] == []
    assert len(given) == len(_OURS["UserTaskResult"]().fields)
