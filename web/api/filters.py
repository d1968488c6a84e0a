"""The body of a search: filter with operators, sort, page."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, ValidationError, fields, post_load, validate

from engine.reads.search import Condition, Page, Query, Sort
from web.api.fields import Choice, Flag, Instant, Key, Many, Request, Text, Whole, camel

_EQUAL = {"$eq": "eq", "$neq": "neq", "$exists": "exists", "$in": "in", "$notIn": "not_in"}
_LIKE = _EQUAL | {"$like": "like"}
_ORDERED = _EQUAL | {"$gt": "gt", "$gte": "gte", "$lt": "lt", "$lte": "lte"}
MAXIMUM = 10_000


class Filter(fields.Field[tuple[Condition, ...]]):
    """A plain value, or an object of operators that must all hold."""

    def __init__(
        self, inner: fields.Field[Any], operators: Mapping[str, str] = _EQUAL, **options: Any
    ) -> None:
        """Compare values of the inner field with these operators."""
        super().__init__(**options)
        self.inner = inner
        self.operators = operators

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[Condition, ...]:
        if not isinstance(value, dict):
            return (Condition("eq", self.inner.deserialize(value)),)
        return tuple(self._condition(sign, operand) for sign, operand in value.items())

    def _condition(self, sign: str, operand: Any) -> Condition:
        operator: Any = self.operators.get(sign)
        match operator:
            case None:
                raise ValidationError(f"Unknown operator '{sign}'.")
            case "exists":
                return Condition(operator, Flag().deserialize(operand))
            case "in" | "not_in":
                if not isinstance(operand, list) or len(operand) > MAXIMUM:
                    raise ValidationError(f"'{sign}' takes a list.")
                return Condition(operator, [self.inner.deserialize(each) for each in operand])
            case "like":
                return Condition(operator, _Pattern().deserialize(operand))
            case _:
                return Condition(operator, self.inner.deserialize(operand))


class _Pattern(Text):
    def __init__(self) -> None:
        super().__init__(validate=validate.Length(max=1_000))


def text() -> Filter:
    """Filter by a text."""
    return Filter(Text(), _LIKE)


def choice(choices: list[str]) -> Filter:
    """Filter by one of some words."""
    return Filter(Choice(choices), _LIKE)


def key() -> Filter:
    """Filter by a key."""
    return Filter(Key())


def whole() -> Filter:
    """Filter by a whole number."""
    return Filter(Whole(), _ORDERED)


def instant() -> Filter:
    """Filter by a point in time."""
    return Filter(Instant(), _ORDERED)


def flag() -> Filter:
    """Filter by yes or no."""
    return Filter(Flag(), {"$eq": "eq", "$exists": "exists"})


class Exactly(fields.Field[tuple[Condition, ...]]):
    """A value handed to the view as it is, for filters that are no column."""

    def __init__(self, inner: fields.Field[Any], **options: Any) -> None:
        """Read the value with the inner field."""
        super().__init__(**options)
        self.inner = inner

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[Condition, ...]:
        return (Condition("eq", self.inner.deserialize(value)),)


class VariableFilter(Request):
    """A variable by name and by the JSON text of its value."""

    name = Text(required=True)
    value = Filter(Text(), _LIKE, required=True)


def variables() -> Exactly:
    """Filter by variables: name and JSON text of the value."""
    return Exactly(Many(fields.Nested(VariableFilter), most=50))


class Conditions(Request):
    """A filter; a field it does not know is refused, for ignoring it would answer too much.

    Another tenant may be asked for: nothing is found.
    """

    class Meta:
        """Strict."""

        unknown = RAISE

    def _one_tenant(self, data: Any, **_: Any) -> Any:
        return data


class PageRequest(Request):
    """Which page: by offset or by cursor."""

    limit = Whole(load_default=100, validate=validate.Range(0, MAXIMUM))
    from_ = Whole(load_default=0, validate=validate.Range(0, MAXIMUM * 10_000), data_key="from")
    after = Text(load_default=None, allow_none=True, validate=validate.Length(max=4_000))
    before = Text(load_default=None, allow_none=True, validate=validate.Length(max=4_000))

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Page:
        page = Page(data["limit"], data["from_"], data["after"], data["before"])
        if sum([bool(page.offset), page.after is not None, page.before is not None]) > 1:
            raise ValidationError("Use one of 'from', 'after' and 'before'.")
        return page


class Search(Request):
    """The body of a search."""

    page = fields.Nested(PageRequest, load_default=Page, allow_none=True)

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Query:
        wanted = data.get("filter") or {}
        any_of = wanted.pop("any_of", ())
        if sum(_operands(each) for each in (wanted, *any_of)) > MAXIMUM:
            raise ValidationError(f"More than {MAXIMUM} values to compare with.", "filter")
        return Query(wanted, any_of, data.get("sort") or (), data.get("page") or Page())


def _operands(wanted: Mapping[str, Any]) -> int:
    values = [each.value for conditions in wanted.values() for each in conditions]
    return sum(len(value) if isinstance(value, list) else 1 for value in values)


def searching(name: str, conditions: type[Conditions], sortable: str) -> type[Search]:
    """Make the schema of a search over these conditions, sortable by these fields."""
    chosen = {camel(field): field for field in sortable.split()}
    sort = _sort_schema(name, chosen)
    members: dict[str, Any] = {
        "filter": fields.Nested(conditions, allow_none=True),
        "sort": Many(fields.Nested(sort), most=10, allow_none=True),
    }
    return type(f"{name}SearchQuery", (Search,), members | {"__doc__": f"Search: {name}."})


def either(conditions: type[Conditions]) -> type[Conditions]:
    """Extend the conditions by `$or`, a list of alternatives."""
    alternatives = Many(fields.Nested(conditions), most=100, data_key="$or")
    members = {"any_of": alternatives, "__doc__": conditions.__doc__}
    return type(f"{conditions.__name__}OrFilter", (conditions,), members)


class _Order(Choice):
    """ASC or DESC; small letters are taken too, but not promised: generators refuse both."""

    def __init__(self, **options: Any) -> None:
        super().__init__(["ASC", "DESC"], **options)

    def _deserialize(self, value: Any, *more: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, *more, **options)
        return text.upper()


def _sort_schema(name: str, chosen: dict[str, str]) -> type[Request]:
    def made(_: Request, data: dict[str, Any], **__: Any) -> Sort:
        return Sort(chosen[data["field"]], data["order"] == "DESC")

    members: dict[str, Any] = {
        "field": Choice(sorted(chosen), required=True),
        "order": _Order(load_default="ASC"),
        "made": post_load(made),
        "__doc__": f"An order of {name}.",
    }
    return type(f"{name}Sort", (Request,), members)
