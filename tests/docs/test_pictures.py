"""The pictures of the shipped processes in the docs are of the drawings of today."""

from tests.browser.pictures import PAGE, PICTURES, drawings, page, parts, picture, stale

MAKE = "run make screenshots"


def test_every_drawing_has_a_picture_of_today() -> None:
    assert [file.name for file in stale()] == [], MAKE


def test_no_picture_is_left_of_a_drawing_that_is_gone() -> None:
    assert {file.name for file in PICTURES.glob("*.svg")} == {
        picture(file, part).name for file in drawings() for part in ("", *parts(file))
    }, MAKE


def test_the_page_shows_every_drawing() -> None:
    assert PAGE.read_text("utf-8") == page(), MAKE
