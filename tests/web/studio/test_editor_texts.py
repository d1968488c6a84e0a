"""The editors' texts: each that passes their `translate` is in both catalogues, with its places."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

WEB = Path(__file__).parents[3] / "web"
CATALOGUES = WEB / "assets/studio/texts"
COLLECTED = WEB / "static/dist/studio/texts.json"  # by the build, from what it bundled
PLACE = re.compile(r"{\w+}")


def read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", ["fa", "lt"])
def test_no_text_of_the_editors_is_missing(code: str) -> None:
    if not COLLECTED.exists():
        pytest.skip("the editors are not built: make setup does it")
    wanted, found = read(COLLECTED), read(CATALOGUES / f"{code}.json")
    assert len(wanted) > 400
    assert [text for text in wanted if not found.get(text)] == []


@pytest.mark.parametrize("code", ["fa", "lt"])
def test_places_are_filled_in_every_language(code: str) -> None:
    wrong = [
        text
        for text, said in read(CATALOGUES / f"{code}.json").items()
        if sorted(PLACE.findall(text)) != sorted(PLACE.findall(said))
    ]
    assert wrong == []


def test_both_languages_have_the_same_texts() -> None:
    assert read(CATALOGUES / "fa.json").keys() == read(CATALOGUES / "lt.json").keys()
