"""What can be wrong with a translation, found without reading it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog

from web.i18n import catalogues

TRANSLATED = ("fa", "lt")
_PLACE = re.compile(r"%\((\w+)\)[sd]")
_EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_NUMBERED = re.compile(r"(?<!\{)\{([1-9])\}(?!\})")
_LITERAL = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class Place:
    """Where texts come from: the program, or a folder of processes."""

    name: str
    folder: Path | None

    def file(self, code: str) -> Path:
        """Return the catalogue of a language."""
        if self.folder is None:
            return catalogues.program_file(code)
        return catalogues.folder_file(self.folder, code)


def faults(templates: Mapping[Place, Catalog]) -> Iterator[str]:
    """Return a line for everything that is wrong with the catalogues of these texts."""
    for code in TRANSLATED:
        said: dict[str, tuple[str, str]] = {}
        for place, template in templates.items():
            found = catalogues.read(place.file(code), code)
            yield from (f"{code} {place.name}: {line}" for line in _compared(template, found))
            if place.folder is not None:
                yield from (f"{code} {line}" for line in _differing(place.name, found, said))


def is_done(message: Any) -> bool:
    """Return whether a message is translated in all its forms, and not only guessed."""
    return all(strings(message)) and not message.fuzzy


def strings(message: Any) -> tuple[str, ...]:
    """Return the translations of a message, one for each form of its plural."""
    return message.string if isinstance(message.string, tuple) else (message.string,)


def expressions(text: str) -> list[str]:
    """Return the expressions of a template of a form, without the words in them."""
    return sorted(_LITERAL.sub('""', source) for source in _EXPRESSION.findall(text))


def _compared(template: Catalog, found: Catalog) -> Iterator[str]:
    wanted = {(message.id, message.context) for message in template if message.id}
    present = {(message.id, message.context) for message in found if message.id}
    yield from (f"missing: {message[0]}" for message in sorted(wanted - present, key=str))
    yield from (f"unused: {message[0]}" for message in sorted(present - wanted, key=str))
    for message in found:
        if not message.id:
            continue
        if not is_done(message):
            yield f"not translated: {message.id}"
        else:
            yield from _different(message, found.num_plurals)


def _different(message: Any, plurals: int) -> Iterator[str]:
    """Return what the places and expressions of a translation do not share with its source."""
    sources = message.id if isinstance(message.id, tuple) else (message.id,)
    names = set(_PLACE.findall(" ".join(sources)))
    *few, most = (set(_PLACE.findall(text)) for text in strings(message))
    if most != names or any(some not in ({*names}, set()) for some in few):
        yield f"other places to fill: {message.id}"
    if len(strings(message)) != (plurals if len(sources) > 1 else 1):
        yield f"other number of plurals: {message.id}"
    if any(_numbered(text) != _numbered(sources[-1]) for text in strings(message)):
        yield f"other places to fill: {message.id}"
    if any(expressions(text) != expressions(sources[-1]) for text in strings(message)):
        yield f"other expressions: {message.id}"


def _numbered(text: str) -> set[str]:
    """Return the places {1}, {2} … of a sentence with values."""
    return set(_NUMBERED.findall(text))


def _differing(name: str, found: Catalog, said: dict[str, tuple[str, str]]) -> Iterator[str]:
    """Return the texts that another folder translates differently."""
    for message in found:
        if not message.id or not message.string:
            continue
        before, text = said.setdefault(str(message.id), (name, str(message.string)))
        if text != str(message.string):
            yield f"{before} and {name} differ: {message.id}"
