"""The inbox by keyboard, two people and one task, and a task without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from engine import reads, store
from engine.model import StartRequest
from tests.browser.conftest import Opens
from tests.browser.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def parcels(site: Site) -> list[int]:
    """Given two parcels that anybody in care may check."""
    keys = []
    for name in ("Dara", "Eda"):
        started = site.house.engine.by("elham").instances.start(
            StartRequest("parcel", variables={"customer": name}, business_key=f"P-{name}")
        )
        with store.reading(site.house.database) as connection:
            waits = reads.waiting(connection, started.instance_key)
        keys.append(next(wait.key for wait in waits if wait.kind == "user_task"))
    return keys


@pytest.fixture(autouse=True)
def afterwards(site: Site) -> object:
    """Finally nothing is left in anybody's inbox."""
    yield
    with store.reading(site.house.database) as connection:
        left = reads.instances(connection, process_id="parcel", state="ACTIVE").items
    for instance in left:
        site.house.engine.instances.cancel(instance.key)


def fill_in(page: Page) -> None:
    page.fill("#f-weight", "2.5")
    page.get_by_label("Whole").check()


def test_the_keyboard_moves_opens_claims_snoozes_searches_and_explains(
    enter: Opens, parcels: list[int]
) -> None:
    charlie = enter("charlie")
    charlie.goto("/?view=claimable")
    charlie.keyboard.press("j")
    charlie.keyboard.press("j")
    expect(charlie.locator(".row.is-current")).to_contain_text("P-Eda")
    charlie.keyboard.press("k")
    expect(charlie.locator(".row.is-current")).to_contain_text("P-Dara")
    charlie.keyboard.press("c")
    charlie.wait_for_url(f"**/tasks/{parcels[0]}")
    expect(charlie.locator("h1 + .actions")).to_contain_text("yours")
    charlie.goto("/?view=mine")
    charlie.keyboard.press("j")
    charlie.keyboard.press("h")
    expect(charlie.locator("details.menu[data-snooze]")).to_have_attribute("open", "")
    charlie.keyboard.press("Enter")
    expect(charlie.locator(".notice")).to_contain_text("Snoozed until 26 Nov 2026 08:00")
    charlie.keyboard.press("/")
    expect(charlie.locator("input[type=search]")).to_be_focused()
    charlie.keyboard.type("jkc?")
    assert charlie.input_value("input[type=search]") == "jkc?"
    charlie.locator("h1").click()
    charlie.keyboard.press("?")
    expect(charlie.locator("#shortcuts")).to_be_visible()
    charlie.keyboard.press("Escape")
    charlie.goto("/?view=claimable")
    charlie.keyboard.press("j")
    charlie.keyboard.press("Enter")
    charlie.wait_for_url(f"**/tasks/{parcels[1]}*")


def test_completing_opens_the_next_task_and_says_so_aloud(
    site: Site, enter: Opens, parcels: list[int]
) -> None:
    for key in parcels:
        site.house.engine.by("charlie").tasks.claim(key)
    charlie = enter("charlie")
    charlie.goto(f"/tasks/{parcels[0]}")
    fill_in(charlie)
    charlie.keyboard.press("Control+Enter")
    charlie.wait_for_url(f"**/tasks/{parcels[1]}")
    expect(charlie.locator("#announcer")).to_have_text("“Check the parcel” is done.")


def test_f2_the_second_of_two_people_is_told_who_was_faster_and_keeps_the_text(
    enter: Opens, parcels: list[int]
) -> None:
    charlie, farid = enter("charlie"), enter("farid")
    for page in (charlie, farid):
        page.goto(f"/tasks/{parcels[0]}")
        fill_in(page)
    farid.get_by_role("radio", name="Damaged").check()
    farid.fill("#f-damage", "A dent in the corner")
    charlie.click("[data-submit]")
    expect(charlie.locator("main")).to_contain_text("“Check the parcel” is done.")
    expect(farid.locator("#presence")).to_contain_text("Charlie Cole completed “Check the parcel”")
    farid.click("[data-submit]")
    expect(farid.locator("main")).to_contain_text("Nothing was sent")
    expect(farid.locator("main")).to_contain_text("A dent in the corner")


