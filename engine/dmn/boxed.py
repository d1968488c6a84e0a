"""Reads boxed expressions and decision tables from the XML tree."""

from collections.abc import Callable

from engine.dmn.document import Element, child, children, local, text
from engine.dmn.elements import (
    Boxed,
    BoxedConditional,
    BoxedContext,
    BoxedFilter,
    BoxedList,
    ContextEntry,
    DecisionTable,
    FunctionDefinition,
    Input,
    Invocation,
    Iteration,
    LiteralExpression,
    Output,
    Parameter,
    Relation,
    Rule,
    TableCell,
)
from engine.dmn.names import TypeNames, normal
from engine.model import Problem

POLICIES = {
    "U": "UNIQUE",
    "A": "ANY",
    "P": "PRIORITY",
    "F": "FIRST",
    "R": "RULE ORDER",
    "O": "OUTPUT ORDER",
    "C": "COLLECT",
}
AGGREGATIONS = {"+": "SUM", "<": "MIN", ">": "MAX", "#": "COUNT"}
DEPTH = 40
_NOTHING = LiteralExpression(text="")


class BoxedReader:
    """Reads the expressions of one file; problems go to the list it was given."""

    def __init__(self, types: TypeNames, problems: list[Problem]) -> None:
        """Take how types are named in this file, and where problems go."""
        self._types = types
        self._problems = problems
        self._depth = 0
        self._kinds: dict[str, Callable[[Element], Boxed]] = {
            "literalExpression": self._literal,
            "decisionTable": self._table,
            "context": self._context,
            "list": self._list,
            "relation": self._relation,
            "invocation": self._invocation,
            "functionDefinition": self.function,
            "conditional": self._conditional,
            "filter": self._filter,
            "for": self._iteration,
            "some": self._iteration,
            "every": self._iteration,
        }

    def only(self, parent: Element | None, where: str = "") -> Boxed | None:
        """Return the one expression inside `parent`."""
        found = [] if parent is None else children(parent, *self._kinds)
        if len(found) > 1:
            self._problem(parent, "dmn-expression", f"There are two expressions in {where}.")
        return self._read(found[0]) if found else None

    def _read(self, element: Element) -> Boxed:
        self._depth += 1
        try:
            if self._depth <= DEPTH:
                return self._kinds[local(element)](element)
            self._problem(element, "dmn-depth", f"Nested more than {DEPTH} deep.")
            return _NOTHING
        finally:
            self._depth -= 1

    def function(self, element: Element) -> FunctionDefinition:
        """Return a function definition, or the encapsulated logic of a knowledge model."""
        return FunctionDefinition(
            id=element.get("id", ""),
            type_ref=self._types.attribute(element),
            label=element.get("label", ""),
            parameters=self.parameters(element, "formalParameter"),
            body=self.only(element, "a function"),
            kind=element.get("kind", "FEEL"),
        )

    def parameters(self, element: Element, name: str) -> tuple[Parameter, ...]:
        """Return the formal parameters."""
        return tuple(
            Parameter(normal(each.get("name", "")), self._types.attribute(each))
            for each in children(element, name)
        )

    def _literal(self, element: Element) -> LiteralExpression:
        if child(element, "importedValues") is not None:
            self._problem(element, "dmn-imported-values", "Imported values are not supported.")
        return LiteralExpression(
            id=element.get("id", ""),
            type_ref=self._types.attribute(element),
            label=element.get("label", ""),
            text=text(element),
            language=element.get("expressionLanguage", ""),
        )

    def _context(self, element: Element) -> BoxedContext:
        entries = []
        for row in children(element, "contextEntry"):
            variable = child(row, "variable")
            name, kind = "", ""
            if variable is not None:
                name = normal(variable.get("name", ""))
                kind = self._types.attribute(variable)
            entries.append(ContextEntry(name, kind, self.only(row, "a context entry")))
        return BoxedContext(
            id=element.get("id", ""),
            type_ref=self._types.attribute(element),
            label=element.get("label", ""),
            entries=tuple(entries),
        )

    def _list(self, element: Element) -> BoxedList:
        return BoxedList(
            id=element.get("id", ""),
            type_ref=self._types.attribute(element),
            label=element.get("label", ""),
            items=self._all(element),
        )

    def _relation(self, element: Element) -> Relation:
        columns = tuple(
            (normal(column.get("name", "")), self._types.attribute(column))
            for column in children(element, "column")
        )
        rows = tuple(self._all(row) for row in children(element, "row"))
        if any(len(row) != len(columns) for row in rows):
            self._problem(element, "dmn-relation", "A row has not one value for each column.")
        return Relation(
            id=element.get("id", ""),
            type_ref=self._types.attribute(element),
            label=element.get("label", ""),
            columns=columns,
            rows=rows,
        )

    def _invocation(self, element: Element) -> Invocation:
        bindings = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            name = "" if parameter is None else normal(parameter.get("name", ""))
            bindings.append((name, self.only(binding, "a binding")))
        return Invocation(
            id=element.get("id", ""),
            type_ref=self._types.attribute(element),
            label=element.get("label", ""),
            function=self.only(element, "an invocation") or _NOTHING,
            bindings=tuple(bindings),
        )

    def _conditional(self, element: Element) -> BoxedConditional:
        return BoxedConditional(
            id=element.get("id", ""),
            type_ref=self._types.attribute(element),
            label=element.get("label", ""),
            condition=self._part(element, "if"),
            then=self._part(element, "then"),
            otherwise=self._part(element, "else"),
        )

    def _filter(self, element: Element) -> BoxedFilter:
        return BoxedFilter(
            id=element.get("id", ""),
            type_ref=self._types.attribute(element),
            label=element.get("label", ""),
            source=self._part(element, "in"),
            match=self._part(element, "match"),
        )

    def _iteration(self, element: Element) -> Iteration:
        return Iteration(
            id=element.get("id", ""),
            type_ref=self._types.attribute(element),
            label=element.get("label", ""),
            kind=local(element),
            variable=normal(element.get("iteratorVariable", "")),
            source=self._part(element, "in"),
            body=self._part(element, "return", "satisfies"),
        )

    def _part(self, element: Element, *names: str) -> Boxed:
        part = self.only(child(element, *names), f"<{names[0]}>")
        if part is None:
            self._problem(element, "dmn-expression", f"<{local(element)}> lacks <{names[0]}>.")
        return part or _NOTHING

    def _all(self, element: Element) -> tuple[Boxed, ...]:
        return tuple(self._read(each) for each in children(element, *self._kinds))

    def _table(self, element: Element) -> DecisionTable:
        table = DecisionTable(
            id=element.get("id", ""),
            type_ref=self._types.attribute(element),
            label=element.get("outputLabel") or element.get("label", ""),
            inputs=tuple(self._input(each) for each in children(element, "input")),
            outputs=tuple(self._output(each) for each in children(element, "output")),
            rules=tuple(_rule(each) for each in children(element, "rule")),
            hit_policy=_policy(element.get("hitPolicy", "UNIQUE")),
            aggregation=_aggregation(element),
        )
        self._check(element, table)
        return table

    def _check(self, element: Element, table: DecisionTable) -> None:
        if not table.outputs:
            self._problem(element, "dmn-table", "The decision table has no output column.")
        if table.hit_policy not in POLICIES.values():
            self._problem(element, "dmn-hit-policy", f"Unknown hit policy {table.hit_policy!r}.")
        if table.aggregation not in ("", *AGGREGATIONS.values()):
            self._problem(element, "dmn-hit-policy", f"Unknown aggregation {table.aggregation!r}.")
        if table.aggregation and len(table.outputs) > 1:
            self._problem(
                element, "dmn-hit-policy", "An aggregation needs exactly one output column."
            )
        for number, rule in enumerate(table.rules, 1):
            if len(rule.inputs) != len(table.inputs) or len(rule.outputs) != len(table.outputs):
                self._problem(
                    element, "dmn-table", f"Row {number} has not one cell for each column."
                )

    def _input(self, element: Element) -> Input:
        expression = child(element, "inputExpression")
        return Input(
            id=element.get("id", ""),
            label=normal(element.get("label", "")),
            expression=TableCell("", "") if expression is None else _cell(expression),
            type_ref="" if expression is None else self._types.attribute(expression),
            values=text(child(element, "inputValues")),
        )

    def _output(self, element: Element) -> Output:
        default = child(element, "defaultOutputEntry")
        return Output(
            id=element.get("id", ""),
            label=normal(element.get("label", "")),
            name=normal(element.get("name", "")),
            type_ref=self._types.attribute(element),
            values=text(child(element, "outputValues")),
            default=None if default is None or not text(default) else _cell(default),
        )

    def _problem(self, element: Element, rule: str, message: str) -> None:
        where = element.get("id") or f"line {element.sourceline}"
        self._problems.append(
            Problem(message, element=where, rule=rule, hint="Correct it in the modeler.")
        )


def _rule(element: Element) -> Rule:
    return Rule(
        id=element.get("id", ""),
        inputs=tuple(_cell(each) for each in children(element, "inputEntry")),
        outputs=tuple(_cell(each) for each in children(element, "outputEntry")),
        description=text(child(element, "description")),
        annotations=tuple(text(each) for each in children(element, "annotationEntry")),
    )


def _cell(element: Element) -> TableCell:
    return TableCell(element.get("id", ""), text(element), element.get("expressionLanguage", ""))


def _policy(written: str) -> str:
    policy = normal(written.replace("_", " ")).upper() or "UNIQUE"
    return POLICIES.get(policy[:1], policy) if len(policy) <= 2 else policy


def _aggregation(element: Element) -> str:
    written = element.get("aggregation", "").upper()
    policy = element.get("hitPolicy", "")
    if not written and len(policy) == 2:
        written = policy[1]
    return str(AGGREGATIONS.get(written, written))
