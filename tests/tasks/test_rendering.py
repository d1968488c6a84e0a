"""Merge fields: filled from plain data, missing ones reported, nothing cleverer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.channels import render
from tasks.templates.rendering import LONGEST_TEXT, LONGEST_VALUE


def test_a_field_is_filled_wherever_it_stands() -> None:
    rendered = render(
        "Dear {{customer.name}}, {{ offer.title }}!",
        {"customer.name": "مینا", "offer.title": "10 %"},
    )

    assert rendered.text == "Dear مینا, 10 %!"
    assert rendered.missing == ()


def test_unknown_and_empty_fields_are_reported_once_each() -> None:
    rendered = render("{{a.b}} {{a.b}} {{c}} {{d}}", {"c": None, "d": "  "})

    assert rendered.missing == ("a.b", "c", "d")


@pytest.mark.parametrize(
    "text",
    [
        "{{ 7*7 }}",
        "{{customer.__class__}}",
        "{{customer['name']}}",
        "{% for x in y %}",
        "{{customer.name|upper}}",
        "{customer.name}",
        "%(customer)s",
        "${customer.name}",
        "{{a.b.c.d}}",
    ],
)
def test_anything_cleverer_stays_the_text_it_is(text: str) -> None:
    rendered = render(text, {"customer.name": "Mira", "customer": "Mira"})

    assert rendered.text == text


def test_a_value_is_not_rendered_again() -> None:
    rendered = render("{{a}}", {"a": "{{b}}", "b": "secret"})

    assert rendered.text == "{{b}}"


def test_a_value_cannot_start_a_new_line() -> None:
    rendered = render("Subject {{a}}", {"a": "x\r\nBcc: all@example.com\u2028y\x00"})

    assert rendered.text == "Subject x Bcc: all@example.com y"


def test_sizes_are_capped() -> None:
    rendered = render("{{a}}" * 1_000, {"a": "x" * (LONGEST_VALUE * 3)})

    assert len(rendered.text) == LONGEST_TEXT


@settings(deadline=None)  # a slow machine is no fault of ours
@given(st.text(max_size=200), st.dictionaries(st.sampled_from(["a", "b.c"]), st.text(max_size=40)))
def test_no_text_breaks_it(template: str, fields: dict[str, str]) -> None:
    rendered = render(template, fields)

    assert len(rendered.text) <= LONGEST_TEXT
