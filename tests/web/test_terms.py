"""The catalogues speak the words of docs/terms.md."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from web.cli.texts import Place, templates
from web.i18n import catalogues
from web.i18n.text_checks import TRANSLATED, strings

# The same English word for something else: the value of a variable; groups of people, of whom
# Lithuanian speaks in the plural.
DIFFERENT = {
    ("Value", "fa"),
    ("Value", "lt"),
    ("administrator", "lt"),
    ("operator", "lt"),
    ("process owner", "lt"),
}
TERMS = Path(__file__).parents[2] / "docs" / "terms.md"
LANGUAGES = {"Persian": "fa", "Lithuanian": "lt"}
NOTE = re.compile(r"\s*\([^)]*\)\s*")


def rows(heading: str) -> Iterator[list[str]]:
    """Return the cells of the table below a line that begins so."""
    text = TERMS.read_text(encoding="utf-8").split(heading, 1)[1]
    for line in text.splitlines()[2:]:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def terms() -> dict[str, dict[str, str]]:
    """Return {English term: {language: word}}."""
    found = {}
    for english, persian, lithuanian in rows("| English |"):
        lists = [re.split(r"[;؛]", cell) for cell in (english, persian, lithuanian)]
        for source, fa, lt in zip(*lists, strict=True):
            words = (NOTE.sub(" ", word).strip() for word in (source, fa, lt))
            name, *said = words
            found[name] = dict(zip(TRANSLATED, said, strict=True))
    return found


@cache
def places() -> tuple[Place, ...]:
    """Return where texts stand; collecting them takes seconds."""
    return tuple(templates())


def texts(code: str) -> Iterator[tuple[str, str]]:
    """Return every text of the catalogues with each of its translations."""
    for place in places():
        for message in catalogues.read(place.file(code), code):
            if message.id and not message.context:
                source = message.id[0] if isinstance(message.id, tuple) else message.id
                yield from ((source, text) for text in strings(message))


def test_b8_terms_have_a_word_in_each_language() -> None:
    assert len(terms()) > 100
    assert all(word for said in terms().values() for word in said.values())


@pytest.mark.parametrize("code", TRANSLATED)
def test_b8_a_text_that_is_a_term_is_said_with_its_word(code: str) -> None:
    known = {name.casefold(): said[code] for name, said in terms().items()}
    other = {
        source: (text, known[source.casefold()])
        for source, text in texts(code)
        if source.casefold() in known
        and known[source.casefold()].casefold() not in text.casefold()
        and (source, code) not in DIFFERENT
    }
    assert other == {}


@pytest.mark.parametrize("code", TRANSLATED)
def test_b8_no_text_has_a_word_that_is_not_to_be_used(code: str) -> None:
    never = [word for language, word, _ in rows("| Language |") if LANGUAGES[language] == code]
    assert len(never) > 5
    guilty = [(text, word) for _, text in texts(code) for word in never if word in text.casefold()]
    assert guilty == []
