"""Numbers and booleans (DMN 10.3.4.2, 10.3.4.5)."""

from collections.abc import Callable
from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)
from typing import Any

from engine.feel.arithmetic import OperandError, tidy
from engine.feel.signature import signature
from engine.feel.temporal import DaysTime, YearsMonths
from engine.feel.values import DECIMAL128

_MODES = {
    "UP": ROUND_UP,
    "DOWN": ROUND_DOWN,
    "CEILING": ROUND_CEILING,
    "FLOOR": ROUND_FLOOR,
    "HALF_UP": ROUND_HALF_UP,
    "HALF_DOWN": ROUND_HALF_DOWN,
    "HALF_EVEN": ROUND_HALF_EVEN,
}
_WIDE = Context(prec=7_000, Emax=MAX_EMAX, Emin=MIN_EMIN)  # for what must be exact on the way


def _round(mode: str) -> Callable[..., Any]:
    def rounded(value: Any, scale: Any = 0) -> Any:
        if scale is None:
            raise OperandError("the scale is null")
        places = int(scale)
        if not -6111 <= places <= 6176:
            raise OperandError("the scale is out of range")
        number = Decimal(value)
        if -number.as_tuple().exponent <= places:  # type: ignore[operator]
            return tidy(number)
        cut = number.quantize(Decimal(1).scaleb(-places, _WIDE), rounding=mode, context=_WIDE)
        return tidy(DECIMAL128.plus(cut))

    return rounded


def decimal(value: Any, scale: Any, mode: str) -> Any:
    """Round with a mode of Java's names."""
    if mode.upper() not in _MODES:
        raise OperandError(f"the mode is none of {', '.join(_MODES)}")
    return _round(_MODES[mode.upper()])(value, scale)


def modulo(a: Any, b: Any) -> Any:
    """Remainder with the sign of the divisor."""
    if b == 0:
        raise OperandError("division by zero")
    x, y = Decimal(a), Decimal(b)
    if abs(x.adjusted() - y.adjusted()) > _WIDE.prec:
        raise OperandError("the numbers lie too far apart")
    rest = _WIDE.remainder(x, y)
    return tidy(DECIMAL128.plus(rest + y if rest and (rest < 0) != (y < 0) else rest))


def _is_odd(value: Any) -> bool:
    return bool(_WIDE.remainder(Decimal(abs(value)), Decimal(2)) == 1)


def opposite_of_nothing(value: Any) -> None:
    """Null of null; of anything else that is no boolean it is a mistake."""
    if value is not None:
        raise OperandError("only a boolean has an opposite")


def sqrt(value: Any) -> Any:
    """Square root."""
    if value < 0:
        raise OperandError("negative")
    return tidy(DECIMAL128.sqrt(Decimal(value)))


def log(value: Any) -> Any:
    """Natural logarithm."""
    if value <= 0:
        raise OperandError("not positive")
    return tidy(DECIMAL128.ln(Decimal(value)))


def absolute(value: Any) -> Any:
    """Magnitude of a number or duration."""
    if isinstance(value, DaysTime):
        return DaysTime(abs(value.nanos))
    return YearsMonths(abs(value.months)) if isinstance(value, YearsMonths) else abs(value)


FUNCTIONS = {
    "not": [
        signature("negand: boolean", lambda b: not b),
        signature("negand: Any", opposite_of_nothing),
    ],
    "decimal": [
        signature("n: number, scale: number", _round(ROUND_HALF_EVEN)),
        signature("n: number, scale: number, mode: string", decimal, camunda=True),
    ],
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
    "modulo": [signature("dividend: number, divisor: number", modulo, cost=4)],
    "sqrt": [signature("number: number", sqrt, cost=4)],
    "log": [signature("number: number", log, cost=12)],
    "exp": [signature("number: number", lambda n: tidy(DECIMAL128.exp(Decimal(n))), cost=12)],
    "odd": [signature("number: number", _is_odd)],
    "even": [signature("number: number", lambda n: n == int(n) and not _is_odd(n))],
}
