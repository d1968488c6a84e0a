"""FEEL, the expression language of DMN 1.5: safe, compiled once, null with warnings.

e = feel.compile("a + b > 3")             # raises feel.SyntaxError_ with .position
e.evaluate({"a": 1, "b": 4}).value        # True;   .warnings say why something is null
e.reads                                   # frozenset({"a", "b"})
feel.evaluate("1 + 2").value              # cached compile
feel.compile("<5, [7..9]", mode="unary").matches(8, {})
feel.to_json(value), feel.from_json(value)
"""

from engine.feel.api import (
    Expression,
    Result,
    analyse,
    call,
    compile,  # noqa: A004 - the verb of the field
    compile_unary,
    evaluate,
)
from engine.feel.lexer import SyntaxError_
from engine.feel.run import PATIENCE, Budget, BudgetExceeded, Warning_
from engine.feel.temporal import (
    Date,
    DateTime,
    DaysTime,
    Time,
    YearsMonths,
)
from engine.feel.temporal import read_date_time as parse_datetime
from engine.feel.temporal import read_duration as parse_duration
from engine.feel.text import to_json
from engine.feel.values import Function, Range, equal, type_name
from engine.feel.values import plain as from_json

Duration = (YearsMonths, DaysTime)

__all__ = [
    "PATIENCE",
    "Budget",
    "BudgetExceeded",
    "Date",
    "DateTime",
    "DaysTime",
    "Duration",
    "Expression",
    "Function",
    "Range",
    "Result",
    "SyntaxError_",
    "Time",
    "Warning_",
    "YearsMonths",
    "analyse",
    "call",
    "compile",
    "compile_unary",
    "equal",
    "evaluate",
    "from_json",
    "parse_datetime",
    "parse_duration",
    "to_json",
    "type_name",
]
