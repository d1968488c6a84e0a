"""Names, labels, comments and documentation that would like to be programs stay texts."""

import json
from collections.abc import Iterator
from html import escape

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from engine import reads, store
from engine.model import Resource, StartRequest
from tasks.customers.records import Customer
from tests.browser.conftest import DATA, Opens
from tests.browser.site import Site

pytestmark = pytest.mark.browser
HOSTILE = (
    '"\'><img src=x onerror="pwned=1;alert(1)"><script>pwned=2;alert(2)</script>'
    "<svg onload=alert(3)></svg>{{7*7}}[click](javascript:alert(4))<style>*{display:none}</style>"
)
DIALOGS = 'style="display:none" onmouseover="alert(5)"'


@pytest.fixture
def hostile(site: Site) -> Iterator[dict[str, int]]:
    """Given a process, a form, variables, a comment and a customer, all of them hostile."""
    text = (DATA / "parcel.bpmn").read_text(encoding="utf-8")
    for name in ("Parcel arrived", "Check the parcel", "Hand it over", "Parcel gone"):
        text = text.replace(f'name="{name}"', f'name="{escape(HOSTILE)}"')
    text = text.replace('name="Parcel"', f'name="{escape(HOSTILE)}"')
    text = text.replace("Takes a parcel in and hands it over.", escape(HOSTILE + DIALOGS))
    text = text.replace('"parcel"', '"hostile"').replace("parcel_", "hostile_")
    check = {"type": "textarea", "id": "c", "key": "comment", "label": HOSTILE}
    choice = {"value": HOSTILE, "label": HOSTILE}
    components = [
        {"type": "text", "id": "t", "text": f"{HOSTILE} {{{{comment}}}}"},
        {"type": "html", "id": "h", "content": f"{HOSTILE} {{{{comment}}}}"},
        {"type": "image", "id": "i", "source": "javascript:alert(6)", "alt": HOSTILE},
        {"type": "iframe", "id": "f", "url": "javascript:alert(7)", "label": HOSTILE},
        {**check, "description": HOSTILE, "validate": {"maxLength": 5000}},
        {"type": "radio", "id": "r", "key": "one", "label": HOSTILE, "values": [choice]},
        {"type": "select", "id": "s", "key": "two", "label": HOSTILE, "values": [choice]},
        {"type": "number", "id": "n", "key": "n", "appearance": {"prefixAdorner": HOSTILE}},
        {"type": "button", "id": "b", "label": HOSTILE, "action": "submit"},
    ]
    files = [Resource("hostile.bpmn", text.encode())]
    for name in ("hostile_check", "hostile_start"):
        form = {"type": "default", "id": name, "schemaVersion": 19, "components": components}
        files.append(Resource(f"{name}.form", json.dumps(form).encode()))
    engine = site.house.engine
    engine.by(HOSTILE).definitions.deploy(files)
    started = engine.by(HOSTILE[:80]).instances.start(
        StartRequest(
            "hostile",
            variables={"comment": HOSTILE, HOSTILE[:40]: HOSTILE, "customer": [HOSTILE]},
            business_key=HOSTILE[:200],
        )
    )
    engine.by(HOSTILE[:80]).messages.publish(HOSTILE[:200], HOSTILE[:200])
    with store.reading(site.house.database) as connection:
        [wait] = reads.waiting(connection, started.instance_key)
    with store.writing(site.house.database) as connection, Session(connection) as session:
        customer = Customer(name=HOSTILE[:200], created_at=site.house.clock())
        session.add(customer)
        session.flush()
        number = customer.id
    yield {"instance": started.instance_key, "task": wait.key, "customer": number}
    with store.reading(site.house.database) as connection:
        left = reads.instances(connection, process_id="hostile", state="ACTIVE").items
    for instance in left:
        engine.instances.cancel(instance.key)


@pytest.mark.parametrize("language", ["en", "fa"])
def test_nothing_hostile_runs_on_any_page(
    language: str, enter: Opens, hostile: dict[str, int]
) -> None:
    olivia = enter("olivia", language)
    for place in (
        "/?view=claimable",
        f"/?view=claimable&q={HOSTILE}",
        f"/tasks/{hostile['task']}",
        f"/instances/{hostile['instance']}",
        f"/instances/{hostile['instance']}/modification",
        f"/instances/{hostile['instance']}/migration",
        "/messages",
        "/instances",
        f"/instances?q={HOSTILE}",
        "/processes",
        "/processes/hostile",
        "/processes/hostile/start",
        "/start",
        f"/customers?q={HOSTILE}",
        f"/customers/{hostile['customer']}",
        f"/customers/{hostile['customer']}/erasure",
        f"/outbox?q={HOSTILE}",
        "/incidents",
        f"/login?next={HOSTILE}",
    ):
        olivia.goto(place)
        if olivia.locator(".diagram").count():
            olivia.wait_for_selector(".diagram[data-ready]")
        assert olivia.evaluate("typeof pwned") == "undefined", place
        assert olivia.locator("main").is_visible(), place
        links = olivia.eval_on_selector_all("a", "links => links.map((a) => a.href)")
        assert [link for link in links if link.startswith("javascript:")] == [], place


def test_a_hostile_comment_is_kept_as_it_was_typed(enter: Opens, hostile: dict[str, int]) -> None:
    charlie = enter("charlie")
    charlie.goto(f"/tasks/{hostile['task']}")
    charlie.fill("#f-comment", HOSTILE)
    charlie.fill("#f-n", HOSTILE[:30])
    charlie.click("[data-submit]")
    expect(charlie.locator("#problems")).to_be_focused()
    assert charlie.input_value("#f-comment") == HOSTILE
    charlie.fill("#f-n", "1")
    charlie.click("[data-submit]")
    expect(charlie.locator(".notice.good")).to_contain_text("<script>pwned=2;alert(2)</script>")
