"""The docs show the processes as they are drawn now; make screenshots draws them anew."""

from pathlib import Path

import pytest

from tests.browser.drawn import digest, drawings, picture_of


@pytest.mark.parametrize("drawing", drawings(), ids=lambda file: file.stem)
def test_the_picture_is_of_the_drawing_as_it_is(drawing: Path) -> None:
    picture = picture_of(drawing)

    assert picture.is_file()
    assert f"<!-- {drawing.name} {digest(drawing)} -->" in picture.read_text("utf-8")


def test_each_readme_shows_its_pictures() -> None:
    for drawing in drawings():
        readme = (drawing.parent / "README.md").read_text("utf-8")
        assert f"docs/images/processes/{drawing.stem}.svg" in readme, drawing.stem
