"""The page about events names every type and every field there is, and no other."""

import re
from pathlib import Path

from tasks import webhooks
from tasks.events.catalogue import ABOUT_SOMEBODY, SCHEMAS

PAGE = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
IN = re.compile(r"^\| `([\w.]+)`( †)? \| (.*?) \| .*? \|$", re.MULTILINE)
OUT = re.compile(r"^\| `([\w.]+)` \| ([^|]*) \|$", re.MULTILINE)


def test_each_type_in_is_told_with_the_fields_it_takes() -> None:
    told = {kind: (bool(somebody), payload) for kind, somebody, payload in IN.findall(PAGE)}
    assert told.keys() == SCHEMAS.keys()
    for kind, schema in SCHEMAS.items():
        somebody, payload = told[kind]
        assert somebody == (kind in ABOUT_SOMEBODY)
        fields = schema().fields
        assert set(re.findall(r"\w+", payload)) == set(fields), kind
        assert set(re.findall(r"\*\*(\w+)\*\*", payload)) == {
            name for name, field in fields.items() if field.required
        }


def test_each_type_out_is_told() -> None:
    told = dict(OUT.findall(PAGE))
    assert told == {**webhooks.TYPES, **webhooks.COMING}
