"""Telephone numbers and e-mail addresses: one form of each, whatever keyboard they come from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text import Unreadable
from engine.text.digits import own_digits
from engine.text.emails import email_key, email_to_send, read_email
from engine.text.phones import (
    digits_of,
    read_phone,
    region_of_zone,
    sought_digits,
    write_phone,
)


@pytest.mark.parametrize(
    "typed",
    ["+37060000555", "8 600 00 555", "0037060000555", "+370 600 00555", "۰۰۳۷۰۶۰۰۰۰۵۵۵",
     "(8-600) 00-555", "\u200e+370\u00a0600\u00a000555", "tel:+370-600-00555", "＋۳۷۰۶۰۰۰۰۵۵۵"],
)  # fmt: skip
def test_b5_all_spellings_of_a_number_are_one(typed: str) -> None:
    assert read_phone(typed, "LT") == "+37060000555"


def test_b5_a_number_is_read_as_the_country_dials_it() -> None:
    assert read_phone("۰۹۱۲۳۴۵۶۷۸۹", "IR") == "+989123456789"
    assert write_phone("+989123456789") == "+98 912 345 6789"
    assert read_phone("+1 202 555 0100 ext. 7") == "+12025550100;ext=7"
    assert read_phone("+12025550100#7") == read_phone(write_phone("+12025550100;ext=7"))
    assert write_phone("extension 12") == "extension 12"


@pytest.mark.parametrize(
    ("typed", "region", "rule"),
    [
        ("0912 345 6789", "", "phone-country"),
        ("12", "LT", "phone"),
        ("+12", "", "phone"),
        ("call me", "LT", "phone"),
        ("+370 600 00555 or 556", "LT", "phone"),
        ("", "LT", "phone"),
        ("1" * 80, "LT", "phone"),
    ],
)
def test_b5_what_nobody_can_dial_is_refused(typed: str, region: str, rule: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_phone(typed, region)
    assert refused.value.rule == rule


@given(st.integers(60_000_000, 69_999_999), st.sampled_from(["en", "fa", "lt"]))
def test_b5_a_number_comes_back_from_the_page_that_shows_it(number: int, language: str) -> None:
    stored = f"+370{number}"
    assert read_phone(own_digits(write_phone(stored), language)) == stored


def test_a_country_comes_from_a_time_zone() -> None:
    assert [region_of_zone(zone) for zone in ("Europe/Vilnius", "Asia/Tehran", "UTC", "x")] == [
        "LT", "IR", "", ""
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "region", "stored"),
    [
        ("98912000", "", "+989120000104"),
        ("+98 912", "", "+989120000104"),
        ("0912000", "IR", "+989120000104"),
        ("۰۹۱۲۰۰۰", "", "+989120000104"),
        ("00989120", "", "+989120000104"),
        ("8 600 00", "LT", "+37060000102"),
    ],
)
def test_b4_a_part_of_a_number_finds_it_as_people_dial_it(
    typed: str, region: str, stored: str
) -> None:
    assert any(part in digits_of(stored) for part in sought_digits(typed, region))


@pytest.mark.parametrize("typed", ["", "12", "Charlie", "C-7", "AB 1234"])
def test_b4_other_words_are_no_part_of_a_number(typed: str) -> None:
    assert sought_digits(typed, "LT") == ()


@pytest.mark.parametrize(
    ("typed", "kept", "sent"),
    [
        ("Alice@Example.org", "Alice@example.org", "Alice@example.org"),
        ("jonas@pašto.lt", "jonas@pašto.lt", "jonas@xn--pato-h6a.lt"),
        ("jonas@PAŠTO.LT", "jonas@pašto.lt", "jonas@xn--pato-h6a.lt"),
        ("jonas@pas\u030cto.lt", "jonas@pašto.lt", "jonas@xn--pato-h6a.lt"),
        ("jonas@xn--pato-h6a.lt", "jonas@pašto.lt", "jonas@xn--pato-h6a.lt"),
        ("ali@مثال.ایران", "ali@مثال.ایران", "ali@xn--mgbh0fb.xn--mgba3a4f16a"),
        ("a\u200cli@example.org\u200f", "ali@example.org", "ali@example.org"),
        ("mailto:bob+shop@example.org", "bob+shop@example.org", "bob+shop@example.org"),
        ("ali۱@example.org", "ali1@example.org", "ali1@example.org"),
    ],
)
def test_a_mailbox_is_kept_readable_and_sent_in_ascii(typed: str, kept: str, sent: str) -> None:
    assert read_email(typed) == kept
    assert email_to_send(kept) == sent
    assert email_key(typed) == sent.lower()


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("šarūnė@example.org", "email-name"),
        ("علی@example.org", "email-name"),
        ("alice", "email"),
        ("@example.org", "email"),
        ("alice@", "email"),
        ("a b@example.org", "email"),
        ("alice@@example.org", "email"),
        (".alice@example.org", "email"),
        ("a" * 65 + "@example.org", "email"),
        ("alice@localhost", "email-domain"),
        ("alice@1.2.3.4", "email-domain"),
        ("alice@exa_mple.org", "email-domain"),
        ("alice@-example.org", "email-domain"),
        ("alice@example..org", "email-domain"),
        ("alice@example.org\nBcc: eve@example.org", "email"),
    ],
)
def test_what_no_server_delivers_is_refused_at_once(typed: str, rule: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_email(typed)
    assert refused.value.rule == rule
