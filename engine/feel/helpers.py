"""All that a compiled expression can reach."""

from collections.abc import Mapping
from typing import Any

from engine.feel import calls, comparisons, loops, operations
from engine.feel.run import Run
from engine.feel.values import SCALARS


def read(variables: Mapping[str, Any], name: str, run: Run, position: int) -> Any:
    """A variable of the caller, null with a warning when there is none."""
    try:
        value = variables[name]
    except KeyError:
        run.warn("NO_VARIABLE_FOUND", f"No variable found with name '{name}'", position)
        return None
    return value if type(value) in SCALARS else run.variable(variables, name)


def read_or(variables: Mapping[str, Any], name: str, builtin: Any, run: Run) -> Any:
    """A variable of the caller, else the built-in of that name."""
    return run.variable(variables, name) if name in variables else builtin


def last(*values: Any) -> Any:
    """The last of values that were computed one after the other."""
    return values[-1]


HELPERS: dict[str, Any] = {
    "__builtins__": {},
    "context": dict,
    "type_of": type,
    **{each.__name__: each for each in (read, read_or, last)},
    **{
        each.__name__: each
        for each in (
            comparisons.eq,
            comparisons.ne,
            comparisons.lt,
            comparisons.gt,
            comparisons.le,
            comparisons.ge,
            comparisons.between,
            comparisons.test,
            comparisons.passes,
            comparisons.passes_named,
            comparisons.contained,
            comparisons.unsure,
            comparisons.no_condition,
            comparisons.instance,
            comparisons.unknown_type,
            operations.add,
            operations.subtract,
            operations.multiply,
            operations.divide,
            operations.power,
            operations.negate,
            operations.build_range,
            operations.one_sided,
            operations.make_list,
            operations.make_context,
            operations.wrong_literal,
            operations.twice,
            loops.steps,
            loops.listed,
            loops.for_each,
            loops.collect,
            loops.put,
            loops.each,
            loops.partial,
            loops.quantify,
            loops.at_index,
            loops.select,
            loops.select_or_index,
            loops.path,
            calls.call,
            calls.built_in,
            calls.function,
            calls.function_or,
            calls.make_function,
        )
    },
}
