"""What names mean while an expression is compiled: parameters, items of filters, variables."""

from dataclasses import dataclass, field

from engine.feel.tree import SyntaxNode


@dataclass(slots=True)
class Bound:
    """Names of FEEL and the generated names that hold their values."""

    names: dict[str, str]


@dataclass(slots=True)
class Item:
    """A filter: the generated name of its item, whose members are names too."""

    python: str


Frame = Bound | Item


@dataclass(slots=True)
class FreeNames:
    """What an expression reads, and what about its names is doubtful."""

    variables: set[str] = field(default_factory=set)
    unknown: list[tuple[str, int]] = field(default_factory=list)  # name, position
    doubts: list[tuple[str, str, int]] = field(default_factory=list)  # rule, message, position

    def variable(self, name: str, node: SyntaxNode, *, certain: bool) -> None:
        """Note that a variable is read; in a filter it may be a member of the item instead."""
        self.variables.add(name)
        if certain:
            self.unknown.append((name, node.position))
