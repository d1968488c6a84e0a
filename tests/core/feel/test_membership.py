"""`in`: an item of another type just is not the one looked for."""

import pytest

from engine import feel


@pytest.mark.parametrize("text", ['"a" in ["b", 2]', '1 in ["b", 2]', '"a" in ["b", 2, null]'])
def test_c9_an_item_of_another_type_is_not_the_one_looked_for(text: str) -> None:
    result = feel.evaluate(text, {})
    assert (result.value, result.warnings) == (False, ())
