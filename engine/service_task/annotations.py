"""From a parameter's annotation to the marshmallow field that checks a JSON value for it."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, is_typeddict

from marshmallow import fields, validate

Field = fields.Field[Any]


def field_of(annotation: Any, parameter: inspect.Parameter, task: str) -> Field:
    """Make the field of an input; a default makes it optional, `| None` allows null."""
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        raise TypeError(f"{task}: *{parameter.name} cannot be read from variables; name the inputs")
    inner, nullable = _without_none(annotation)
    if parameter.default is parameter.empty:
        return _field(inner, {"required": True, "allow_none": nullable})
    nullable = nullable or parameter.default is None
    return _field(inner, {"load_default": parameter.default, "allow_none": nullable})


class _Integer(fields.Integer):
    """Whole numbers; 3.0 is one, true and "3" are not."""

    def _validated(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise self.make_error("invalid")
        if value != int(value):
            raise self.make_error("invalid")
        return int(value)


class _Float(fields.Float):
    """Numbers; no text, no booleans."""

    def _validated(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise self.make_error("invalid")
        return float(value)


class _Boolean(fields.Boolean):
    """Only true and false."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class _Instant(fields.DateTime):
    """An ISO date-time; one without zone is UTC."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> datetime:
        moment: datetime = super()._deserialize(value, *args, **kwargs)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_SIMPLE: dict[Any, Callable[..., Field]] = {
    str: fields.String,
    int: _Integer,
    float: _Float,
    bool: _Boolean,
    Decimal: fields.Decimal,
    datetime: lambda **kw: _Instant(format="iso", **kw),
    date: lambda **kw: fields.Date(format="iso", **kw),
    time: lambda **kw: fields.Time(format="iso", **kw),
    dict: fields.Dict,
    Mapping: fields.Dict,
    list: lambda **kw: fields.List(fields.Raw(allow_none=True), **kw),
    Any: fields.Raw,
    object: fields.Raw,
}


def _field(annotation: Any, options: dict[str, Any]) -> Field:
    if annotation is Any or annotation is object:
        return fields.Raw(**{**options, "allow_none": True})
    if annotation in _SIMPLE:
        return _SIMPLE[annotation](**options)
    if is_typeddict(annotation):
        return fields.Dict(**options)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return fields.Enum(annotation, by_value=True, **options)
    return _generic(annotation, options)


def _generic(annotation: Any, options: dict[str, Any]) -> Field:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (list, tuple, Sequence):
        inner, nullable = _without_none(arguments[0])
        return fields.List(_field(inner, {"allow_none": nullable}), **options)
    if origin in (dict, Mapping):
        inner, nullable = _without_none(arguments[1])
        return fields.Dict(
            keys=fields.String(), values=_field(inner, {"allow_none": nullable}), **options
        )
    if origin is Literal:
        return fields.Raw(validate=validate.OneOf(arguments), **options)
    if origin in (Union, UnionType):
        return fields.Raw(**options)
    raise TypeError(f"a service task cannot read {annotation!r} from variables")


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) not in (Union, UnionType):
        return annotation, annotation is NoneType
    rest = tuple(a for a in get_args(annotation) if a is not NoneType)
    if len(rest) == len(get_args(annotation)):
        return annotation, False
    return (rest[0] if len(rest) == 1 else Union[rest]), True  # noqa: UP007 - built at run time
