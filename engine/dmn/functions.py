"""Functions that a decision model defines, as FEEL calls them."""

from collections.abc import Sequence
from typing import Any

from engine import feel
from engine.dmn.run import DecisionRun, Env, Evaluator
from engine.dmn.types import Type

DEPTH = 60  # functions calling functions


def make_function(
    name: str,
    parameters: Sequence[tuple[str, Type]],
    body: Evaluator,
    env: Env,
    result: Type | None = None,
) -> feel.Function:
    """Return a FEEL function that checks its arguments, evaluates `body` and checks the result."""

    def run_body(arguments: list[Any]) -> Any:
        run = env.run
        given = {}
        for (parameter, kind), value in zip(parameters, arguments, strict=True):
            given[parameter], problem = kind.convert(value)
            if problem:
                run.warn(f"{name}: the argument {parameter!r} does not fit: {problem}.")
                return None
        if run.depth >= DEPTH:
            run.fail(f"{name} calls itself too deeply.")
            return None
        run.depth += 1
        try:
            value = body(env.having(given))
        finally:
            run.depth -= 1
        return value if result is None else _checked(name, value, result, run)

    return feel.Function(
        name,
        [each for each, _ in parameters],
        run_body,
        types=[kind.for_feel() for _, kind in parameters],
        result=result.for_feel() if result else None,
    )


def _checked(name: str, value: Any, result: Type, run: DecisionRun) -> Any:
    converted, problem = result.convert(value)
    if problem:
        run.warn(f"{name}: the result does not fit: {problem}.")
    return converted
