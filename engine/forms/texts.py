"""Templates in texts: {{expression}}, {{#if …}}…{{/if}}, {{#loop …}}…{{/loop}}, as in form-js.

What an expression answers is data, never Markdown: its special characters are escaped.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import regex

from engine.forms.expressions import Scope

TAG = regex.compile(r"\{\{(.*?)\}\}", flags=regex.DOTALL)
SPECIAL = regex.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")
MAX_LENGTH = 50_000
MAX_ITEMS = 200


Say = Callable[[Any], str]


def markdown(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return str(SPECIAL.sub(r"\\\1", text))


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece: literal text, a value, or a condition or loop around pieces."""

    kind: str
    source: str
    inner: tuple["_Block", ...] = ()


def fill(text: str, scope: Scope, say: Say) -> str:
    """Return the text with its templates computed; an unreadable expression answers nothing."""
    if "{{" not in text:
        return text
    return "".join(_render(_blocks(_pieces(text), ""), scope, say))[:MAX_LENGTH]


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    end = 0
    for match in TAG.finditer(text):
        yield "text", text[end : match.start()]
        yield "tag", match.group(1).strip()
        end = match.end()
    yield "text", text[end:]


def _blocks(pieces: Iterator[tuple[str, str]], closing: str) -> tuple[_Block, ...]:
    found: list[_Block] = []
    for kind, source in pieces:
        if kind == "tag" and source == closing:
            break
        if kind == "tag" and source.startswith(("#if ", "#loop ")):
            word, _, expression = source[1:].partition(" ")
            found.append(_Block(word, expression, _blocks(pieces, f"/{word}")))
        elif kind == "tag":
            found.append(_Block("value", source.removeprefix("=")))
        elif source:
            found.append(_Block("text", source))
    return tuple(found)


def _render(blocks: tuple[_Block, ...], scope: Scope, say: Say) -> Iterator[str]:
    for block in blocks:
        if block.kind == "text":
            yield block.source
        elif block.kind == "value":
            yield say(_compute(block.source, scope))
        elif block.kind == "if":
            if _compute(block.source, scope) is True:
                yield from _render(block.inner, scope, say)
        else:
            yield from _loop(block, scope, say)


def _loop(block: _Block, scope: Scope, say: Say) -> Iterator[str]:
    items = _compute(block.source, scope)
    for index, item in enumerate(items[:MAX_ITEMS] if isinstance(items, list) else []):
        values = item if isinstance(item, dict) else {}
        inner = scope.row(values, index)
        inner.values = {**inner.values, "this": item}
        yield from _render(block.inner, inner, say)


def _compute(source: str, scope: Scope) -> Any:
    try:
        return scope.compute(source)
    except ValueError:  # a text is never worth an error page
        return None
