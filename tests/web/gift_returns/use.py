"""Run in the copy: the activity as its people meet it; says in its last line that it works."""

import re
import sys
from html import unescape

from flask.testing import FlaskClient

from engine.model import StartRequest
from web import accounts
from web.app.data_files import data_folder
from web.cli.open import open_app
from web.cli.processes import resources

app = open_app()
services = app.extensions["peyvand"]
services.engine.by("shop").definitions.deploy(resources((data_folder("processes"),)))
with app.app_context():
    accounts.create("charlie", "correct horse", groups=["care_agent"], locale="fa")
    accounts.create("alice", "correct horse", groups=["campaign_manager"])
    ida = accounts.create("ida", roles=["integrator"])
    token = accounts.make_token(ida, "shop")


def sign_in(name: str) -> FlaskClient:
    browser = app.test_client()
    page = browser.get("/login").text
    token = unescape(re.search(r'name="csrf_token" value="([^"]+)"', page).group(1))
    fields = {"csrf_token": token, "username": name, "password": "correct horse"}
    assert browser.post("/session", data=fields).status_code == 303
    return browser


told = {
    "event_id": "1",
    "type": "gift.returned",
    "occurred_at": "2026-11-04T10:00:00+00:00",
    "source": "shop",
    "payload": {"what": "a blue vase"},
}
answer = app.test_client().post(
    "/crm/v1/events", json=told, headers={"Authorization": f"Bearer {token}"}
)
assert answer.status_code == 202, answer.text

services.engine.by("charlie").instances.start(
    StartRequest("gift_return", variables={"number": "G-1"})
)
charlie = sign_in("charlie")
page = charlie.get("/gift-returns").text
assert "a blue vase" in page
for text in ("هدیه‌های بازگشتی", "بررسی هدیه", "هدیه نگه داشته می‌شود"):
    assert text in page, text
assert "هدیه‌های بازگشتی" in charlie.get("/").text  # in the navigation
[place] = re.findall(r'action="(/instances/[^"]+/messages/[^"]+)"', page)
token = unescape(re.search(r'name="csrf_token" value="([^"]+)"', page).group(1))
assert charlie.post(place, data={"csrf_token": token, "next": "/gift-returns"}).status_code == 303
assert "هدیه نگه داشته می‌شود" not in charlie.get("/gift-returns").text
alice = sign_in("alice")
assert alice.get("/gift-returns").status_code == 403
assert "/gift-returns" not in alice.get("/").text
sys.stdout.write("gift returns work\n")
