"""The body of a search becomes a query, or is refused with the field named."""

from datetime import UTC, datetime
from typing import Any

import pytest
from marshmallow import ValidationError

from engine.reads.search import Condition, Page, Query, Sort
from web.api.schemas.instances import ProcessInstanceSearch
from web.api.schemas.user_tasks import UserTaskSearch


def _tasks(body: dict[str, Any]) -> Query:
    query: Query = UserTaskSearch().load(body)
    return query


def test_an_empty_body_asks_for_the_first_hundred() -> None:
    assert _tasks({}) == Query(page=Page(limit=100))


def test_null_members_ask_for_nothing_special() -> None:
    assert _tasks({"filter": None, "sort": None, "page": None}) == Query()


def test_a_plain_value_means_equals() -> None:
    assert _tasks({"filter": {"assignee": "alice"}}).where == {
        "assignee": (Condition("eq", "alice"),)
    }


def test_several_operators_must_all_hold() -> None:
    query = _tasks({"filter": {"priority": {"$gte": 10, "$lt": 50}}})
    assert query.where["priority"] == (Condition("gte", 10), Condition("lt", 50))


def test_dates_and_keys_are_read() -> None:
    query = _tasks(
        {
            "filter": {
                "dueDate": {"$lt": "2026-03-01T12:00:00+03:30"},
                "processInstanceKey": {"$in": ["2251799813685249"]},
            }
        }
    )
    assert query.where["due_date"] == (Condition("lt", datetime(2026, 3, 1, 8, 30, tzinfo=UTC)),)
    assert query.where["process_instance_key"] == (Condition("in", [2251799813685249]),)


def test_alternatives_are_kept_apart() -> None:
    query = UserTaskSearch().load(
        {"filter": {"state": "CREATED", "$or": [{"assignee": "alice"}, {"candidateUser": "bob"}]}}
    )
    assert query.where == {"state": (Condition("eq", "CREATED"),)}
    assert list(query.any_of) == [
        {"assignee": (Condition("eq", "alice"),)},
        {"candidate_user": (Condition("eq", "bob"),)},
    ]


def test_variables_are_asked_for_by_name_and_json_text() -> None:
    query = ProcessInstanceSearch().load(
        {"filter": {"variables": [{"name": "amount", "value": {"$in": ["5", "6"]}}]}}
    )
    (condition,) = query.where["variables"]
    assert condition.value == [{"name": "amount", "value": (Condition("in", ["5", "6"]),)}]


def test_order_and_page_are_read() -> None:
    query = _tasks(
        {"sort": [{"field": "dueDate", "order": "DESC"}, {"field": "name"}], "page": {"after": "x"}}
    )
    assert query.sort == [Sort("due_date", descending=True), Sort("name")]
    assert query.page == Page(limit=100, after="x")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown sort field": ({"sort": [{"field": "assignee"}]}, "field"),
    "an unknown filter field": ({"filter": {"colour": "red"}}, "colour"),
    "an unknown operator": ({"filter": {"assignee": {"$regex": "x"}}}, "assignee"),
    "an operator the kind lacks": ({"filter": {"assignee": {"$gt": "x"}}}, "assignee"),
    "a key that is a number": ({"filter": {"userTaskKey": 5}}, "userTaskKey"),
    "a key that is a word": ({"filter": {"userTaskKey": "five"}}, "userTaskKey"),
    "a state that is none": ({"filter": {"state": "DONE"}}, "state"),
    "a date without a zone": ({"filter": {"dueDate": "2026-03-01T12:00:00"}}, "dueDate"),
    "too large a page": ({"page": {"limit": 10_001}}, "limit"),
    "a negative page": ({"page": {"from": -1}}, "from"),
    "two kinds of page": ({"page": {"after": "a", "before": "b"}}, "page"),
    "alternatives inside alternatives": ({"filter": {"$or": [{"$or": []}]}}, "$or"),
    "a list for a text": ({"filter": {"name": ["a"]}}, "name"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_search_is_refused_with_its_field(name: str) -> None:
    body, field = WRONG[name]
    with pytest.raises(ValidationError) as refusal:
        UserTaskSearch().load(body)
    assert field in str(refusal.value.messages)
