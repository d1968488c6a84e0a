"""Every text in Persian and Lithuanian: none missing, none doubtful, the same places to fill."""

import re
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from engine import feel
from web.cli.texts import templates
from web.i18n.localizer import TRANSLATIONS

LANGUAGES = ("fa", "lt")
DOMAINS = ("messages", "processes")
PLURALS = {"fa": 2, "lt": 3}
PLACE = re.compile(r"%\((\w+)\)[sd]")
EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
LITERAL = re.compile(r'"[^"]*"')


@pytest.fixture(scope="module")
def wanted() -> dict[str, Catalog]:
    return templates()


def read(code: str, domain: str) -> Catalog:
    with (TRANSLATIONS / code / "LC_MESSAGES" / f"{domain}.po").open("rb") as source:
        return read_po(source, locale=code)


def strings(message: Any) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("domain", DOMAINS)
def test_no_text_is_missing_doubtful_or_left_over(
    code: str, domain: str, wanted: dict[str, Catalog]
) -> None:
    found = read(code, domain)
    expected = {message.id for message in wanted[domain] if message.id}
    present = {message.id for message in found if message.id}
    assert expected - present == set(), "run make texts, then translate"
    assert present - expected == set(), "run make texts"
    unfinished = [m.id for m in found if m.id and (m.fuzzy or not all(strings(m)))]
    assert unfinished == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_placeholders_and_plural_forms_agree(code: str) -> None:
    found = read(code, "messages")
    assert found.num_plurals == PLURALS[code]
    for message in found:
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        names = set(PLACE.findall(" ".join(sources)))
        *few, most = (set(PLACE.findall(text)) for text in strings(message))
        assert most == names, message.id
        assert all(some in ({*names}, set()) for some in few), message.id  # "one" may be a word
        assert len(strings(message)) == (PLURALS[code] if len(sources) > 1 else 1), message.id


@pytest.mark.parametrize("code", LANGUAGES)
def test_expressions_in_texts_of_forms_read_the_same_things(code: str) -> None:
    for message in read(code, "processes"):
        if message.id:
            assert expressions(str(message.string)) == expressions(str(message.id)), message.id


def expressions(text: str) -> list[str]:
    """Answer the expressions of a template without their words; all of them can be read."""
    found = EXPRESSION.findall(text)
    for source in found:
        if not source.startswith(("#", "/")):
            feel.compile(source)
    return sorted(LITERAL.sub('""', source) for source in found)
