"""Every operation that reads JSON refuses what is ambiguous, dangerous or too large."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.api.conftest import World
from tests.web.api.test_payload import DANGEROUS
from web.api.routes import Operation
from web.composition.application import resources

APIS = {"/v2": resources("v2"), "/crm/v1": resources("crm")}
WRONG = {
    **DANGEROUS,
    "a list": b"[]",
    "a text": b'"text"',
    "a number": b"7",
    "null": b"null",
}
EVENTS = "/crm/v1/events"  # one event or a list of them
SIGNED = "/crm/v1/sources/nobody/events"  # whatever a known sender has signed; nobody is unknown


def _operations() -> Iterator[tuple[str, Operation]]:
    for prefix, found in APIS.items():
        for routes in found:
            for operation in routes.operations:
                if operation.takes is not None or operation.shows is not None:
                    path = prefix + operation.path
                    for name in operation.parameters:
                        path = path.replace(f"<{name}>", "1" if name.endswith("_key") else "nobody")
                    yield path, operation


OPERATIONS = list(_operations())


def _send(
    client: FlaskClient, world: World, path: str, method: str, body: bytes, media: str
) -> TestResponse:
    return client.open(
        path,
        method=method,
        data=body,
        content_type=media,
        headers={"Authorization": f"Bearer {world.tokens['alice']}"},
    )


def _refused(answer: TestResponse, *statuses: int) -> None:
    assert answer.status_code in statuses, (answer.request.path, answer.text)
    assert answer.mimetype == "application/problem+json"
    assert set(answer.get_json()) == {"type", "title", "status", "detail", "instance"}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_body_is_refused_by_every_operation(world: World, name: str) -> None:
    client = world.app.test_client()
    for path, operation in OPERATIONS:
        if path == SIGNED or (path == EVENTS and name not in DANGEROUS):
            continue
        _refused(_send(client, world, path, operation.method, WRONG[name], "application/json"), 400)


def test_more_than_a_megabyte_is_refused_by_every_operation(world: World) -> None:
    most = world.app.extensions["peyvand"].settings.limits.request_bytes
    large = b'{"variables": {"a": "' + b"x" * most + b'"}}'
    client = world.app.test_client()
    for path, operation in OPERATIONS:
        _refused(_send(client, world, path, operation.method, large, "application/json"), 413)


def test_another_media_type_is_refused_by_every_operation(world: World) -> None:
    client = world.app.test_client()
    for path, operation in OPERATIONS:
        if path != SIGNED:
            _refused(_send(client, world, path, operation.method, b"<a/>", "text/xml"), 415)


def test_most_operations_read_json() -> None:
    assert len(OPERATIONS) > 70
