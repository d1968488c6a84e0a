"""A day in the life: many tasks of many processes, by keyboard alone; then on a phone."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, insert

from engine import reads, store
from engine.model import Resource, StartRequest
from tests.browser.conftest import DATA, PHONE, Opens
from tests.browser.site import Site
from web.app.tables import absence

pytestmark = pytest.mark.browser
PROCESSES = 12
TASKS = 40
LETTERS = "abcdefghijkl"


@pytest.fixture
def day(site: Site) -> Iterator[list[int]]:
    """Given 40 tasks of 12 processes, four of them with Farid, who is away today."""
    house = site.house
    plain = (DATA / "parcel.bpmn").read_text()
    plain = plain.replace('<zeebe:formDefinition formId="parcel_start"/>', "")
    plain = plain.replace('<zeebe:formDefinition formId="parcel_check"/>', "")
    names = [f"day_{letter}" for letter in LETTERS]
    files = [
        Resource(
            f"{name}.bpmn",
            plain.replace('id="parcel"', f'id="{name}"')
            .replace('bpmnElement="parcel"', f'bpmnElement="{name}"')
            .replace('name="Parcel"', f'name="Day {name[-1].upper()}"')
            .encode(),
        )
        for name in names
    ]
    deployed = house.engine.by("bob").definitions.deploy(files)
    keys, instances = [], []
    for number in range(TASKS):
        process = names[number % PROCESSES]
        request = StartRequest(process, business_key=f"D-{number:02}")
        started = house.engine.by("elham").instances.start(request)
        instances.append(started.instance_key)
        with store.reading(house.database) as connection:
            keys += [wait.key for wait in reads.waiting(connection, started.instance_key)]
    for key in keys[:4]:
        house.engine.by("farid").tasks.claim(key)
    away = {
        "username": "farid",
        "substitute": "charlie",
        "begins_at": house.clock() - timedelta(days=1),
        "ends_at": house.clock() + timedelta(days=1),
        "processes": [],
        "created_by": "farid",
        "created_at": house.clock(),
    }
    with store.writing(house.database) as connection:
        connection.execute(insert(absence).values(**away))
    yield keys
    with store.writing(house.database) as connection:
        connection.execute(delete(absence).where(absence.c.username == "farid"))
    for key in instances:
        with store.reading(house.database) as connection:
            running = reads.instance(connection, key).state == "ACTIVE"
        if running:
            house.engine.instances.cancel(key)
        house.engine.instances.delete(key)
    for item in deployed.items:
        house.engine.by("bob").definitions.delete(item.key)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_day_by_keyboard_alone(site: Site, enter: Opens, day: list[int]) -> None:
    charlie = enter("charlie")
    charlie.goto("/?view=standing_in")  # Farid's four
    expect(charlie.locator(".row")).to_have_count(4)
    press(charlie, "j", "Enter")
    charlie.wait_for_url(re.compile(r"/tasks/\d+"))
    press(charlie, "Control+Enter")
    expect(charlie.locator("main")).to_contain_text("is done.")
    press(charlie, "z")  # it was a slip
    expect(charlie.locator("main")).to_contain_text("is open again.")

    charlie.goto("/?view=claimable&process=day_e")
    press(charlie, "j", "c")
    charlie.wait_for_url(re.compile(r"/tasks/\d+$"))
    charlie.locator("#comments textarea").wait_for()
    press(charlie, "r")
    charlie.keyboard.type("Looked at it twice.")
    press(charlie, "Tab", "Tab", "Enter")
    expect(charlie.locator("#comments")).to_contain_text("Looked at it twice.")
    charlie.locator("h1").focus()
    press(charlie, "Control+Enter")
    expect(charlie.locator("main")).to_contain_text("is done.")

    charlie.goto("/?view=claimable&q=D-")  # the rest at once
    rows = charlie.locator("#rows .row").count()
    for _ in range(rows):
        press(charlie, "j", "x")
    charlie.focus(".many button[value=complete]")
    press(charlie, "Enter")
    expect(charlie.locator("main")).to_contain_text(re.compile("Done with .* tasks"))

    for number in (7, 8, 9):  # three customers on the phone
        charlie.goto(f"/customers/{number}")
        form = charlie.locator(f'form[action="/customers/{number}/calls"]')
        summary = charlie.locator("details", has=form).locator("summary").first
        summary.focus()
        press(charlie, "Enter")
        form.locator("textarea").focus()
        charlie.keyboard.type("Asks where the parcel is.")
        press(charlie, "Tab", "Enter")
        expect(charlie.locator("main")).to_contain_text("The call is kept.")

    charlie.goto("/start")  # one complaint
    press(charlie, "/")
    charlie.keyboard.type("customer complains")
    press(charlie, "Enter")
    expect(charlie.locator("a.card-link", has_text="complaint").first).to_be_visible()


def test_the_same_on_a_phone_in_persian(site: Site, enter: Opens, day: list[int]) -> None:
    charlie = enter("charlie", "fa", viewport=PHONE)
    try:
        charlie.goto("/?view=claimable&process=day_f")
        charlie.locator(".row [data-claim]").first.click()
        charlie.wait_for_url(re.compile(r"/tasks/\d+$"))
        charlie.locator("[data-submit]").click()
        expect(charlie.locator("form.undo button")).to_be_visible()
        wide = charlie.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        assert wide <= 0
        for place in ("/notifications", "/team", "/canned-answers", "/?view=mine"):
            charlie.goto(place)
            assert charlie.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
    finally:
        site.speak("charlie", "en")
