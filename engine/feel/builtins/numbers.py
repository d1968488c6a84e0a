"""Numbers and booleans (DMN 10.3.4.2, 10.3.4.5)."""

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from typing import Any

from engine.feel.arithmetic import Wrong, tidy
from engine.feel.builtins.signature import signature
from engine.feel.temporal import DaysTime, YearsMonths
from engine.feel.values import DECIMAL128


def _round(mode: str) -> Callable[..., Any]:
    def rounded(value: Any, scale: Any = 0) -> Any:
        if scale is None:
            raise Wrong("the scale is null")
        places = int(scale)
        if not -6111 <= places <= 6176:
            raise Wrong("the scale is out of range")
        number = Decimal(value)
        if -number.as_tuple().exponent <= places:  # type: ignore[operator]
            return tidy(number)
        return tidy(
            number.quantize(Decimal(1).scaleb(-places), rounding=mode, context=None)
            if places < 34
            else number
        )

    return rounded


def modulo(a: Any, b: Any) -> Any:
    """Remainder with the sign of the divisor."""
    if b == 0:
        raise Wrong("division by zero")
    x, y = Decimal(a), Decimal(b)
    quotient = (x / y).to_integral_value(rounding=ROUND_FLOOR)
    return tidy(DECIMAL128.subtract(x, DECIMAL128.multiply(y, quotient)))


def sqrt(value: Any) -> Any:
    """Square root."""
    if value < 0:
        raise Wrong("negative")
    return tidy(DECIMAL128.sqrt(Decimal(value)))


def log(value: Any) -> Any:
    """Natural logarithm."""
    if value <= 0:
        raise Wrong("not positive")
    return tidy(DECIMAL128.ln(Decimal(value)))


def absolute(value: Any) -> Any:
    """Magnitude of a number or duration."""
    if isinstance(value, DaysTime):
        return DaysTime(abs(value.nanos))
    return YearsMonths(abs(value.months)) if isinstance(value, YearsMonths) else abs(value)


FUNCTIONS = {
    "not": [
        signature("negand: boolean", lambda b: not b),
        signature("negand: Any", lambda _: None, null=True),
    ],
    "decimal": [signature("n: number, scale: number", _round(ROUND_HALF_EVEN))],
    "floor": [signature("n: number, scale?: number", _round(ROUND_FLOOR))],
    "ceiling": [signature("n: number, scale?: number", _round(ROUND_CEILING))],
    "round up": [signature("n: number, scale: number", _round(ROUND_UP))],
    "round down": [signature("n: number, scale: number", _round(ROUND_DOWN))],
    "round half up": [signature("n: number, scale: number", _round(ROUND_HALF_UP))],
    "round half down": [signature("n: number, scale: number", _round(ROUND_HALF_DOWN))],
    "abs": [
        signature("n: number", absolute),
        signature("n: years and months duration", absolute),
        signature("n: days and time duration", absolute),
    ],
    "modulo": [signature("dividend: number, divisor: number", modulo)],
    "sqrt": [signature("number: number", sqrt)],
    "log": [signature("number: number", log)],
    "exp": [signature("number: number", lambda n: tidy(DECIMAL128.exp(Decimal(n))))],
    "odd": [signature("number: number", lambda n: n % 2 == 1 if n >= 0 else -n % 2 == 1)],
    "even": [signature("number: number", lambda n: n % 2 == 0)],
}
