"""Contexts (DMN 10.3.4.7)."""

from typing import Any

from engine.feel.arithmetic import Wrong
from engine.feel.builtins.signature import signature


def get_value(context: dict[str, Any], key: Any) -> Any:
    """Entry of a key, or along a list of keys."""
    if isinstance(key, list):
        for each in key:
            context = get_value(context, each)
        return context
    if not isinstance(context, dict) or not isinstance(key, str):
        raise Wrong("a context and a key are needed")
    return context.get(key)


def entries(context: dict[str, Any]) -> list[dict[str, Any]]:
    """Key and value of each entry."""
    return [{"key": key, "value": value} for key, value in context.items()]


def context_of(items: list[Any]) -> dict[str, Any]:
    """A context of entries with key and value."""
    made: dict[str, Any] = {}
    for item in items:
        if (
            not isinstance(item, dict)
            or not isinstance(item.get("key"), str)
            or "value" not in item
        ):
            raise Wrong("each entry needs a key and a value")
        if item["key"] in made:
            raise Wrong(f"the key {item['key']!r} stands twice")
        made[item["key"]] = item["value"]
    return made


def context_put(context: dict[str, Any], key: Any, value: Any) -> dict[str, Any]:
    """With an entry, also deep along a list of keys."""
    if isinstance(key, str):
        return {**context, key: value}
    if not isinstance(key, list) or not key or not isinstance(key[0], str):
        raise Wrong("the key is a string or a list of strings")
    if len(key) == 1:
        return {**context, key[0]: value}
    inner = context.get(key[0])
    if inner is not None and not isinstance(inner, dict):
        raise Wrong(f"{key[0]!r} holds no context")
    return {**context, key[0]: context_put(inner or {}, key[1:], value)}


def context_merge(*contexts: Any) -> dict[str, Any]:
    """All entries, the last of a key wins."""
    items = contexts[0] if len(contexts) == 1 and isinstance(contexts[0], list) else list(contexts)
    if not all(isinstance(item, dict) for item in items):
        raise Wrong("only contexts can be merged")
    made: dict[str, Any] = {}
    for item in items:
        made.update(item)
    return made


FUNCTIONS = {
    "get value": [
        signature("m: context, key: string", get_value),
        signature("context: context, keys: list", get_value, camunda=True),
    ],
    "get entries": [signature("m: context", entries)],
    "context": [signature("entries: list", context_of)],
    "context put": [
        signature("context: context, key: string, value: Any", context_put),
        signature("context: context, keys: list", lambda *_: None),
        signature("context: context, keys: list<string>, value: Any", context_put),
    ],
    "context merge": [
        signature("contexts: list", context_merge),
        signature("c: context, cs*: context", context_merge, camunda=True),
    ],
}
FUNCTIONS["context put"].pop(1)
