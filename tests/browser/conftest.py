"""Chromium in front of the demo company; every fault that a page meets fails its test."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from engine.model import Resource
from tests.browser.site import ARGUMENTS, CHROMIUM, PASSWORD, Site, serve
from tests.browser.watching import Watch

DATA = Path(__file__).parent.parent / "web" / "data"
DESK: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}
WAIT_MS = 20_000  # a busy machine is slow, not wrong
expect.set_options(timeout=WAIT_MS)

Opens = Callable[..., Page]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve the demo company on a working day at ten, by a clock that runs."""
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    began, opened = datetime(2026, 11, 25, 10, tzinfo=UTC), datetime.now(UTC)

    def clock() -> datetime:
        return began + (datetime.now(UTC) - opened)

    with serve(tmp_path_factory.mktemp("var"), clock) as site:
        files = [Resource(file.name, file.read_bytes()) for file in DATA.iterdir()]
        site.house.engine.by("bob").definitions.deploy(files)
        yield site


@pytest.fixture(scope="session")
def base_url(site: Site) -> str:
    return site.address


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ARGUMENTS}


@pytest.fixture
def enter(site: Site, browser: Browser) -> Iterator[Opens]:
    """Open a browser for somebody signed in; every fault it meets fails the test."""
    watches: list[Watch] = []
    contexts: list[BrowserContext] = []

    def open_for(username: str, language: str = "en", **options: Any) -> Page:
        site.speak(username, language)
        if username not in site.signed_in:
            site.signed_in[username] = _sign_in(site, username, browser)
        context = browser.new_context(
            base_url=site.address,
            **{
                "storage_state": site.signed_in[username],
                "viewport": DESK,
                "locale": "en-GB",
                **options,
            },
        )
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        watches.append(Watch(page))
        return page

    yield open_for
    for context in contexts:
        context.close()
    for watch in watches:
        assert watch.faults == []


def _sign_in(site: Site, username: str, browser: Browser) -> Any:
    context = browser.new_context(base_url=site.address, locale="en-GB")
    page = context.new_page()
    watch = Watch(page)
    page.goto("/login")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.click("form.form button")
    page.wait_for_selector("nav.tabs")
    state = context.storage_state()
    context.close()
    assert watch.faults == []
    return state


def days_from_now(site: Site, days: int) -> str:
    """Answer a date as a date field takes it."""
    return (site.house.clock() + timedelta(days=days)).date().isoformat()
