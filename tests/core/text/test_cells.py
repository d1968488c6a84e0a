"""Cells of files for spreadsheets: nothing in them is a formula, and all comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.cells import cell_text, safe_cell


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("＝1+1", "'＝1+1"),
        ("＠SUM(A1)", "'＠SUM(A1)"),
        ("+37060000555", "'+37060000555"),
        ("a;=1+1", "a;'=1+1"),
        ("a;  -b", "a;  '-b"),
        ("a\t@x", "a\t'@x"),
        ("one\n=two", "one\n'=two"),
        (" =1", " '=1"),
        ("\u200e=1", "\u200e'=1"),
        ("\tx", "'\tx"),
        ("'=1", "''=1"),
    ],
)
def test_b7_nothing_in_a_cell_is_a_formula(text: str, cell: str) -> None:
    assert safe_cell(text) == cell
    assert cell_text(cell) == text


@pytest.mark.parametrize(
    "text", ["", "Alice", "a-b", "1+1=2", "O'Hara", "'quoted'", "a; b", "x,-1"]
)
def test_b7_other_text_is_left_alone(text: str) -> None:
    assert safe_cell(text) == text
    assert cell_text(text) == text


@given(st.text("ab=+-@＝'; \t\n|\u200e0", max_size=20))
def test_b7_every_text_comes_back_from_its_cell(text: str) -> None:
    assert cell_text(safe_cell(text)) == text
