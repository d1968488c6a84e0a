"""Who sees values and documents of instances, and that content of users never runs."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.model import Resource, StartRequest
from tests.web.browser import Browser
from web import accounts

Opens = Callable[[str], Browser]
SECRET = "MARKzq-4711"


class Api:
    """Calls of one person with a token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {token}"}

    def post(self, path: str, body: Any) -> Any:
        return self.client.post(path, json=body, headers=self.headers)

    def get(self, path: str) -> Any:
        return self.client.get(path, headers=self.headers)

    def delete(self, path: str) -> Any:
        return self.client.delete(path, headers=self.headers)

    def upload(self, content: bytes, kind: str, metadata: str = "{}") -> str:
        import io

        file = (io.BytesIO(content), "a.txt", kind)
        data = {"file": file, "metadata": metadata}
        answer = self.client.post("/v2/documents", data=data, headers=self.headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json["documentId"])


@pytest.fixture
def call(app: Flask) -> Callable[[str], Api]:
    def for_(username: str) -> Api:
        with app.test_request_context():
            person = accounts.get(username)
            assert person is not None
            token = accounts.make_token(person, "test")
        return Api(app.test_client(), token)

    return for_


@pytest.fixture
def instance(app: Flask) -> int:
    """Given a parcel of Charlie's group, with a value nobody else should read."""
    engine = app.extensions["peyvand"].engine
    key: int = (
        engine.by("charlie")
        .instances.start(StartRequest("parcel", variables={"customer": SECRET}))
        .instance_key
    )
    return key


def test_e4_values_are_read_by_who_works_on_the_case(
    call: Callable[[str], Api], instance: int
) -> None:
    wanted = {"filter": {"processInstanceKey": str(instance), "name": "customer"}}
    for name, sees in (("charlie", True), ("bob", True), ("olga", True), ("alice", False)):
        api = call(name)
        found = api.post("/v2/variables/search", wanted).json["items"]
        assert [item["value"] for item in found] == ([f'"{SECRET}"'] if sees else []), name
    key = call("charlie").post("/v2/variables/search", wanted).json["items"][0]["variableKey"]
    assert call("alice").get(f"/v2/variables/{key}").status_code == 404


def test_e4_nobody_learns_a_value_by_asking_for_it(
    call: Callable[[str], Api], instance: int
) -> None:
    asked = {"filter": {"variables": [{"name": "customer", "value": f'"{SECRET}"'}]}}
    for name, sees in (("charlie", 1), ("alice", 0)):
        found = call(name).post("/v2/process-instances/search", asked).json
        assert len(found["items"]) == sees, name


def test_e4_the_page_of_an_instance_shows_values_to_who_works_on_it(
    enter: Opens, instance: int
) -> None:
    assert SECRET in enter("charlie").get(f"/instances/{instance}")
    page = enter("alice").get(f"/instances/{instance}")
    assert SECRET not in page
    assert "You see the values of cases that you or your groups work on." in page


def test_e4_documents_are_read_with_their_case_and_deleted_by_who_kept_them(
    call: Callable[[str], Api], instance: int
) -> None:
    charlie, bob, alice, olga = (call(name) for name in ("charlie", "bob", "alice", "olga"))
    of_case = charlie.upload(b"hello", "text/plain", f'{{"processInstanceKey": "{instance}"}}')
    own = charlie.upload(b"mine", "text/plain")
    assert charlie.get(f"/v2/documents/{own}").data == b"mine"
    assert bob.get(f"/v2/documents/{of_case}").data == b"hello"
    for document in (own, of_case):
        assert alice.get(f"/v2/documents/{document}").status_code == 404
        assert alice.delete(f"/v2/documents/{document}").status_code == 404
    assert bob.get(f"/v2/documents/{own}").status_code == 404
    assert bob.delete(f"/v2/documents/{of_case}").status_code == 403
    assert charlie.delete(f"/v2/documents/{own}").status_code == 204
    assert olga.delete(f"/v2/documents/{of_case}").status_code == 204


@pytest.mark.parametrize(
    "kind",
    [
        "text/javascript", "application/javascript", "text/html", "image/svg+xml",
        "application/xhtml+xml", "text/xml", "application/ecmascript", "text/css", "x/y",
        "TEXT/JavaScript; charset=utf-8",
    ],
)  # fmt: skip
def test_e1_no_document_is_a_script_a_style_or_a_page(
    call: Callable[[str], Api], kind: str
) -> None:
    charlie = call("charlie")
    answer = charlie.get(f"/v2/documents/{charlie.upload(b'alert(1)', kind)}")
    assert answer.mimetype == "application/octet-stream"
    _harmless(answer)


def test_e1_pictures_and_plain_files_keep_their_type(call: Callable[[str], Api]) -> None:
    charlie = call("charlie")
    for kind in ("image/png", "application/pdf", "text/plain", "text/csv"):
        answer = charlie.get(f"/v2/documents/{charlie.upload(b'x', kind)}")
        assert answer.mimetype == kind
        _harmless(answer)


def test_e1_a_drawing_with_a_script_in_it_is_a_download_without_rights(
    app: Flask, enter: Opens, call: Callable[[str], Api]
) -> None:
    hostile = """<?xml version="1.0"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    id="d" targetNamespace="x">
  <script xmlns="http://www.w3.org/1999/xhtml">alert(document.domain)</script>
  <bpmn:process id="hostile" isExecutable="true">
    <bpmn:startEvent id="s"><bpmn:outgoing>f</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="e"/>
    <bpmn:endEvent id="e"><bpmn:incoming>f</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>"""
    engine = app.extensions["peyvand"].engine
    engine.by("bob").definitions.deploy([Resource("hostile.bpmn", hostile.encode())])
    charlie, api = enter("charlie"), call("charlie")
    found = api.post(
        "/v2/process-definitions/search", {"filter": {"processDefinitionId": "hostile"}}
    )
    key = found.json["items"][0]["processDefinitionKey"]
    for answer in (
        charlie.client.get(f"/processes/{key}/xml"),
        api.get(f"/v2/process-definitions/{key}/xml"),
    ):
        assert b"alert(document.domain)" in answer.data
        _harmless(answer)


def _harmless(answer: Any) -> None:
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
