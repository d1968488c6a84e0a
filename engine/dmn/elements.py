"""What a DMN file says, as values: requirement graph, item definitions, boxed expressions."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to an element by id; the namespace is empty for the own file."""

    id: str
    namespace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxed:
    """A boxed expression: its id and the type its value must have."""

    id: str = ""
    type_ref: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteralExpression(Boxed):
    """A FEEL expression as text."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class ContextEntry:
    """One row of a boxed context; without a name it is the result."""

    name: str
    type_ref: str
    value: Boxed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxedContext(Boxed):
    """Named rows, each may use those before."""

    entries: tuple[ContextEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxedList(Boxed):
    """A boxed list."""

    items: tuple[Boxed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Boxed):
    """A list of contexts that have the same entries."""

    columns: tuple[tuple[str, str], ...]  # (name, type)
    rows: tuple[tuple[Boxed, ...], ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A formal parameter."""

    name: str
    type_ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionDefinition(Boxed):
    """A function of FEEL logic (other kinds are refused)."""

    parameters: tuple[Parameter, ...]
    body: Boxed | None
    kind: str = "FEEL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation(Boxed):
    """A call with named arguments."""

    function: Boxed
    bindings: tuple[tuple[str, Boxed | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxedConditional(Boxed):
    """If, then, else."""

    condition: Boxed
    then: Boxed
    otherwise: Boxed


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxedFilter(Boxed):
    """The items of a list that match."""

    source: Boxed
    match: Boxed


@dataclass(frozen=True, slots=True, kw_only=True)
class Iteration(Boxed):
    """For, some or every; `kind` says which."""

    kind: str
    variable: str
    source: Boxed
    body: Boxed


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a decision table."""

    id: str
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """An input column."""

    id: str
    label: str
    expression: TableCell
    type_ref: str = ""
    values: str = ""

    @property
    def title(self) -> str:
        """What people call this column."""
        return self.label or self.expression.text or self.id


@dataclass(frozen=True, slots=True)
class Output:
    """An output column."""

    id: str
    label: str
    name: str
    type_ref: str = ""
    values: str = ""
    default: TableCell | None = None

    @property
    def title(self) -> str:
        """What people call this column."""
        return self.label or self.name or self.id


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: conditions, results, remarks."""

    id: str
    inputs: tuple[TableCell, ...]
    outputs: tuple[TableCell, ...]
    description: str = ""
    annotations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTable(Boxed):
    """A decision table."""

    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    hit_policy: str = "UNIQUE"
    aggregation: str = ""


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A type of the file, or a component of one."""

    name: str
    type_ref: str = ""
    components: tuple["ItemDefinition", ...] = ()
    collection: bool = False
    allowed: str = ""  # unary tests on the value (on each item of a collection)
    constraint: str = ""  # unary tests on the value as a whole
    parameters: tuple[Parameter, ...] | None = None  # of a function type
    result: str = ""


@dataclass(frozen=True, slots=True)
class InputData:
    """Something the decision needs from outside."""

    id: str
    name: str
    variable: str
    type_ref: str = ""


@dataclass(frozen=True, slots=True)
class DecisionElement:
    """A decision of the requirement graph."""

    id: str
    name: str
    variable: str
    type_ref: str = ""
    logic: Boxed | None = None
    decisions: tuple[Ref, ...] = ()
    inputs: tuple[Ref, ...] = ()
    knowledge: tuple[Ref, ...] = ()
    version_tag: str = ""
    question: str = ""
    answers: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: a named function."""

    id: str
    name: str
    variable: str
    type_ref: str = ""
    logic: FunctionDefinition | None = None
    knowledge: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """A decision service: some decisions as a function."""

    id: str
    name: str
    variable: str
    type_ref: str = ""
    outputs: tuple[Ref, ...] = ()
    encapsulated: tuple[Ref, ...] = ()
    decisions: tuple[Ref, ...] = ()
    inputs: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class DmnImport:
    """Another file this one uses."""

    name: str
    namespace: str
    location: str = ""
    kind: str = ""


Drg = InputData | DecisionElement | Knowledge | Service


@dataclass(frozen=True, slots=True)
class Definitions:
    """One DMN file."""

    id: str
    name: str
    namespace: str
    version: str
    version_tag: str = ""
    language: str = ""
    items: tuple[ItemDefinition, ...] = ()
    imports: tuple[DmnImport, ...] = ()
    elements: dict[str, Drg] = field(default_factory=dict)  # by id, in the order of the file

    def of(self, kind: type[Drg]) -> list[Drg]:
        """Return the elements of one kind."""
        return [element for element in self.elements.values() if isinstance(element, kind)]
