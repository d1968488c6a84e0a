"""Hit policies: from the matching rows of a table to its value."""

from collections.abc import Callable, Sequence
from typing import Any

from engine.dmn.language import CompiledExpression, equal
from engine.dmn.run import Env

Outputs = Sequence[tuple[int, Any]]  # (row number, its output), in the order of the table
Ranks = Callable[[Any], tuple[int, ...]]  # lower comes first

_AGGREGATES = {
    "SUM": CompiledExpression("sum(values)"),
    "MIN": CompiledExpression("min(values)"),
    "MAX": CompiledExpression("max(values)"),
    "COUNT": CompiledExpression("count(values)"),
}
LISTS = frozenset({"RULE ORDER", "OUTPUT ORDER", "COLLECT"})


def decide(policy: str, aggregation: str, hits: Outputs, ranks: Ranks, env: Env) -> Any:
    """Return the value of a table with these hits (there is at least one)."""
    if policy == "UNIQUE":
        return _unique(hits, env)
    if policy == "ANY":
        return _any(hits, env)
    if policy in ("PRIORITY", "OUTPUT ORDER"):
        hits = sorted(hits, key=lambda hit: ranks(hit[1]))
    if policy not in LISTS:
        return hits[0][1]
    values = [output for _, output in hits]
    if policy == "COLLECT" and aggregation:
        return aggregate(aggregation, values, env)
    return values


def aggregate(aggregation: str, values: list[Any], env: Env) -> Any:
    """Return the sum, minimum, maximum or number of the outputs."""
    return _AGGREGATES[aggregation].evaluate(Env({"values": values}, env.run))


def _unique(hits: Outputs, env: Env) -> Any:
    if len(hits) == 1:
        return hits[0][1]
    env.run.fail(f"rows {_rows(hits)} match, but the hit policy UNIQUE allows only one.")
    return None


def _any(hits: Outputs, env: Env) -> Any:
    first = hits[0][1]
    if all(equal(first, output) for _, output in hits[1:]):
        return first
    env.run.fail(f"rows {_rows(hits)} match with different outputs; ANY asks for equal ones.")
    return None


def _rows(hits: Outputs) -> str:
    numbers = [str(number) for number, _ in hits]
    return ", ".join(numbers[:-1]) + " and " + numbers[-1]
