"""The pictures of the shipped processes in the docs are of the drawings of today."""

from tests.browser.pictures import PAGE, PICTURES, digest, drawings, page, parts, picture

MAKE = "run make screenshots"


def test_every_drawing_has_a_picture_of_today() -> None:
    stale = [
        picture(file, part).name
        for file in drawings()
        for part in ("", *parts(file))
        if not picture(file, part).is_file()
        or digest(file) not in picture(file, part).read_text("utf-8")
    ]

    assert stale == [], MAKE


def test_no_picture_is_left_of_a_drawing_that_is_gone() -> None:
    assert {file.name for file in PICTURES.glob("*.svg")} == {
        picture(file, part).name for file in drawings() for part in ("", *parts(file))
    }, MAKE


def test_the_page_shows_every_drawing() -> None:
    assert PAGE.read_text("utf-8") == page(), MAKE
