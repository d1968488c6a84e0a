"""`/docs/api`: people look the APIs up in pages of our own, without a network."""

import re

import pytest

from tests.web.api.conftest import PASSWORD, World
from tests.web.browser import Browser
from web.pages.reference import operations


@pytest.fixture
def bob(world: World) -> Browser:
    browser = Browser(world.app.test_client())
    browser.sign_in("bob", PASSWORD)
    return browser


def test_every_operation_has_a_page_that_the_index_leads_to(world: World, bob: Browser) -> None:
    links = re.findall(r'href="(/docs/api/\w+/\w+)"', bob.get("/docs/api"))
    documents = world.app.extensions["peyvand_api"].documents
    known = {
        f"{operation.method} {operation.path}"
        for make in documents.values()
        for operation in operations.operations(make())
    }
    assert len(links) == len(set(links)) == len(known) > 120
    shown = set()
    for link in links:
        page = bob.get(link)
        assert "ProblemDetail" in page
        shown |= set(re.findall(r"<title>(.+?) · Peyvand</title>", page))
    assert shown == known


def test_an_operation_shows_what_goes_in_and_what_comes_out(bob: Browser) -> None:
    page = bob.get("/docs/api/v2/createProcessInstance")
    for told in ("Idempotency-Key", "processDefinitionId", "businessId", "awaitCompletion", "504"):
        assert told in page
    assert 'id="CreateProcessInstanceResult"' in page
    assert "/docs/api/v2/getProcessInstance" in page  # what can follow


@pytest.mark.parametrize(
    "operation",
    ["searchUserTasks", "createDeployment", "modifyProcessInstance", "activateJobs"],
)
def test_every_shape_a_page_names_is_on_it(bob: Browser, operation: str) -> None:
    page = bob.get(f"/docs/api/v2/{operation}")
    assert set(re.findall(r'href="#(\w+)"', page)) <= set(re.findall(r'id="(\w+)"', page))


def test_nothing_comes_from_outside(bob: Browser) -> None:
    for path in ("/docs/api", "/docs/api/v2/searchUserTasks"):
        page = bob.get(path)
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
        assert "<script>" not in page
        assert "style=" not in page


@pytest.mark.parametrize("path", ["/docs/api/v2/nothing", "/docs/api/nothing/getTopology"])
def test_what_is_not_there_is_not_found(bob: Browser, path: str) -> None:
    bob.get(path, status=404)


def test_a_stranger_is_led_to_the_sign_in_page(world: World) -> None:
    Browser(world.app.test_client()).get("/docs/api", status=302)
