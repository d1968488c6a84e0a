"""The page on which somebody watches the story, and asks for its next step."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.web.browser import Browser
from web.reads import story

Opens = Callable[..., Browser]
TOLD = story.Told(
    "Mira complains on the public page",
    "Three fields.",
    "2026-12-05T09:00:00+00:00",
    ("parcel",),
    2,
    (("Mira", 1, "at_risk"),),
)


@pytest.fixture
def var(app: Flask, tmp_path: Path) -> Path:
    settings = app.extensions["peyvand"].settings
    object.__setattr__(settings, "var", tmp_path)
    return tmp_path


def test_no_story_no_page(var: Path, enter: Opens) -> None:
    enter("bob").get("/story", status=404)


def test_a_newcomer_sees_what_happened_and_why_and_asks_for_the_next_step(
    var: Path, enter: Opens
) -> None:
    story.write(var, [TOLD], 3, "The same trouble comes again")
    browser = enter("bob")

    page = browser.get("/story")
    assert "Three fields." in page
    assert "at risk" in page
    assert "The same trouble comes again" in page

    assert browser.post("/story/steps").status_code == 303
    assert story.wanted(var) == 2
    assert "is being played" in browser.get("/story")


def test_when_the_story_is_over_it_says_so(var: Path, enter: Opens) -> None:
    story.write(var, [TOLD], 1, "")

    assert "the whole story" in enter("bob").get("/story")
