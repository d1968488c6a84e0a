"""Random block-structured processes: what they are, and how one is drawn as text."""

from dataclasses import dataclass, field
from itertools import count, pairwise

from hypothesis import strategies as st


@dataclass
class Block:
    """One kind of block: `kind` task, seq, xor, and, or, event, fork, loop, while, each, …"""

    kind: str
    parts: list["Block"] = field(default_factory=list)
    number: int = 0  # which branch, how many rounds or items, which subset

    def chosen(self) -> list["Block"]:
        """The branches a gateway takes."""
        if self.kind == "xor":
            return [self.parts[self.number % len(self.parts)]]
        if self.kind == "or":
            taken = [part for bit, part in enumerate(self.parts) if self.number >> bit & 1]
            return taken or self.parts[:1]
        return self.parts

    @property
    def body(self) -> "Block":
        """What is done first where something may come between."""
        return self.parts[0]

    @property
    def then(self) -> list["Block"]:
        """What is done when it has come."""
        return self.parts[1:]


KINDS = [
    "seq",
    "seq",
    "xor",
    "and",
    "or",
    "event",  # an event-based gateway: the first message decides
    "fork",  # several flows out of an activity, without a gateway
    "loop",  # a loop drawn with gateways
    "while",  # the standard loop of an activity
    "each",
    "inturn",
    "sub",
    "heard",  # a task with listeners before and after
    "border",  # a message on the border ends the first part
    "beside",  # a message on the border starts the others beside it
    "breaks",  # a message starts an event subprocess that ends the first part
    "joins",  # a message starts an event subprocess beside it
    "fails",  # the first part ends with an error that is caught around it
    "cut",  # the first of several to end terminates the rest
    "undo",  # a task that is undone when the parts are done
]
LOOPS = {"sub", "fork", "while", "loop", "each", "inturn"}

blocks = st.recursive(
    st.builds(Block, st.just("task")),
    lambda inner: st.builds(
        Block,
        st.sampled_from(KINDS),
        st.lists(inner, min_size=1, max_size=3),
        st.integers(0, 3),
    ),
    max_leaves=12,
)


def text_of(block: Block) -> str:
    """Draw a process that does this block."""
    drawing = Drawing()
    first, last = drawing.draw(block)
    return "\n".join([*drawing.lines, f"start -> {first}", f"{last} -> end"])


