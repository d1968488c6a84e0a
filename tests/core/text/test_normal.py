"""The forms of a text for comparing: all spellings of one word are one, two keys stay two."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.digits import ascii_digits, is_blank, own_digits, visible
from engine.text.normal import key_form, search_form, search_words

LITHUANIAN = "aąbcčdeęėfghiįyjklmnoprsštuųūvzž"
PERSIAN = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
LETTERS = LITHUANIAN + LITHUANIAN.upper() + "abcxyzQWX" + PERSIAN
TYPED = st.text(LETTERS + "0123456789۰۱۲۳۴۵۶۷۸۹ -.'‌", max_size=40)
ARABIC_KEYBOARD = str.maketrans({"ی": "ي", "ک": "ك"})
PHONE_KEYBOARD = str.maketrans("ąčęėįšųūžĄČĘĖĮŠŲŪŽ", "aceeisuuzACEEISUUZ")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("šarūnė", "Šarūnė Žąsytė"),
        ("žąsytė", "Šarūnė Žąsytė"),
        ("sarune", "Šarūnė Žąsytė"),
        ("čiurlionis", "ŠARKA ČIURLIONIS"),
        ("o'šea", "O’ŠEA"),
        ("علی", "علي كريمي"),
        ("کریمی", "علي كريمي"),
        ("رضايي", "می‌نا رضایی"),
        ("مینا", "می‌نا رضایی"),
        ("مینا", "مِیـنا"),
        ("رئیس", "رییس"),
        ("خانه", "خانۀ"),
        ("اذر", "آذر"),
        ("09120000105", "۰۹۱۲۰۰۰۰۱۰۵"),
        ("s\u030caltinis", "šaltinis"),
        ("šaltinis", "s\u030caltinis"),
        ("łukasz", "LUKASZ"),
        ("strasse", "Straße"),
        ("ﬁrma", "FIRMA"),
    ],
)
def test_b4_a_name_is_found_by_any_of_its_spellings(typed: str, stored: str) -> None:
    assert search_form(typed) in search_form(stored)


@given(TYPED)
def test_b4_whatever_somebody_types_is_found_by_another_spelling(text: str) -> None:
    spellings = [
        text.upper(),
        text.lower(),
        unicodedata.normalize("NFD", text),
        text.translate(ARABIC_KEYBOARD),
        text.translate(PHONE_KEYBOARD),
        text.replace("\u200c", ""),
        own_digits(text, "fa"),
        f" {text}\u200f ",
    ]
    assert {search_form(spelling) for spelling in spellings} == {search_form(text)}


@given(st.text(max_size=60))
def test_b4_the_form_of_a_form_is_itself_and_has_no_capitals(text: str) -> None:
    assert search_form(search_form(text)) == search_form(text)
    assert key_form(key_form(text)) == key_form(text)
    assert search_form(text) == search_form(text).lower() or not search_form(text).isascii()


@given(TYPED)
def test_b4_one_key_is_one_key_composed_or_not_and_from_either_keyboard(text: str) -> None:
    spellings = [
        unicodedata.normalize("NFD", text),
        text.translate(ARABIC_KEYBOARD),
        own_digits(text, "fa"),
        f"\u200e{text}\u200f ",
    ]
    assert {key_form(spelling) for spelling in spellings} == {key_form(text)}


@pytest.mark.parametrize(
    ("one", "other"),
    [("AbC-7", "abc-7"), ("šaltinis", "saltinis"), ("C-7", "C 7"), ("1/2", "½"), ("x²", "x2")],
)
def test_b4_keys_that_differ_in_case_or_marks_stay_two(one: str, other: str) -> None:
    assert key_form(one) != key_form(other)


def test_words_to_look_for_are_the_first_few() -> None:
    assert search_words("  Šarūnė\u00a0 می‌نا ") == ["sarune", "مینا"]
    assert len(search_words("a b c d e f g")) == 5
    assert search_words("\u200c") == []


@pytest.mark.parametrize("text", ["", "  ", "\u200c", "\u200b\ufeff", "\u2800", "\u3164", "\u00ad"])
def test_b7_what_nobody_sees_is_blank(text: str) -> None:
    assert is_blank(text)
    assert visible(text) == ""


@pytest.mark.parametrize("text", ["0", "می‌نا", ".", "a\u200c"])
def test_b7_what_can_be_seen_is_not(text: str) -> None:
    assert not is_blank(text)


@given(st.integers(min_value=0))
def test_digits_come_back_from_a_language(number: int) -> None:
    for language in ("en", "fa", "lt"):
        assert ascii_digits(own_digits(str(number), language)) == str(number)
