"""The inbox as people leave it open: two minutes, nothing clicked."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from engine.model import Resource, StartRequest
from tests.browser.conftest import DATA
from tests.browser.site import CHROMIUM, PASSWORD, Site, serve
from tests.browser.watching import Watch

pytestmark = [pytest.mark.browser, pytest.mark.soak]


@pytest.fixture
def usual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Given the demo company with the intervals of every day."""
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    folder = tmp_path_factory.mktemp("var")
    with serve(folder, lambda: datetime.now(UTC), refresh_seconds=60) as site:
        files = [Resource(file.name, file.read_bytes()) for file in DATA.iterdir()]
        site.house.engine.by("bob").definitions.deploy(files)
        yield site


def test_f1_a_task_appears_in_an_inbox_that_was_left_open_for_two_minutes(
    usual: Site, browser: Browser
) -> None:
    page = browser.new_context(base_url=usual.address, locale="en-GB").new_page()
    watch = Watch(page)
    page.goto("/login")
    page.fill("#username", "charlie")
    page.fill("#password", PASSWORD)
    page.click("form.form button")
    page.wait_for_selector("nav.tabs")
    page.goto("/?view=claimable")
    page.wait_for_timeout(60_000)
    usual.house.engine.by("elham").instances.start(
        StartRequest("parcel", variables={"customer": "Gita"}, business_key="P-Gita")
    )
    expect(page.locator(".row", has_text="P-Gita")).to_be_visible(timeout=70_000)
    assert watch.faults == []