class Drawing:
    """Draws a block as text; names its tasks in the order of the tree."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.ids = count(1)

    def draw(self, block: Block) -> tuple[str, str]:
        """Add the block; gives the text of its entry and its exit."""
        number = next(self.ids)
        if block.kind in {"seq", "xor", "and", "or"}:
            return self._sequence(block) if block.kind == "seq" else self._gateway(block, number)
        if block.kind in LOOPS:
            return self._scope(block, number)
        block.number = number  # the oracle finds what it opens by it
        if block.kind in {"task", "heard"}:
            listeners = "(on_start=before; on_end=after)" if block.kind == "heard" else ""
            self.lines.append(f"user:T{number}{listeners}")
            return f"T{number}", f"T{number}"
        if block.kind == "event":
            return self._events(block, number)
        if block.kind in {"border", "beside"}:
            return self._border(block, number)
        return self._around(block, number)

    def _sequence(self, block: Block) -> tuple[str, str]:
        ends = [self.draw(part) for part in block.parts]
        for (_, last), (first, _) in pairwise(ends):
            self.lines.append(f"{last} -> {first}")
        return ends[0][0], ends[-1][1]

    def _path(self, begin: str, parts: list[Block], end: str) -> None:
        """Lead from one element through some blocks to another."""
        if not parts:
            self.lines.append(f"{begin} -> {end}")
            return
        first, last = self._sequence(Block("seq", parts))
        self.lines += [f"{begin} -> {first}", f"{last} -> {end}"]

    def _gateway(self, block: Block, number: int) -> tuple[str, str]:
        split, join = f"G{number}", f"J{number}"
        self.lines += [f"{block.kind}:{split}", f"{block.kind}:{join}"]
        chosen = block.chosen()
        for part in block.parts:
            first, last = self.draw(part)
            taken = "true" if any(part is each for each in chosen) else "false"
            arrow = "->" if block.kind == "and" else f"-[{taken}]->"
            self.lines += [f"{split} {arrow} {first}", f"{last} -> {join}"]
        return split, join

    def _events(self, block: Block, number: int) -> tuple[str, str]:
        self.lines += [f"event:G{number}", f"xor:J{number}"]
        for index, part in enumerate(block.parts):
            first, last = self.draw(part)
            caught = f"M{number}.{index}"
            self.lines += [f"G{number} -> catch:{caught}(message=m; key== {index}) -> {first}"]
            self.lines += [f"{last} -> J{number}"]
        return f"G{number}", f"J{number}"

    def _scope(self, block: Block, number: int) -> tuple[str, str]:
        items = str(list(range(block.number)))
        extra = {
            "sub": "",
            "fork": "",
            "while": f"(while== loopCounter <= {block.number})",
            "loop": f"(in.n{number}== 0)",
            "each": f"(each== {items})",
            "inturn": f"(each== {items}; sequential)",
        }[block.kind]
        self.lines += [f"sub:S{number}{extra}", f"S{number} {{", f"start:B{number}"]
        if block.kind == "fork":
            self._fork(block, f"F{number}", [f"end:E{number}.{i}" for i in range(9)], number)
        elif block.kind == "loop":
            first, last = self._sequence(block)
            self.lines += [
                f"xor:A{number}",
                f"xor:O{number}",
                f"B{number} -> A{number} -> {first}",
                f"{last} -> script:C{number}(expression== n{number} + 1; result=n{number})",
                f"C{number} -> O{number}",
                f"O{number} -[n{number} < {block.number + 1}]-> A{number}",
                f"O{number} -/-> end:E{number}",
            ]
        else:
            self._path(f"B{number}", block.parts, f"end:E{number}")
        self.lines.append("}")
        return f"S{number}", f"S{number}"

    def _fork(self, block: Block, fork: str, ends: list[str], number: int) -> None:
        self.lines += [f"B{number} -> task:{fork}"]
        for part, end in zip(block.parts, ends, strict=False):
            self._path(fork, [part], end)

    def _border(self, block: Block, number: int) -> tuple[str, str]:
        """A subprocess in another, so that what runs beside has its own end there."""
        keep = "; keep" if block.kind == "beside" else ""
        self.lines += [f"sub:S{number}", f"S{number} {{", f"start:B{number} -> sub:W{number}"]
        self.lines += [f"W{number} -> end:E{number}", f"W{number} {{", f"start:WB{number}"]
        self._path(f"WB{number}", [block.body], f"end:WE{number}")
        self.lines += ["}", f"boundary:X{number}(on=W{number}; message=x; key== 1{keep})"]
        self._path(f"X{number}", block.then, f"end:XE{number}")
        self.lines.append("}")
        return f"S{number}", f"S{number}"

    def _around(self, block: Block, number: int) -> tuple[str, str]:
        """A subprocess with something special inside or on its border."""
        self.lines += [f"sub:S{number}", f"S{number} {{", f"start:B{number}"]
        scope, border = f"S{number}", ""
        if block.kind in {"breaks", "joins"}:
            keep = "; keep" if block.kind == "joins" else ""
            self._path(f"B{number}", [block.body], f"end:E{number}")
            self.lines += [f"eventsub:V{number} {{", f"start:X{number}(message=x; key== 1{keep})"]
            self._path(f"X{number}", block.then, f"end:XE{number}")
            self.lines.append("}")
        elif block.kind == "cut":
            ends = [f"end:E{number}.{i}" + ("" if i else "(terminate)") for i in range(9)]
            self._fork(block, f"F{number}", ends, number)
        elif block.kind == "undo":
            self.lines += [f"B{number} -> user:T{number}", f"throw:U{number}(compensate=)"]
            self._path(f"T{number}", block.parts, f"U{number}")
            self.lines += [f"U{number} -> end:E{number}", f"user:H{number}(handler=1)"]
            self.lines += [f"boundary:Y{number}(on=T{number}; handler=H{number})"]
        else:  # fails
            self._path(f"B{number}", [block.body], f"end:E{number}(error=e{number})")
            border = f"boundary:X{number}(on=S{number}; error=e{number})"
        self.lines.append("}")
        if not border:
            return scope, scope
        self.lines += [border, f"xor:J{number}"]
        self._path(f"X{number}", block.then, f"J{number}")
        return scope, f"J{number}"
