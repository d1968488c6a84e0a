"""Sentences with values: made in English, found again by their words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.sentences import Said, Sentences, sentence

DISCOUNT = "The discount of {1} % is above {2} %."
REPEATED = "{1} is {2}, and {1} stays {2}."
KNOWN = Sentences([DISCOUNT, REPEATED, "{1} is late.", "The task {1} is late.", "No limit."])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The discount of 20 % is above 15 %.", Said(DISCOUNT, ("20", "15"))),
        ("The task Pack is late.", Said("The task {1} is late.", ("Pack",))),
        ("Bob is late.", Said("{1} is late.", ("Bob",))),
        ("a is b, and a stays b.", Said(REPEATED, ("a", "b"))),
        ("a is b, and a stays c.", None),
        ("No limit.", None),
        ("The discount of 20 % is above 15 %. Really.", None),
        ("x" * 3_000 + " is late.", None),
    ],
)
def test_b8_a_sentence_is_known_by_its_words(text: str, said: Said | None) -> None:
    assert KNOWN.find(text) == said


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_b8_what_was_said_can_be_said_again(one: str, other: str) -> None:
    said = Sentences([DISCOUNT]).find(sentence(DISCOUNT, one, other))
    assert said is not None
    assert sentence(said.template, *said.values) == sentence(DISCOUNT, one, other)