def test_f2_somebody_else_claims_and_the_page_says_so_by_itself(
    site: Site, enter: Opens, parcels: list[int]
) -> None:
    farid = enter("farid")
    farid.goto(f"/tasks/{parcels[0]}")
    farid.fill("#f-weight", "2.5")
    site.house.engine.by("charlie").tasks.claim(parcels[0])
    expect(farid.locator("#presence")).to_contain_text("Charlie Cole has claimed this task.")
    farid.fill("#f-weight", "3.5")
    expect(farid.locator(".saved")).to_have_text("Charlie Cole has claimed this task.")
    assert farid.input_value("#f-weight") == "3.5"


def test_f2_a_session_that_ends_while_typing_says_so_and_loses_nothing(
    enter: Opens, parcels: list[int]
) -> None:
    farid = enter("farid")
    farid.goto(f"/tasks/{parcels[0]}")
    farid.get_by_role("radio", name="Damaged").check()
    expect(farid.locator("#f-damage")).to_be_visible()
    farid.context.clear_cookies()
    farid.fill("#f-damage", "A dent in the corner")
    expect(farid.locator(".saved")).to_contain_text("Sign in in another tab")
    farid.click("[data-submit]")
    expect(farid.locator("textarea")).to_have_value("A dent in the corner")


def test_f1_an_open_inbox_gets_what_comes_and_leaves_whoever_is_in_it_alone(
    site: Site, enter: Opens, parcels: list[int]
) -> None:
    charlie = enter("charlie")
    charlie.goto("/?view=claimable")
    expect(charlie.locator(".row", has_text="P-Dara")).to_be_visible()
    site.house.engine.by("farid").tasks.claim(parcels[0])
    expect(charlie.locator(".row", has_text="P-Dara")).to_have_count(0)
    charlie.keyboard.press("j")
    site.house.engine.by("farid").tasks.claim(parcels[1])
    charlie.wait_for_timeout(5_000)
    expect(charlie.locator(".row.is-current")).to_contain_text("P-Eda")


def test_a_claimed_task_cannot_be_claimed_again_and_a_strangers_is_refused(
    enter: Opens, parcels: list[int]
) -> None:
    charlie, farid, alice = enter("charlie"), enter("farid"), enter("alice")
    for page in (charlie, farid):
        page.goto(f"/tasks/{parcels[0]}")
    charlie.get_by_role("button", name="Claim").click()
    expect(charlie.locator("h1 + .actions")).to_contain_text("yours")
    farid.get_by_role("button", name="Claim").click()
    expect(farid.locator("main")).to_contain_text("Charlie Cole has claimed this task.")
    answer = alice.goto(f"/tasks/{parcels[0]}")
    assert answer is not None
    assert answer.status == 403
    expect(alice.locator("h1")).to_have_text("This is not yours to see or do")


def test_a_draft_saves_itself_and_is_there_again(enter: Opens, parcels: list[int]) -> None:
    charlie = enter("charlie")
    charlie.goto(f"/tasks/{parcels[0]}")
    charlie.fill("#f-weight", "7.25")
    expect(charlie.locator(".saved")).to_have_text("Draft saved")
    charlie.reload()
    assert charlie.input_value("#f-weight") == "7.25"


def test_fields_come_and_go_with_others_and_keep_what_was_typed(
    enter: Opens, parcels: list[int]
) -> None:
    charlie = enter("charlie")
    charlie.goto(f"/tasks/{parcels[0]}")
    charlie.fill("#f-weight", "3")
    expect(charlie.locator("#f-damage")).to_be_hidden()
    charlie.get_by_role("radio", name="Damaged").check()
    expect(charlie.locator("#f-damage")).to_be_visible()
    assert charlie.input_value("#f-weight") == "3"


def test_without_javascript_a_task_is_judged_and_completed_all_the_same(
    enter: Opens, parcels: list[int]
) -> None:
    charlie = enter("charlie", java_script_enabled=False)
    charlie.goto(f"/tasks/{parcels[0]}")
    charlie.fill("#f-weight", "heavy")
    charlie.get_by_role("radio", name="Damaged").check()
    charlie.click("[data-submit]")
    expect(charlie.locator("#problems")).to_contain_text(re.compile("need another look"))
    assert charlie.input_value("#f-weight") == "heavy"
    charlie.fill("#f-weight", "2")
    charlie.get_by_label("Whole").check()
    charlie.click("[data-submit]")
    expect(charlie.locator("main")).to_contain_text("“Check the parcel” is done.")
