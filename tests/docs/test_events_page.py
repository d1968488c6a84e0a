"""The page about events names every type and every field there is, and no other."""

import re
from pathlib import Path

from tasks.installed import SUBJECTS

PAGE = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
IN = re.compile(r"^\| `([\w.]+)`( †)? \| (.*?) \| .*? \|$", re.MULTILINE)
OUT = re.compile(r"^\| `([\w.]+)` \| ([^|]*) \|$", re.MULTILINE)


def test_each_type_in_is_told_with_the_fields_it_takes() -> None:
    told = {kind: (bool(somebody), payload) for kind, somebody, payload in IN.findall(PAGE)}
    assert told.keys() == SUBJECTS.events.keys()
    for kind, declared in SUBJECTS.events.items():
        somebody, payload = told[kind]
        assert somebody == declared.about_somebody
        fields = declared.payload().fields
        assert set(re.findall(r"\w+", payload)) == set(fields), kind
        assert set(re.findall(r"\*\*(\w+)\*\*", payload)) == {
            name for name, field in fields.items() if field.required
        }


def test_each_type_out_is_told() -> None:
    told = dict(OUT.findall(PAGE))
    assert told == {**SUBJECTS.webhooks, **SUBJECTS.webhooks_to_come}
