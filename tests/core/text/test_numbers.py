"""Numbers and amounts: read with the separators of the language, and written so."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text import Unreadable
from engine.text.money import read_money, write_money, write_money_to_edit
from engine.text.numbers import (
    percent_sign,
    read_number,
    write_number,
    write_number_to_edit,
    write_percent,
)

LANGUAGES = ("en", "fa", "lt")
AMOUNTS = st.decimals(-(10**18), 10**18, places=20)


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("lt", "0,125", "0.125"),
        ("lt", "1,250", "1.25"),
        ("lt", "1 250,50", "1250.5"),
        ("lt", "1\u00a0250", "1250"),
        ("lt", "1.250,50", "1250.5"),
        ("lt", "1250.5", "1250.5"),
        ("lt", "1,250,000", "1250000"),
        ("en", "1,250", "1250"),
        ("en", "1,250.5", "1250.5"),
        ("en", "1,5", "1.5"),
        ("en", "0,125", "0.125"),
        ("en", "1.250", "1.25"),
        ("en", ".5", "0.5"),
        ("en", "1.5e3", "1500"),
        ("en", "+7", "7"),
        ("fa", "۱٬۲۵۰٫۵", "1250.5"),
        ("fa", "۵٬۰۰۰٫۵", "5000.5"),
        ("fa", "1,250", "1250"),
        ("fa", "۱،۲۵۰", "1250"),
        ("fa", "۰٫۱۲۵", "0.125"),
        ("fa", "12.5", "12.5"),
        ("en", "٣٫٥", "3.5"),
        ("en", "१२", "12"),
    ],
)
def test_b3_a_number_is_read_as_its_language_writes_it(
    language: str, typed: str, meant: str
) -> None:
    assert read_number(typed, language) == Decimal(meant)


@pytest.mark.parametrize(
    ("language", "typed"), [("lt", "1.250"), ("lt", "12.500"), ("fa", "1.250"), ("lt", "-1.250")]
)
def test_b3_what_may_be_two_numbers_is_refused_with_both(language: str, typed: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_number(typed, language)
    assert refused.value.rule == "number-ambiguous"
    assert write_number_to_edit(abs(read_number(typed, "en")), language) in refused.value.hint


@pytest.mark.parametrize("typed", ["−5", "-5", "–5", "－5", "\u200e−۵", "− 5"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_b5_every_minus_sign_is_one(language: str, typed: str) -> None:
    assert read_number(typed, language) == -5


@pytest.mark.parametrize(
    "typed",
    ["", "-", "1_000", "1 2 3", "12%", "1/2", "five", "1..2", "1,2,3", "--5", "5-", "NaN", "∞", "½",
     "0x10", "1,2500.0", "9" * 200, "1e9999"],
)  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
def test_b7_what_is_no_number_is_refused(language: str, typed: str) -> None:
    with pytest.raises(Unreadable, match="This is not a number"):
        read_number(typed, language)


@given(AMOUNTS)
def test_b3_a_number_in_a_field_is_read_as_itself(amount: Decimal) -> None:
    for language in LANGUAGES:
        assert read_number(write_number_to_edit(amount, language), language) == amount


@given(st.integers(-(10**20), 10**20), st.integers(0, 3))
def test_b3_a_number_on_a_page_is_read_as_itself(minor: int, places: int) -> None:
    amount = Decimal(minor).scaleb(-places)
    for language in LANGUAGES:
        assert read_number(write_number(amount, language, places), language) == amount


@given(st.text("0123456789۰۵٠.,٫٬، '-−+eE%", max_size=12))
def test_b3_no_text_means_one_number_here_and_is_silently_another(text: str) -> None:
    for language in LANGUAGES:
        try:
            meant = read_number(text, language)
        except Unreadable:
            continue
        assert read_number(write_number_to_edit(meant, language), language) == meant


def test_numbers_money_and_percentages_are_written_alike() -> None:
    written = {
        language: [
            write_number(Decimal("-1250.5"), language),
            write_percent(Decimal("0.021"), language),
            write_money(125_050, "EUR", language),
            write_money(125_050, "IRR", language),
        ]
        for language in LANGUAGES
    }
    assert written == {
        "en": ["-1,250.5", "2.1%", "1,250.50 EUR", "125,050 IRR"],
        "fa": ["\u200e−۱٬۲۵۰٫۵", "۲٫۱٪", "۱٬۲۵۰٫۵۰ EUR", "۱۲۵٬۰۵۰ IRR"],
        "lt": ["−1\u00a0250,5", "2,1\u00a0%", "1\u00a0250,50\u00a0EUR", "125\u00a0050\u00a0IRR"],
    }
    assert [percent_sign(language) for language in LANGUAGES] == ["%", "٪", "\u00a0%"]


def test_numbers_too_large_for_a_page_of_today_are_written_all_the_same() -> None:
    assert write_number(Decimal("1e30"), "en").count(",") == 10
    assert write_number(float("1e300"), "lt", 2).endswith(",00")


@pytest.mark.parametrize(
    ("language", "typed", "currency", "minor"),
    [
        ("lt", "12,50", "EUR", 1250),
        ("lt", "1 250,5 €", "EUR", 125_050),
        ("en", "€1,250.50", "EUR", 125_050),
        ("en", "EUR 7", "eur".upper(), 700),
        ("fa", "۱٬۲۵۰ IRR", "IRR", 1250),
        ("en", "−3.20", "USD", -320),
    ],
)
def test_money_is_read_in_minor_units(language: str, typed: str, currency: str, minor: int) -> None:
    assert read_money(typed, currency, language) == minor


@pytest.mark.parametrize(
    ("typed", "currency", "rule"),
    [
        ("12.505", "EUR", "money-decimals"),
        ("1.5", "IRR", "money-decimals"),
        ("5 USD", "EUR", "money-currency"),
        ("€5 EUR", "EUR", "money-currency"),
        ("dear", "EUR", "money"),
        ("99999999999999999", "EUR", "money"),
    ],
)
def test_money_that_the_currency_has_not_is_refused(typed: str, currency: str, rule: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_money(typed, currency, "en")
    assert refused.value.rule == rule


@given(st.integers(-(10**15), 10**15), st.sampled_from(["EUR", "IRR", "BHD"]))
def test_money_in_a_field_is_read_as_itself(minor: int, currency: str) -> None:
    for language in LANGUAGES:
        assert (
            read_money(write_money_to_edit(minor, currency, language), currency, language) == minor
        )
        assert read_money(write_money(minor, currency, language), currency, language) == minor
