"""What a form takes for a number, an address or a moment, and that it changes nothing of it."""

from typing import Any

import pytest

from engine.errors import Invalid
from engine.forms import Form, parse
from engine.forms.fields import unread


def form(**field: Any) -> Form:
    return parse({"type": "default", "id": "f", "components": [{"id": "x", "key": "x", **field}]})


def checked(given: Any, **field: Any) -> Any:
    return form(**field).check({"x": given})["x"]


def refused(given: Any, **field: Any) -> tuple[str, str]:
    with pytest.raises(Invalid) as error:
        form(**field).check({"x": given})
    [problem] = error.value.problems
    return problem.rule, problem.hint


@pytest.mark.parametrize(
    "given", ["1_000", "١٢", "1,250", "NaN", "Infinity", "0x10", "1e", "5 EUR"]
)
def test_b7_only_what_json_writes_is_a_number(given: str) -> None:
    assert refused(given, type="number") == ("form-number", "")


@pytest.mark.parametrize(("given", "number"), [("12", 12), ("-0.5", -0.5), (" 1e2 ", 100), (7, 7)])
def test_numbers_of_programs_are_taken(given: Any, number: float) -> None:
    assert checked(given, type="number") == number


@pytest.mark.parametrize("given", ["", "  ", "\u200c", "\u200b\ufeff", "\u3164"])
def test_b7_what_nobody_sees_does_not_fill_a_field(given: str) -> None:
    assert refused(given, type="textfield", validate={"required": True}) == ("form-required", "")


def test_a_text_is_kept_as_it_was_typed() -> None:
    for text in ("می‌نا كريمي", "s\u030caltinis ", "۱۲۳"):
        assert checked(text, type="textfield") == text


@pytest.mark.parametrize(
    "given",
    [
        "2026-10-25T03:30:00+02:00",
        "2026-03-21T09:30:45.125Z",
        "2026-03-21T09:30",
        "2026-03-21T09:30:00",
        "2026-03-21",
    ],
)
def test_b6_a_moment_is_kept_as_it_was_sent(given: str) -> None:
    assert checked(given, type="datetime", subtype="datetime") == given


def test_b6_a_moment_in_another_spelling_loses_nothing() -> None:
    moment = checked("20260321T093045.5+0200", type="datetime", subtype="datetime")
    assert moment == "2026-03-21T09:30:45.500000+02:00"
    assert checked("09:30:45", type="datetime", subtype="time") == "09:30:45"


def test_b5_a_telephone_number_is_kept_in_its_one_form() -> None:
    phone = {"type": "textfield", "validate": {"validationType": "phone"}}
    assert checked("۰۰۳۷۰ ۶۰۰ ۰۰۵۵۵", **phone) == "+37060000555"
    assert refused("8 600 00555", **phone) == ("form-phone-country", "+370 612 34567")
    assert refused("call me", **phone) == ("form-phone", "")


def test_an_address_that_no_server_takes_is_refused_with_the_reason() -> None:
    email = {"type": "textfield", "validate": {"validationType": "email"}}
    assert checked("jonas@pašto.lt\u200c", **email) == "jonas@pašto.lt"
    assert refused("šarūnė@example.org", **email) == ("form-email-name", "")
    assert refused("alice@localhost", **email) == ("form-email-domain", "")


def test_what_a_page_could_not_read_is_refused_with_its_reason_and_shown_again() -> None:
    typed = unread("1.250", "form-number-ambiguous", "1,25 / 1250")
    assert refused(typed, type="number") == ("form-number-ambiguous", "1,25 / 1250")
    [shown] = form(type="number").show({}, {"x": typed})
    assert shown.value == typed
    assert refused({"unread": "x", "rule": "made up"}, type="number")[0] == "form-type"
