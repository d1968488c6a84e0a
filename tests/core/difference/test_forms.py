"""Two versions of a form, field by field; and files that come, go, or cannot be read."""

import json
from typing import Any

import pytest

from engine import difference
from engine.model import Resource
from tests.core.difference.test_diagrams import said

NAME = {"type": "textfield", "id": "f1", "key": "name", "label": "Name"}
AGE = {"type": "number", "id": "f2", "key": "age", "label": "Age", "validate": {"min": 18}}
WAY = {
    "type": "radio",
    "id": "f3",
    "key": "way",
    "label": "Way",
    "values": [{"label": "By post", "value": "post"}, {"label": "By hand", "value": "hand"}],
}
BY_POST = {"label": "By post", "value": "post"}
IN_PERSON = {"label": "In person", "value": "hand"}


def form(*components: dict[str, Any], **more: Any) -> Resource:
    schema = {"type": "default", "id": "ask", "schemaVersion": 19, "components": components}
    return Resource("ask.form", json.dumps(schema | more).encode())


def compared(old: Resource, new: Resource) -> list[str]:
    return [said(change) for change in difference.compare([old], [new])]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ([NAME, AGE, WAY], []),
        ([NAME, AGE, WAY | {"layout": {"row": "r", "columns": 8}}], []),
        ([AGE, NAME, WAY], ["~field.order |||"]),
        ([NAME, WAY], ["field.removed Age|||"]),
        ([NAME, AGE, WAY, NAME | {"id": "f4", "key": "town"}], ["field.added Name|||"]),
        ([NAME | {"label": "Full name"}, AGE, WAY], ["~field.text Full name|label|Name|Full name"]),
        (
            [NAME | {"validate": {"required": True}}, AGE, WAY],
            ["field.rule Name|required||true"],
        ),
        ([NAME, AGE | {"validate": {"min": 21}}, WAY], ["field.rule Age|min|18|21"]),
        ([NAME, AGE | {"validate": {}}, WAY], ["field.rule Age|min|18|"]),
        (
            [NAME, AGE | {"conditional": {"hide": "= minor"}}, WAY],
            ["field.hidden Age|||= minor"],
        ),
        ([NAME, AGE | {"defaultValue": 30}, WAY], ["field.setting Age|defaultValue||30"]),
        ([NAME | {"key": "called"}, AGE, WAY], ["field.key Name||name|called"]),
        ([NAME | {"type": "textarea"}, AGE, WAY], ["field.type Name|type|textfield|textarea"]),
        (
            [NAME, AGE, WAY | {"values": [*WAY["values"], {"label": "None", "value": "none"}]}],
            ["field.option Way|none||None"],
        ),
        (
            [NAME, AGE, WAY | {"values": [BY_POST, IN_PERSON]}],
            ["~field.option Way|hand|By hand|In person"],
        ),
        (
            [NAME | {"properties": {"label.fa": "نام"}}, AGE, WAY],
            ["~field.text Name|label.fa||نام"],
        ),
    ],
)  # fmt: skip
def test_fields(after: list[dict[str, Any]], expected: list[str]) -> None:
    assert compared(form(NAME, AGE, WAY), form(*after)) == expected


def test_a_field_in_a_list_is_another_value() -> None:
    people = {"type": "dynamiclist", "id": "g", "path": "people", "components": [NAME]}
    found = compared(form(NAME), form(people))
    assert "field.key Name||name|people.name" in found


def test_what_a_tool_notes_for_itself_is_no_change() -> None:
    assert compared(form(NAME), form(NAME, exporter={"name": "another"}, schemaVersion=18)) == []


def test_files_that_come_go_and_cannot_be_read() -> None:
    text, broken = Resource("letter.txt", b"Dear"), Resource("ask.form", b"{")
    found = difference.compare([form(NAME), text], [broken, Resource("more.toml", b"")])
    assert [(change.kind, change.name, change.effect) for change in found] == [
        ("file.unreadable", "ask.form", True),
        ("file.added", "more.toml", False),
        ("file.removed", "letter.txt", True),
    ]


def test_a_file_with_another_name_is_found_by_what_it_defines() -> None:
    other = Resource("question.form", form(AGE).content)
    found = difference.compare([form(NAME)], [other])
    assert [change.kind for change in found] == ["field.added", "field.removed"]
