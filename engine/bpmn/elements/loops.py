"""Multi-instance and standard loop: a body token that owns one inner token per item."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn.execution.fault import Fault
from engine.bpmn.execution.token import OUTPUT, WAIT, Token
from engine.bpmn.parse.expression_attribute import ExpressionAttribute
from engine.bpmn.parse.graph import Loop
from engine.model import Json

_EXTRACT = "EXTRACT_VALUE_ERROR"


def act(spec: Any, body: Token) -> bool:
    """Start the inner tokens: all of them, or the first; true when there is none to start."""
    loop: Loop = spec.loop
    if loop.standard:
        if loop.test_before and not _goes_on(loop, body, body, 0):
            return True
        body.internal_data.update(i=1, done=0)
        _spawn(spec, body, 0, None)
        return False
    items = _items(loop, body)
    body.internal_data.update(n=len(items), i=0, done=0, out={})
    if loop.collections is not None and loop.collections.output:
        body.internal_data["as"] = loop.collections.output
    body.workflow.grant(len(items))
    if loop.sequential:
        body.internal_data["items"] = items
    for index, item in enumerate(items[:1] if loop.sequential else items):
        body.internal_data["i"] = index + 1
        _spawn(spec, body, index, item)
    return not items


def collect(spec: Any, inner: Token) -> None:
    """Keep the output of an inner token and see whether the body is to stop; may fault."""
    body, loop = inner.scope, spec.loop
    if body.role != "body":
        return
    if loop.standard:
        inner.internal_data["stop"] = not _goes_on(loop, body, inner, body.internal_data["i"])
        return
    where = loop.collections
    if where is not None and where.output_item is not None:
        value, _ = body.workflow.evaluate(where.output_item, inner, _EXTRACT)
        _keep(body, str(inner.internal_data["index"]), value)
        body.internal_data.setdefault("as", where.output)  # states of old do not know it
    if loop.completion is not None:
        inner.internal_data["stop"] = _boolean(inner, loop.completion, inner, _counts(body))


def _keep(body: Token, index: str, value: Json) -> None:
    """Keep one result; together they may be as large as all variables, since they become one."""
    instance = body.workflow
    kept, most = body.internal_data["out"], instance.limits.variables_bytes
    size = body.internal_data.get("size", 0) + instance.scopes.size(value)
    if index in kept:  # what follows had an incident
        size -= instance.scopes.size(kept[index])
    if size > most:
        raise Fault(_EXTRACT, f"The collected results would take more than {most} bytes.")
    body.internal_data["size"], kept[index] = size, value


def child_left(spec: Any, body: Token, child: Token) -> None:
    """Count an inner token that has left; start the next, or finish the body."""
    body.internal_data["done"] += 1
    loop: Loop = spec.loop
    if child.internal_data.get("stop"):
        for other in body.children:
            other.cancel()
    elif loop.standard:
        body.internal_data["i"] += 1
        _spawn(spec, body, body.internal_data["i"] - 1, None)
    elif loop.sequential and body.internal_data["i"] < body.internal_data["n"]:
        index = body.internal_data["i"]
        body.internal_data["i"] += 1
        _spawn(spec, body, index, body.internal_data["items"][index])
    if not body.busy and body.phase == WAIT:
        body.phase = OUTPUT
        body.again()


def output(spec: Any, body: Token) -> None:
    """Write the output collection, in the order of the items, into the enclosing scope."""
    where = spec.loop.collections
    if where is not None and where.output:
        body.workflow.write(body.scope, where.output, _results(body.internal_data))


class CollectedResults(Mapping[str, Json]):
    """What a body has collected so far, by the name of its output collection; a scope to read."""

    __slots__ = ("_data",)

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Take what the body remembers; without an output collection there is nothing to read."""
        self._data = data

    def __getitem__(self, name: str) -> Json:
        if name != self._data.get("as"):
            raise KeyError(name)
        return _results(self._data)

    def __iter__(self) -> Iterator[str]:
        return iter([self._data["as"]] if "as" in self._data else [])

    def __len__(self) -> int:
        return int("as" in self._data)


def _results(data: Mapping[str, Any]) -> list[Json]:
    out = data.get("out", {})
    return [out.get(str(index)) for index in range(data.get("n", 0))]


def _items(loop: Loop, body: Token) -> list[Json]:
    instance = body.workflow
    if loop.collections is not None and loop.collections.items is not None:
        items, why = instance.evaluate(loop.collections.items, body, _EXTRACT)
        if not isinstance(items, list):
            shown = instance.show(items)
            raise Fault(_EXTRACT, f"The input collection gave {shown}, not a list. {why}".strip())
    else:
        count, why = instance.evaluate(loop.cardinality, body, _EXTRACT)
        whole = isinstance(count, int | float) and count == int(count)
        if not whole or isinstance(count, bool) or count < 0:
            raise Fault(_EXTRACT, f"The loop cardinality gave {instance.show(count)}. {why}")
        items = list(range(1, min(int(count), instance.limits.multi_instance_items + 1) + 1))
    if len(items) > instance.limits.multi_instance_items:
        most = instance.limits.multi_instance_items
        raise Fault(_EXTRACT, f"More than {most} items in a multi-instance activity.")
    return items


def _spawn(spec: Any, body: Token, index: int, item: Json) -> None:
    instance = body.workflow
    inner = instance.spawn(spec, body, role="inner")
    inner.internal_data["index"] = index
    put = instance.scopes.put
    where = spec.loop.collections
    if where is not None and where.output_item is not None:
        name = _named(where.output_item)
        if name is not None:
            put(inner.id, name, None)  # so that a result of this name stays inside
    put(inner.id, "loopCounter", index + 1)
    if where is not None and where.item:
        put(inner.id, where.item, item)


def _named(output_item: ExpressionAttribute) -> str | None:
    """The variable that an output element only names, or a property of which it names."""
    name, *_ = parts = output_item.source.lstrip("= ").split(".")
    plain = all(part.strip().isidentifier() for part in parts)
    return name.strip() if plain and output_item.reads == {name.strip()} else None


def _counts(body: Token) -> dict[str, Json]:
    """Locals of the completion condition, the inner token that asks counted as completed."""
    done, started = body.internal_data["done"] + 1, body.internal_data["i"]
    return {
        "numberOfInstances": started,  # one after the other: those that were begun so far
        "numberOfCompletedInstances": done,
        "numberOfActiveInstances": started - done,
        "numberOfTerminatedInstances": 0,
    }


def _goes_on(loop: Loop, body: Token, seen_from: Token, rounds: int) -> bool:
    if loop.maximum is not None and rounds >= loop.maximum:
        return False
    return loop.condition is None or _boolean(body, loop.condition, seen_from, {})


def _boolean(
    token: Token, condition: ExpressionAttribute, seen_from: Token, extra: dict[str, Json]
) -> bool:
    instance = token.workflow
    value, why = instance.evaluate(condition, seen_from, _EXTRACT, extra)
    if not isinstance(value, bool):
        shown = instance.show(value)
        raise Fault(_EXTRACT, f"The condition of the loop gave {shown}, not true or false. {why}")
    return value
