"""Compiles names and what makes them: loops, filters, contexts, functions, calls."""

from typing import Any

from engine.feel import emit, tree, types
from engine.feel.builtins import BUILTINS
from engine.feel.scopes import Bound, Frame, FreeNames, Item
from engine.feel.tree import SyntaxNode
from engine.feel.values import is_number


class Blocks:
    """The half of the compiler that knows scopes."""

    user_types: Any

    def __init__(self, known: frozenset[str]) -> None:
        self.reading = FreeNames()
        self.constants: dict[str, Any] = {}
        self._known = known
        self._frames: list[Frame] = []
        self._numbers = 0

    def of(self, node: SyntaxNode) -> Any:
        """Return the Python expression of a node; the compiler knows how."""
        raise NotImplementedError

    # -- generated names

    def _python(self, kind: str) -> str:
        self._numbers += 1
        return f"{kind}{self._numbers}"

    def temporary(self) -> str:
        """Return a fresh name for a value on the way."""
        return self._python("t")

    def keep(self, value: Any) -> Any:
        """Return the expression of a value Python cannot write."""
        python = self._python("k")
        self.constants[python] = value
        return emit.name(python)

    def helper(self, helper: str, node: SyntaxNode, *arguments: Any) -> Any:
        """Return the call of a helper that may warn."""
        return emit.call(helper, *arguments, emit.name("r"), emit.constant(node.position))

    def doubt(self, rule: str, message: str, node: SyntaxNode) -> None:
        """Note what will surely go wrong when this part is evaluated."""
        self.reading.doubts.append((rule, message, node.position))

    # -- names

    def bind(self, names: dict[str, str]) -> None:
        """Open a scope."""
        self._frames.append(Bound(names))

    def leave(self) -> None:
        """Close the innermost scope."""
        self._frames.pop()

    def name(self, node: tree.Name, read: str = "read") -> Any:
        """Return what a name means: bound here, a member of a filter's item, or a variable."""
        items: list[str] = []
        found = None
        for frame in reversed(self._frames):
            if isinstance(frame, Item):
                items.append(frame.python)
                if node.name == "item":
                    found = emit.name(frame.python)
                    break
            elif node.name in frame.names:
                found = self._local(frame.names[node.name])
                break
        if found is None:
            found = self._free(node, read, certain=not items)
        for python in reversed(items):
            member = emit.member(python, node.name)
            found = emit.choose(emit.has(python, node.name), member, found)
        return found

    def _local(self, python: str) -> Any:
        if python.startswith("p"):  # results so far
            return emit.call("partial", emit.name(python), emit.name("r"))
        return emit.name(python)

    def _free(self, node: tree.Name, read: str, *, certain: bool) -> Any:
        builtin = BUILTINS.get(node.name)
        if builtin is not None:  # a variable may have the name of a built-in
            self.reading.variables.add(node.name)
            arguments = emit.name("v"), emit.constant(node.name), self.keep(builtin)
            return emit.call("read_or", *arguments, emit.name("r"))
        self.reading.variable(node.name, node, certain=certain)
        return self.helper(read, node, emit.name("v"), emit.constant(node.name))

    def _shadowed(self, name: str) -> bool:
        """Return whether a name may mean something else than the built-in."""
        return name in self._known or any(
            isinstance(frame, Item) or name in frame.names for frame in self._frames
        )

    # -- loops

    def loop(self, node: tree.For) -> Any:
        """`for`: one iterator makes a list at once, several put results into one."""
        results = self._python("p")
        if len(node.iterators) == 1 and not tree.mentions(node.body, "partial"):
            [(name, source)] = node.iterators
            python = self._python("l")
            items = self.of(source)
            self.bind({name: python})
            body = self.of(node.body)
            self.leave()
            return self._each("for_each", node, items, python, body)
        self.bind({"partial": results})
        found = self._nested(node, list(node.iterators), results)
        self.leave()
        return emit.call("collect", emit.function([results], found), emit.name("r"))

    def _nested(self, node: tree.For, iterators: list[tuple[str, SyntaxNode]], results: str) -> Any:
        if not iterators:
            return emit.call("put", emit.name(results), self.of(node.body))
        (name, source), *rest = iterators
        python = self._python("l")
        items = self.of(source)
        self.bind({name: python})
        body = self._nested(node, rest, results)
        self.leave()
        return self._each("each", node, items, python, body)

    def _each(self, helper: str, node: Any, items: Any, python: str, body: Any) -> Any:
        cost = emit.constant(tree.cost(node.body))
        return self.helper(helper, node, items, emit.function([python], body), cost)

    def quantified(self, node: tree.Quantified) -> Any:
        """`some` and `every`: several iterators are quantifiers in each other."""
        return self._quantified(node, list(node.iterators))

    def _quantified(self, node: tree.Quantified, iterators: list[tuple[str, SyntaxNode]]) -> Any:
        if not iterators:
            return self.of(node.body)
        (name, source), *rest = iterators
        python = self._python("l")
        items = self.of(source)
        self.bind({name: python})
        body = self._quantified(node, rest)
        self.leave()
        cost = emit.constant(tree.cost(node.body))
        hit = emit.constant(node.word == "some")
        return self.helper("quantify", node, hit, items, emit.function([python], body), cost)

    def filter(self, node: tree.Filter) -> Any:
        """A filter; one that is a number is an index."""
        index = node.condition
        if isinstance(index, tree.Negate):
            index = index.value
        source = self.of(node.source)
        if isinstance(index, tree.Literal) and is_number(index.value):
            return self.helper("at_index", node, source, self.of(node.condition))
        python = self._python("i")
        self._frames.append(Item(python))
        condition = emit.function([python], self.of(node.condition))
        self.leave()
        sure = isinstance(node.condition, tree.Compare | tree.Logic | tree.In | tree.Quantified)
        helper = "select" if sure else "select_or_index"
        cost = emit.constant(tree.cost(node.condition))
        return self.helper(helper, node, source, condition, cost)

    # -- contexts, functions, calls

    def context(self, node: tree.ContextOf) -> Any:
        """A context; its entries see those before them, a function also itself."""
        names: dict[str, str] = {}
        self.bind(names)
        entries = []
        seen: set[str] = set()
        for key, value in node.entries:
            if key in seen:
                self.leave()
                self.doubt("feel-duplicate-key", f"the key '{key}' stands twice", node)
                return self.helper("twice", node, emit.constant(key))
            seen.add(key)
            python = self._python("e")
            if isinstance(value, tree.FunctionOf):
                names[key] = python
            entries.append((key, emit.keep(python, self.of(value))))
            names[key] = python
        self.leave()
        light = all(isinstance(value, tree.Literal | tree.FunctionOf) for _, value in node.entries)
        found = emit.dict_(entries)
        return found if light else emit.call("make_context", found, emit.name("r"))

    def function(self, node: tree.FunctionOf) -> Any:
        """`function(a, b) body`."""
        names = {name: self._python("a") for name, _ in node.parameters}
        kinds = [
            None if kind is None else types.resolve(kind, self.user_types)
            for _, kind in node.parameters
        ]
        for (name, kind), resolved in zip(node.parameters, kinds, strict=True):
            if kind is not None and resolved is None:
                self.doubt("feel-unknown-type", f"there is no type {kind} of '{name}'", node)
        self.bind(names)
        body = emit.function(list(names.values()), self.of(node.body))
        self.leave()
        signature = self.keep((tuple(names), tuple(kinds), tree.cost(node.body)))
        return self.helper("make_function", node, signature, body)

    def call(self, node: tree.Call) -> Any:
        """A call: of a built-in straight, of anything else by what its name means then."""
        values = [value for _, value in node.named] if node.named else node.arguments
        arguments = emit.tuple_([self.of(value) for value in values])
        names = self.keep(tuple(name for name, _ in node.named)) if node.named else None
        target = node.target
        if isinstance(target, tree.Name) and not self._shadowed(target.name):
            builtin = BUILTINS.get(target.name)
            if builtin is not None:
                self._check(node, builtin)
                parts = (self.keep(builtin), arguments, names or emit.constant(None))
                return self.helper("built_in", node, *parts)
        parts = (self._callee(target), arguments, names or emit.constant(None))
        return self.helper("call", node, *parts)

    def _callee(self, target: SyntaxNode) -> Any:
        """A built-in that a variable hides is meant when the variable is no function."""
        if not isinstance(target, tree.Name):
            return self.of(target)
        builtin = BUILTINS.get(target.name)
        if builtin is not None:
            return emit.call("function_or", self.of(target), self.keep(builtin))
        return self.name(target, "function")

    def _check(self, node: tree.Call, builtin: Any) -> None:
        names = [name for name, _ in node.named]
        if not builtin.takes(len(node.arguments), names):
            expected = " or ".join(builtin.signatures())
            self.doubt("feel-arguments", f"{builtin.name} takes {expected}", node)
