"""Decision tables: columns and rows to one function that finds the matching rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.dmn import hits
from engine.dmn.elements import DecisionTable, Input, Output, TableCell
from engine.dmn.language import ScopeNames, Tests, equal, not_feel, say
from engine.dmn.quick import quick
from engine.dmn.run import Env, Evaluator, Hit
from engine.dmn.texts import TextCompiler
from engine.dmn.types import ANY, Type
from engine.text.normal import exact_key

ANYTHING = frozenset({"", "-"})
_CELLS_PER_STEP = 20  # of the budget


class _Test:
    """A cell: answered quickly when it is plain, by FEEL else; empty ones take anything."""

    __slots__ = ("quick", "tests")

    def __init__(self, text: str, tests: Tests | None) -> None:
        self.tests = tests
        self.quick = None if tests is None or tests.error else quick(text)

    def matches(self, value: Any, env: Env) -> bool:
        """Return whether the value of the column fits."""
        if self.tests is None:
            return True
        value = exact_key(value) if type(value) is str else value
        answer = None if self.quick is None else self.quick(value)
        return self.tests.matches(value, env.variables, env.run) if answer is None else answer


@dataclass(frozen=True, slots=True)
class _Column:
    """An input column: its expression, its type, and each different cell text once."""

    input: Input
    node: Evaluator
    type: Type
    allowed: Tests | None
    tests: tuple[_Test, ...]
    cells: tuple[int, ...]  # row → index in tests

    def read(self, env: Env) -> Any:
        """Return the value of the column, null when it is not an allowed one."""
        value, problem = self.type.from_outside(self.node(env))
        if not problem and self.allowed is not None and value is not None:
            if self.allowed.matches(value, env.variables, env.run):
                return value
            problem = f"{say(value)} is not one of the allowed values ({self.input.values})"
        if problem:
            env.run.fail(f"input {self.input.title!r}: {problem}.")
            return None
        return value


def compile_table(compiler: TextCompiler, table: DecisionTable, names: ScopeNames) -> Evaluator:
    """Return the function that evaluates the table."""
    columns = [_column(compiler, table, index, names) for index in range(len(table.inputs))]
    results = _Results(compiler, table, names)
    every = range(len(table.rules))

    def evaluate(env: Env) -> Any:
        values = [column.read(env) for column in columns]
        hit = Hit(table.label or table.id, table.hit_policy, [], [], len(table.rules))
        if env.run.current:
            env.run.current[-1].hits.append(hit)
        hit.inputs.extend(
            {"inputId": column.input.id, "inputName": column.input.title, "inputValue": value}
            for column, value in zip(columns, values, strict=True)
        )
        matched = _matching(columns, values, every, env, first=table.hit_policy == "FIRST")
        return results.of(matched, hit, env)

    return evaluate


def _column(compiler: TextCompiler, table: DecisionTable, index: int, names: ScopeNames) -> _Column:
    column = table.inputs[index]
    texts: dict[str, int] = {}
    cells = []
    for rule in table.rules:
        cells.append(texts.setdefault(_test_text(rule.inputs[index]), len(texts)))
    expression = column.expression
    return _Column(
        input=column,
        node=compiler.expression(expression.text, names, expression.language),
        type=compiler.types.get(column.type_ref),
        allowed=compiler.tests(column.values, names) if column.values else None,
        tests=tuple(
            _Test(text, None if text in ANYTHING else compiler.tests(text, names)) for text in texts
        ),
        cells=tuple(cells),
    )


def _test_text(cell: TableCell) -> str:
    """Return a cell with its texts in the form that all spellings of them share."""
    return f"!{cell.language}" if not_feel(cell.language) else exact_key(cell.text)


def _matching(
    columns: list[_Column], values: list[Any], rows: range, env: Env, *, first: bool
) -> list[int]:
    """Return the matching rows; each different cell of a column is tried once at most."""
    known: list[list[bool | None]] = [[None] * len(column.tests) for column in columns]
    plan = list(zip(columns, values, known, strict=True))
    env.run.budget.take(1 + len(rows) * len(plan) // _CELLS_PER_STEP)
    found = []
    for row in rows:
        for column, value, answers in plan:
            cell = column.cells[row]
            answer = answers[cell]
            if answer is None:
                answer = answers[cell] = column.tests[cell].matches(value, env)
            if not answer:
                break
        else:
            found.append(row)
            if first:
                break
    return found


class _Results:
    """The output side of a table."""

    def __init__(self, compiler: TextCompiler, table: DecisionTable, names: ScopeNames) -> None:
        self.table = table
        self.single = len(table.outputs) == 1
        self.names = [output_name(output, n) for n, output in enumerate(table.outputs, 1)]
        self.rows = [self._nodes(compiler, rule.outputs, names) for rule in table.rules]
        defaults = [output.default for output in table.outputs]
        self.has_default = any(defaults)
        self.defaults = self._nodes(
            compiler, [each or TableCell("", "") for each in defaults], names
        )
        entries = compiler.types.get(table.type_ref).entries or {}
        self.priorities = [
            _priorities(compiler, output, entries.get(name, compiler.types.get(table.type_ref)))
            for output, name in zip(table.outputs, self.names, strict=True)
        ]

    def _nodes(self, compiler: TextCompiler, cells: Any, names: ScopeNames) -> list[Evaluator]:
        return [
            compiler.typed(compiler.expression(cell.text, names, cell.language), output.type_ref)
            for cell, output in zip(cells, self.table.outputs, strict=True)
        ]

    def of(self, matched: list[int], hit: Hit, env: Env) -> Any:
        """Return the value of the table when these rows matched."""
        table = self.table
        if not matched:
            return self._without(env)
        found = []
        for row in matched:
            outputs = [node(env) for node in self.rows[row]]
            hit.rules.append(self._record(row, outputs))
            found.append((row + 1, self._output(outputs)))
        return hits.decide(table.hit_policy, table.aggregation, found, self._rank, env)

    def _without(self, env: Env) -> Any:
        """No row matched: the default output, else an empty answer of the policy."""
        if self.has_default:
            return self._output([node(env) for node in self.defaults])
        if self.table.hit_policy not in hits.LISTS:
            return None
        if self.table.aggregation:
            return hits.aggregate(self.table.aggregation, [], env)
        return []

    def _output(self, outputs: list[Any]) -> Any:
        return outputs[0] if self.single else dict(zip(self.names, outputs, strict=True))

    def _record(self, row: int, outputs: list[Any]) -> dict[str, Any]:
        columns = zip(self.table.outputs, self.names, outputs, strict=True)
        return {
            "ruleId": self.table.rules[row].id,
            "ruleIndex": row + 1,
            "evaluatedOutputs": [
                {"outputId": output.id, "outputName": name, "outputValue": value}
                for output, name, value in columns
            ],
        }

    def _rank(self, output: Any) -> tuple[int, ...]:
        values = [output] if self.single else [output[name] for name in self.names]
        return tuple(rank(value) for rank, value in zip(self.priorities, values, strict=True))


def output_name(output: Output, number: int) -> str:
    """Return the name of an output in the value of the table."""
    return output.name or output.label or f"output {number}"


def _priorities(compiler: TextCompiler, output: Output, kind: Type) -> Callable[[Any], int]:
    """Return where a value stands in the list of output values; the last place when unlisted."""
    declared = compiler.types.get(output.type_ref)
    text = output.values or _allowed(declared if declared is not ANY else kind)
    listed: list[list[Any]] = []

    def rank(value: Any) -> int:
        if not listed:
            listed.append(Tests.values(text))
        places = (i for i, other in enumerate(listed[0]) if equal(other, value))
        return next(places, len(listed[0]))

    return rank


def _allowed(kind: Type) -> str:
    kind = kind.item or kind
    return kind.checks[0][1] if kind.checks else ""
