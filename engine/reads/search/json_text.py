"""Comparisons inside JSON that is stored as text."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, Text, and_, exists, not_, or_, true, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import BindParameter, literal

from engine import store
from engine.reads.search.operators import Like, all_of, compare
from engine.reads.search.query import Condition, Operator
from engine.reads.search.view import Special
from engine.store.types import dumps

_OPPOSITES: dict[str, Operator] = {"neq": "eq", "not_in": "in"}


def as_text(column: ColumnElement[Any]) -> ColumnElement[str]:
    """See a JSON column as the text it is."""
    return type_coerce(column, Text)


def holds_all(column: ColumnElement[Any]) -> Special:
    """Ask a list of plain words: are all of these in it?"""

    def special(conditions: Sequence[Condition]) -> ColumnElement[bool]:
        words = [word for condition in conditions for word in condition.value]
        return and_(true(), *(Like(as_text(column), f"*{_plain(word)}*") for word in words))

    return special


def _plain(word: str) -> str:
    text = dumps(word)
    return "".join("\\" + sign if sign in "*?\\" else sign for sign in text)


def json_value(column: ColumnElement[Any]) -> Special:
    """Compare the JSON text of a value, however the asker spaces it."""

    def special(conditions: Sequence[Condition]) -> ColumnElement[bool]:
        return all_of(as_text(column), map(normalised, conditions))

    return special


def normalised(condition: Condition) -> Condition:
    """Write the compared JSON as the store does; a text that is no JSON stays as it is."""
    match condition.operator:
        case "eq" | "neq":
            return Condition(condition.operator, _rewritten(condition.value))
        case "in" | "not_in":
            return Condition(condition.operator, [_rewritten(value) for value in condition.value])
        case _:
            return condition


def _rewritten(text: str) -> str:
    try:
        return dumps(json.loads(text))
    except (ValueError, RecursionError):
        return text


def has_variables(
    instance_key: ColumnElement[int], scope_key: ColumnElement[int] | None = None
) -> Special:
    """Ask for variables by name and value, of the whole instance or of one scope."""
    table = store.variable

    def special(conditions: Sequence[Condition]) -> ColumnElement[bool]:
        wanted = [each for condition in conditions for each in condition.value]
        return and_(true(), *(_variable(each) for each in wanted))

    def _variable(wanted: dict[str, Any]) -> ColumnElement[bool]:
        where = [table.c.instance_key == instance_key, table.c.name == wanted["name"]]
        if scope_key is not None:
            where.append(table.c.scope_key == scope_key)
        # "Is absent" cannot be asked of a row that is not there.
        absent = [c for c in wanted["value"] if c.operator == "exists" and not c.value]
        rest = [c for c in wanted["value"] if c not in absent]
        found = exists().where(*where, all_of(as_text(table.c.value), map(normalised, rest)))
        return not_(found) if absent else found

    return special


def candidates(audience: ColumnElement[str], kind: str) -> Special:
    """Ask who may claim: does one of the candidates of this kind fit?"""
    table = store.audience

    def special(conditions: Sequence[Condition]) -> ColumnElement[bool]:
        return and_(true(), *map(_one, conditions))

    def _one(condition: Condition) -> ColumnElement[bool]:
        operator, value = condition.operator, condition.value
        if operator == "exists":
            return _some(Condition("like", f"{kind}:*"), wanted=value)
        said = (
            [f"{kind}:{each}" for each in value] if isinstance(value, list) else f"{kind}:{value}"
        )
        if operator in _OPPOSITES:
            return _some(Condition(_OPPOSITES[operator], said), wanted=False)
        return _some(Condition(operator, said), wanted=True)

    def _some(test: Condition, *, wanted: bool) -> ColumnElement[bool]:
        found = exists().where(table.c.id == audience, compare(table.c.member, test))
        return found if wanted else not_(found)

    return special


def may_claim(
    audience: ColumnElement[str], user: str, groups: Sequence[str]
) -> ColumnElement[bool]:
    """Return the SQL condition that a person is a candidate, by name or by a group."""
    members = [f"user:{user}", *(f"group:{group}" for group in groups)]
    table = store.audience
    return or_(exists().where(table.c.id == audience, table.c.member.in_(members)))


class LastMember(ColumnElement[str]):
    """The text of a member of the last object in a JSON list."""

    inherit_cache = False
    type = String()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        """Take the column with the list and the member's name."""
        self.column = column
        self.name = name


@compiles(LastMember, "sqlite")
def _sqlite(element: LastMember, compiler: Any, **options: Any) -> str:
    path: BindParameter[str] = literal(f"$[#-1].{element.name}")
    column = compiler.process(element.column, **options)
    return f"json_extract({column}, {compiler.process(path, **options)})"


@compiles(LastMember)
def _postgresql(element: LastMember, compiler: Any, **options: Any) -> str:
    name: BindParameter[str] = literal(element.name)
    column = compiler.process(element.column, **options)
    return f"((({column})::json -> -1) ->> {compiler.process(name, **options)}::text)"
