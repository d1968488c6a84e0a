"""Small pieces of Python's syntax tree that the compiler puts together.

Only names the compiler made up, constants, calls of helpers, `is`, `in` and subscripts of contexts
come out of here: no attribute, no import, no name or text of the expression as Python.
"""

import ast
from collections.abc import Sequence
from typing import Any

_LOAD, _STORE = ast.Load(), ast.Store()
_NOWHERE = {"lineno": 1, "col_offset": 0}  # FEEL keeps its own positions


def name(python: str) -> ast.expr:
    """Return a generated name."""
    return ast.Name(python, _LOAD, **_NOWHERE)


def constant(value: Any) -> ast.expr:
    """Return a constant Python can write: text, whole number, boolean, null."""
    return ast.Constant(value, lineno=1, col_offset=0)


def call(helper: str, *arguments: ast.expr) -> ast.expr:
    """Return the call of a helper."""
    return ast.Call(name(helper), list(arguments), [], **_NOWHERE)


def keep(python: str, value: ast.expr) -> ast.expr:
    """Return `(name := value)`."""
    return ast.NamedExpr(ast.Name(python, _STORE, **_NOWHERE), value, **_NOWHERE)


def choose(condition: ast.expr, yes: ast.expr, no: ast.expr) -> ast.expr:
    """Return `yes if condition else no`."""
    return ast.IfExp(condition, yes, no, **_NOWHERE)


def is_(one: ast.expr, other: Any) -> ast.expr:
    """Return `one is constant`; of two constants the answer itself, or Python would grumble."""
    if isinstance(one, ast.Constant):
        return constant(one.value is other)
    return ast.Compare(one, [ast.Is()], [constant(other)], **_NOWHERE)


def every(parts: Sequence[ast.expr]) -> ast.expr:
    """Return `a and b`."""
    return parts[0] if len(parts) == 1 else ast.BoolOp(ast.And(), list(parts), **_NOWHERE)


def either(parts: Sequence[ast.expr]) -> ast.expr:
    """Return `a or b`."""
    return parts[0] if len(parts) == 1 else ast.BoolOp(ast.Or(), list(parts), **_NOWHERE)


def opposite(value: ast.expr) -> ast.expr:
    """Return `not a`."""
    return ast.UnaryOp(ast.Not(), value, **_NOWHERE)


def tuple_(items: Sequence[ast.expr]) -> ast.expr:
    """Return `(a, b)`."""
    return ast.Tuple(list(items), _LOAD, **_NOWHERE)


def list_(items: Sequence[ast.expr]) -> ast.expr:
    """Return `[a, b]`."""
    return ast.List(list(items), _LOAD, **_NOWHERE)


def first(items: ast.expr) -> ast.expr:
    """Return `items[0]`."""
    return ast.Subscript(items, constant(0), _LOAD, **_NOWHERE)


def dict_(entries: Sequence[tuple[str, ast.expr]]) -> ast.expr:
    """Return `{"a": b}`."""
    return ast.Dict([constant(key) for key, _ in entries], [v for _, v in entries], **_NOWHERE)


def has(item: str, key: str) -> ast.expr:
    """Return `type(item) is dict and "key" in item`."""
    kind = ast.Compare(call("type_of", name(item)), [ast.Is()], [name("context")], **_NOWHERE)
    inside = ast.Compare(constant(key), [ast.In()], [name(item)], **_NOWHERE)
    return every([kind, inside])


def member(item: str, key: str) -> ast.expr:
    """Return `item["key"]`."""
    return ast.Subscript(name(item), constant(key), _LOAD, **_NOWHERE)


def function(parameters: Sequence[str], body: ast.expr) -> ast.expr:
    """Return `lambda a, b: body`."""
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.arg(each, lineno=1, col_offset=0) for each in parameters],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )
    return ast.Lambda(arguments, body, **_NOWHERE)


def code(body: ast.expr) -> Any:
    """Return the code object of an expression."""
    return compile(ast.Expression(body), "<FEEL>", "eval")
