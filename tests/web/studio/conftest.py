"""The application of the web tests with two process owners: Otto and Petra."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.web.browser import Browser
from tests.web.conftest import PASSWORD
from web import accounts

Enter = Callable[[str], Browser]


@pytest.fixture
def owners(app: Flask) -> None:
    with app.app_context():
        for name in ("otto", "petra"):
            accounts.create(name, PASSWORD, display_name=name.title(), roles=["process_owner"])


class Desk:
    """A process owner in front of one draft."""

    def __init__(self, browser: Browser, number: int) -> None:
        self.browser = browser
        self.place = f"/studio/drafts/{number}"

    def file(self, name: str) -> tuple[str, str]:
        """Return a file and its ETag."""
        answer = self.browser.client.get(f"{self.place}/contents/{name}")
        assert answer.status_code == 200, answer.text
        return answer.text, answer.headers["ETag"]

    def put(self, name: str, text: str, etag: str = "") -> tuple[int, dict[str, object]]:
        """Save a file as its editor would."""
        self.browser.get(self.place)
        answer = self.browser.client.put(
            f"{self.place}/contents/{name}",
            data=text.encode(),
            headers={"If-Match": etag, "X-CSRFToken": self.browser.token()},
        )
        return answer.status_code, answer.get_json(silent=True) or {}

    def change(self, name: str, before: str, after: str) -> dict[str, object]:
        """Change a text in a file and save it."""
        text, etag = self.file(name)
        assert before in text
        status, told = self.put(name, text.replace(before, after), etag)
        assert status == 200, told
        return told

    def post(self, address: str, **fields: str) -> int:
        self.browser.get(self.place)
        return self.browser.post(f"{self.place}/{address}", **fields).status_code

    def check(self) -> str:
        return self.browser.get(f"{self.place}/check")

    def saves(self) -> list[str]:
        """Return what the history says, the newest first."""
        page = self.browser.get(f"{self.place}/saves")
        return re.findall(r'class="row-title"[^>]*>([^<]+)', page)


@pytest.fixture
def begin(owners: None, enter: Enter) -> Callable[..., Desk]:
    """Begin a draft from the parcel process, or sit down at one that is there."""

    def sit_down(who: str = "otto", number: int = 0) -> Desk:
        browser = enter(who)
        if number:
            return Desk(browser, number)
        page = browser.get("/studio/new")
        found = re.search(r'<option value="(\d+)"[^>]*>Parcel', page)
        assert found
        answer = browser.post("/studio/drafts", version=found.group(1), name="Faster parcels")
        assert answer.status_code == 303, answer.text
        return Desk(browser, int(answer.headers["Location"].rpartition("/")[2]))

    return sit_down
