"""Reads the text of a range whose ends are literals, without evaluating an expression."""

import re
from typing import Any

from engine.feel import tree
from engine.feel.arithmetic import OperandError
from engine.feel.builtins import conversion
from engine.feel.lexer import SyntaxError_
from engine.feel.literals import read_literal
from engine.feel.names import Names
from engine.feel.operations import build_range
from engine.feel.parser import FeelParser
from engine.feel.run import Run
from engine.feel.values import Range, is_number

_NO_LOW = re.compile(r"\s*[(\]]\s*\.\.")
_NO_HIGH = re.compile(r"\.\.\s*[)\[]\s*$")
_CONSTRUCTORS = ("date", "time", "date and time", "duration")


def read_range(text: str) -> Range:
    """Read a range of literals such as `[1..3]`; an open end may be left out: `(..3]`."""
    low, high = _NO_LOW.match(text), _NO_HIGH.search(text)
    if low and high:
        raise OperandError("a range has one end at least")
    for place in filter(None, (high and high.start() + 2, low and low.end() - 2)):
        text = f"{text[:place]}0{text[place:]}"  # any literal will do, it is not looked at
    node = _parsed(text)
    if low:
        return Range(None, _end(node.high), low_closed=False, high_closed=node.high_closed)
    if high:
        return Range(_end(node.low), None, low_closed=node.low_closed, high_closed=False)
    closed = (node.low_closed, node.high_closed)
    found = build_range(closed, _end(node.low), _end(node.high), Run(), 0)
    if found is None:
        raise OperandError("the ends of the range are in no order")
    return found


def _parsed(text: str) -> tree.RangeOf:
    try:
        node = FeelParser(text, Names(_CONSTRUCTORS)).whole()
    except (SyntaxError_, RecursionError) as error:
        raise OperandError(str(error)) from error
    if not isinstance(node, tree.RangeOf):
        raise OperandError("not a range of literals")
    return node


def _end(node: tree.SyntaxNode) -> Any:
    value = _literal(node)
    if value is None:
        raise OperandError("an end of the range is no literal")
    return value


def _literal(node: tree.SyntaxNode) -> Any:
    if isinstance(node, tree.Literal):
        return node.value
    if isinstance(node, tree.AtLiteral):
        return read_literal(node.text)
    if isinstance(node, tree.Negate):
        value = _literal(node.value)
        return -value if is_number(value) else None
    if isinstance(node, tree.Call) and isinstance(node.target, tree.Name) and not node.named:
        return _constructed(node.target.name, [_literal(each) for each in node.arguments])
    return None


def _constructed(name: str, values: list[Any]) -> Any:
    if name not in _CONSTRUCTORS:
        return None
    for signature in conversion.FUNCTIONS[name]:
        given = signature.fit(values)
        if given is not None:
            return signature.call(*given)
    return None
