"""JSON from outside: what is ambiguous or dangerous is refused."""

import pytest

from web.api.payload import parse
from web.api.problems import Problem

HARMLESS = [b"{}", b'{"a": [1, 2.5, null, true]}', '{"name": "رضا"}'.encode(), b'"\\\\u0000"']
DANGEROUS = {
    "not a number": b'{"a": NaN}',
    "infinite": b'{"a": -Infinity}',
    "too large for a float": b'{"a": 1e999}',
    "the same key twice": b'{"a": 1, "a": 2}',
    "the same key twice, deep inside": b'{"x": [{"a": 1, "a": 2}]}',
    "NUL, escaped": b'{"a": "\\u0000"}',
    "NUL in a name": b'{"\\u0000": 1}',
    "half a character": b'{"a": "\\ud800"}',
    "not UTF-8": b'{"a": "\xff"}',
    "not JSON": b"{'a': 1}",
    "a very long number": b'{"a": ' + b"9" * 5_000 + b"}",
    "nested beyond use": b"[" * 41 + b"]" * 41,
    "nested beyond the stack": b"[" * 100_000 + b"]" * 100_000,
}


@pytest.mark.parametrize("body", HARMLESS)
def test_harmless_json_is_read(body: bytes) -> None:
    parse(body)


@pytest.mark.parametrize("name", DANGEROUS)
def test_dangerous_json_is_refused(name: str) -> None:
    with pytest.raises(Problem) as refusal:
        parse(DANGEROUS[name])
    assert refusal.value.status == 400


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert parse(b'{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}
