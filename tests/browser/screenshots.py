"""Takes the picture of the README from the demo company as it is today: make screenshots."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import sync_playwright

from engine.model import StartRequest
from tests.browser.site import ARGUMENTS, CHROMIUM, PASSWORD, Site, serve

TARGET = Path(__file__).parents[2] / "docs" / "images" / "inbox.png"
# Names of campaigns and in how many hours their brief is due; all of it is demo data.
CAMPAIGNS = (
    ("Winter come-back", -3),
    ("A gift for loyal customers", 5),
    ("New on the shelf", 72),
    ("Spring thanks", 96),
)


def main() -> None:
    """Let Alice open her inbox, and keep what she sees."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder), lambda: datetime.now(UTC)) as site,
    ):
        _plan(site)
        _take(site)


def _plan(site: Site) -> None:
    engine = site.house.engine
    started = [
        engine.by("alice").instances.start(
            StartRequest("campaign_planning", variables={"name": name})
        )
        for name, _hours in CAMPAIGNS
    ]
    for (_name, hours), instance in zip(CAMPAIGNS, started, strict=True):
        task = site.task(instance.instance_key)
        engine.by("alice").tasks.claim(task)
        due = datetime.now(UTC) + timedelta(hours=hours, minutes=1)
        engine.by("alice").tasks.update(task, {"due_at": due.isoformat()})


def _take(site: Site) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(
            base_url=site.address, viewport={"width": 1280, "height": 620}, device_scale_factor=2
        )
        page.goto("/login")
        page.fill("#username", "alice")
        page.fill("#password", PASSWORD)
        page.click("form.form button")
        page.wait_for_selector(".row")
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=TARGET)
        browser.close()


if __name__ == "__main__":
    main()
