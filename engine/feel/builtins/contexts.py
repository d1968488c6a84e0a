"""Contexts (DMN 10.3.4.7)."""

from typing import Any

from engine.feel.arithmetic import OperandError
from engine.feel.signature import signature

_KEYS = 50  # contexts in each other


def get_value(context: Any, key: Any) -> Any:
    """Entry of a key, or along a list of keys; null when there is none."""
    if not isinstance(key, list):
        return context.get(key)
    found = context if key else None
    for each in key:
        found = found.get(each) if isinstance(found, dict) and isinstance(each, str) else None
    return found


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
            raise OperandError("each entry needs a key and a value")
        if item["key"] in made:
            raise OperandError(f"the key {item['key']!r} stands twice")
        made[item["key"]] = item["value"]
    return made


def context_put(context: dict[str, Any], key: Any, value: Any) -> dict[str, Any]:
    """With an entry, also deep along a list of keys."""
    keys = [key] if isinstance(key, str) else key
    if not keys or len(keys) > _KEYS or not all(isinstance(each, str) for each in keys):
        raise OperandError("the key is a string or a list of strings")
    return _put(context, keys, value)


def _put(context: Any, keys: list[str], value: Any) -> dict[str, Any]:
    if context is not None and not isinstance(context, dict):
        raise OperandError(f"there is no context to put {keys[0]!r} into")
    inner = value if len(keys) == 1 else _put((context or {}).get(keys[0]), keys[1:], value)
    return {**(context or {}), keys[0]: inner}


def context_merge(*contexts: Any) -> dict[str, Any]:
    """All entries, the last of a key wins."""
    items = contexts[0] if len(contexts) == 1 and isinstance(contexts[0], list) else list(contexts)
    if not all(isinstance(item, dict) for item in items):
        raise OperandError("only contexts can be merged")
    made: dict[str, Any] = {}
    for item in items:
        made.update(item)
    return made


FUNCTIONS = {
    "get value": [
        signature("m: context, key: string", get_value),
        signature("context: context, keys: list", get_value, camunda=True),
    ],
    "get entries": [signature("m: context", entries, grows=True)],
    "context": [signature("entries: list", context_of, grows=True)],
    "context put": [
        signature("context: context, key: string, value: Any", context_put, grows=True),
        signature("context: context, keys: list<string>, value: Any", context_put, grows=True),
    ],
    "context merge": [
        signature("contexts: list", context_merge, grows=True),
        signature("c: context, cs*: context", context_merge, camunda=True, grows=True),
    ],
}
