"""Every component of form-js on a page of ours; what cannot be drawn is refused when deployed."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from engine import reads, store
from engine.errors import Invalid
from engine.forms.catalogue import KINDS, NOT_SUPPORTED
from engine.model import Resource, StartRequest
from tests.support.bpmn import resource
from tests.web.browser import Browser

Opens = Callable[..., Browser]
PEOPLE = [{"label": "Dara", "value": "dara"}, {"label": "Eda", "value": 2}]
COMPONENTS: list[dict[str, Any]] = [
    {"type": "text", "text": "Hello **{{who}}**{{#if old}}, old friend{{/if}}"},
    {"type": "html", "content": "<p>Mind the <b>gap</b></p><script>alert(1)</script>"},
    {"type": "image", "source": "/static/mark.svg", "alt": "The mark"},
    {"type": "iframe", "url": "https://example.org/terms", "label": "Terms"},
    {"type": "table", "label": "Lines", "dataSource": "=lines", "columns": [
        {"key": "sku", "label": "Article"}, {"key": "n", "label": "Pieces"}]},
    {"type": "documentPreview", "title": "Papers", "dataSource": "=papers"},
    {"type": "separator"},
    {"type": "spacer", "height": 24},
    {"type": "textfield", "key": "name", "label": "Name", "appearance": {"prefixAdorner": "Dr"}},
    {"type": "textarea", "key": "note", "label": "Note"},
    {"type": "number", "key": "weight", "label": "Weight", "appearance": {"suffixAdorner": "kg"}},
    {"type": "checkbox", "key": "agreed", "label": "Agreed"},
    {"type": "radio", "key": "one", "label": "One of them", "values": PEOPLE},
    {"type": "select", "key": "other", "label": "Another", "valuesExpression": "=choices"},
    {"type": "checklist", "key": "some", "label": "Some", "valuesKey": "choices"},
    {"type": "taglist", "key": "tags", "label": "Tags", "values": PEOPLE},
    {"type": "datetime", "key": "day", "subtype": "date", "dateLabel": "Day"},
    {"type": "datetime", "key": "at", "subtype": "datetime", "dateLabel": "Moment"},
    {"type": "datetime", "key": "hour", "subtype": "time", "timeLabel": "Hour"},
    {"type": "expression", "key": "double", "expression": "=weight * 2"},
    {"type": "group", "label": "Address", "path": "address", "showOutline": True, "components": [
        {"type": "textfield", "key": "street", "label": "Street"}]},
    {"type": "dynamiclist", "label": "Rows", "path": "rows", "components": [
        {"type": "number", "key": "amount", "label": "Amount"}]},
    {"type": "button", "label": "=if agreed then \"Seal it\" else \"Try it\"", "action": "submit"},
]  # fmt: skip
VARIABLES = {
    "who": "<b>Ada</b>", "old": True, "choices": ["x", {"label": "Why", "value": "y"}],
    "lines": [{"sku": "A-1", "n": 3}, {"sku": "<i>B</i>", "n": 1250}],
    "papers": [{"documentId": "d/1", "metadata": {"fileName": "offer.pdf"}}],
}  # fmt: skip


@pytest.fixture
def deploy(app: Flask) -> Callable[..., None]:
    """Given a process with one task that asks for these components."""

    def with_form(components: list[dict[str, Any]]) -> None:
        numbered = [{"id": f"c{i}", **one} for i, one in enumerate(components)]
        form = {"type": "default", "id": "all", "schemaVersion": 19, "components": numbered}
        app.extensions["peyvand"].engine.by("bob").definitions.deploy(
            [
                Resource("all.form", json.dumps(form).encode()),
                resource("start -> user:Fill(form=all; groups=care_agent) -> end", "everything"),
            ]
        )

    return with_form


def page_of(app: Flask, enter: Opens) -> tuple[Browser, str]:
    engine = app.extensions["peyvand"].engine
    started = engine.instances.start(StartRequest("everything", variables=VARIABLES))
    with store.reading(app.extensions["peyvand"].database) as connection:
        key = reads.waiting(connection, started.instance_key)[0].key
    charlie = enter("charlie")
    charlie.get(f"/tasks/{key}")
    return charlie, f"/tasks/{key}"


def test_every_component_is_drawn(
    app: Flask, enter: Opens, deploy: Callable[[list[dict[str, Any]]], None]
) -> None:
    assert {one["type"] for one in COMPONENTS} == KINDS
    deploy(COMPONENTS)
    charlie, _address = page_of(app, enter)
    for words in (
        "Hello <strong>&lt;b&gt;Ada&lt;/b&gt;</strong>, old friend",
        "<p>Mind the <b>gap</b></p>",
        '<img src="/static/mark.svg" alt="The mark">',
        '<a href="https://example.org/terms" rel="noopener noreferrer">Terms</a>',
        '<th scope="col">Article</th>',
        "<td>&lt;i&gt;B&lt;/i&gt;</td>",
        "<td>1,250</td>",
        '<a href="/v2/documents/d%2F1" download><bdi>offer.pdf</bdi></a>',
        "<hr>",
        'height="24"',
        "<span>Dr</span>",
        "<span>kg</span>",
        '<input type="radio" name="one" value="dara"',
        '<option value="y">Why</option>',
        '<input type="checkbox" name="some" value="x"',
        '<input type="checkbox" name="tags" value="2"',
        'type="date" id="f-day" name="day~date"',
        'name="at~time"',
        'type="time" id="f-hour" name="hour~time"',
        '<output class="input" id="f-double">',
        "<legend><bdi>Address</bdi></legend>",
        'name="address.street"',
        'name="rows.__row__.amount"',
        "Try it</button>",
    ):
        assert words in charlie.page, words
    assert "alert(1)" not in charlie.page


def test_what_is_sent_from_every_component_arrives(
    app: Flask, enter: Opens, deploy: Callable[[list[dict[str, Any]]], None]
) -> None:
    deploy(COMPONENTS)
    charlie, address = page_of(app, enter)
    sent = {
        "csrf_token": charlie.token(), "name": "Ada", "note": "two\r\nlines", "weight": "۲٫۵",
        "agreed": "true", "agreed~": "", "one": "2", "one~": "", "other": "y", "some~": "",
        "some": "x", "tags~": "", "tags": ["dara", "2"], "day~date": "1405/08/13",
        "at~date": "2026-11-05", "at~time": "9:30", "hour~time": "08:15",
        "address.street": "Main", "rows~rows": "2", "rows.0.amount": "1", "rows.5.amount": "2",
    }  # fmt: skip
    answer = charlie.send(f"{address}/completion", sent)
    assert answer.status_code == 303, answer.text[-3000:]
    with store.reading(app.extensions["peyvand"].database) as connection:
        key = reads.instances(connection, process_id="everything").items[0].key
        found = {value.name: value.value for value in reads.variables(connection, key)}
    for name, value in {
        "name": "Ada", "weight": 2.5, "agreed": True, "one": 2, "other": "y", "some": ["x"],
        "tags": ["dara", 2], "day": "2026-11-04", "hour": "08:15", "double": 5,
        "address": {"street": "Main"}, "rows": [{"amount": 1}, {"amount": 2}],
    }.items():  # fmt: skip
        assert found[name] == value, name
    assert found["at"].startswith("2026-11-05T09:30")


@pytest.mark.parametrize("kind", sorted(NOT_SUPPORTED | {"hologram"}))
def test_what_cannot_be_drawn_is_refused_with_its_place_and_reason(
    kind: str, deploy: Callable[[list[dict[str, Any]]], None]
) -> None:
    with pytest.raises(Invalid) as refused:
        deploy([{"type": kind, "key": "upload", "label": "Papers"}])
    [problem] = refused.value.problems
    assert problem.resource == "all.form"
    assert problem.element == "upload"
    assert kind in problem.message


def test_components_of_one_row_share_its_width(
    app: Flask, enter: Opens, deploy: Callable[[list[dict[str, Any]]], None]
) -> None:
    deploy(
        [
            {
                "type": "textfield",
                "key": key,
                "label": key,
                "layout": {"row": "r", "columns": width},
            }
            for key, width in (("a", 4), ("b", None), ("c", None))
        ]
    )
    charlie, _address = page_of(app, enter)
    assert charlie.page.count('class="c-4"') == 1
    assert charlie.page.count('class="c-6"') == 2


def test_an_author_translates_a_form_with_properties(
    app: Flask, enter: Opens, deploy: Callable[[list[dict[str, Any]]], None]
) -> None:
    deploy(
        [
            {
                "type": "radio", "key": "one", "label": "One of them", "values": PEOPLE,
                "properties": {"label.lt": "Vienas iš jų", "value.dara.lt": "Dara, lietuviškai"},
            }
        ]
    )  # fmt: skip
    charlie, address = page_of(app, enter)
    charlie.post("/account/language", locale="lt")
    page = charlie.get(address)
    assert "Vienas iš jų" in page
    assert "Dara, lietuviškai" in page
