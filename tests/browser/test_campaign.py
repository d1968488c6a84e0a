"""A first campaign by hand: brief, approvals, release, and where everybody can see how it goes."""

import re

import pytest
from playwright.sync_api import Page, expect

from engine.model import StartRequest
from tests.browser.conftest import Opens, days_from_now
from tests.browser.site import Site

pytestmark = pytest.mark.browser
RIGHT = {
    "name": "Autumn come-back",
    "hypothesis": "Twenty per cent off brings back who has not bought for long.",
    "success_measure": "Incremental margin",
    "budget": "5000",
    "margin_per_response": "40",
    "expected_response": "12",
}


def test_a_campaign_from_its_brief_to_the_outbox(site: Site, enter: Opens) -> None:
    alice = enter("alice")
    _starts(alice)
    _is_told_what_is_wrong(site, alice)
    _plans(site, alice)
    for username, why in (("bob", "discount"), ("daina", "discount")):
        _approves(enter(username), why)
    _sees_it_go_out(alice)
    _sees_the_process(alice)


def _starts(alice: Page) -> None:
    alice.goto("/")
    alice.get_by_role("link", name="Start a process").first.click()
    alice.get_by_role("link", name="Campaign planning").click()
    alice.click("[data-submit]")
    expect(alice.locator(".notice").first).to_contain_text("“Campaign planning” has started.")
    expect(alice.locator(".notice h2")).to_contain_text("It is your turn: Write the brief")
    alice.get_by_role("link", name="Open the task").click()
    alice.wait_for_url("**/tasks/*")


def _is_told_what_is_wrong(site: Site, alice: Page) -> None:
    """Wrong values: 422, each named and linked, the summary focused, everything typed kept."""
    for name, value in RIGHT.items():
        alice.fill(f"#f-{name}", value)
    alice.fill("#f-budget", "a lot")
    alice.fill("#f-expected_response", "101")
    alice.fill("#f-starts", days_from_now(site, 0))
    alice.locator("input[name=offers][value=come-back-20]").check()
    with alice.expect_response("**/completion") as answer:
        alice.click("[data-submit]")
    assert answer.value.status == 422
    summary = alice.locator("#problems")
    expect(summary).to_be_focused()
    for words in ("Budget: This is not a number.", "Expected response: It must be 100 or less."):
        expect(summary).to_contain_text(words)
    for label in ("Objective", "Segment", "Channels", "Ends on"):
        expect(summary).to_contain_text(f"{label}: This is needed.")
    assert alice.title().startswith("Error: ")
    assert alice.input_value("#f-budget") == "a lot"
    assert alice.input_value("#f-hypothesis") == RIGHT["hypothesis"]
    assert alice.input_value("#f-starts") == days_from_now(site, 0)
    expect(alice.locator("input[name=offers][value=come-back-20]")).to_be_checked()
    summary.get_by_role("link", name="Budget").click()
    expect(alice.locator("#f-budget")).to_be_focused()


def _plans(site: Site, alice: Page) -> None:
    alice.fill("#f-budget", "5000")
    alice.fill("#f-expected_response", "12")
    alice.fill("#f-ends", days_from_now(site, 14))
    alice.select_option("#f-objective", "win_back")
    alice.select_option("#f-segment", "at_risk")
    alice.select_option("#f-template", index=1)
    alice.get_by_label("E-mail").check()
    alice.click("[data-submit]")
    expect(alice.locator(".notice")).to_contain_text("“Write the brief” is done.")


def _approves(approver: Page, why: str) -> None:
    row = approver.locator(".row", has_text="Autumn come-back")
    for _ in range(60):  # the worker counts the audience meanwhile
        approver.goto("/?view=claimable")
        if row.count():
            break
        approver.wait_for_timeout(500)
    expect(row).to_contain_text("Approve the campaign")
    row.locator(".row-title").click()
    expect(approver.locator("form.form")).to_contain_text(re.compile(why, re.IGNORECASE))
    approver.get_by_label("Approve").check()
    approver.click("[data-submit]")
    expect(approver.locator(".notice")).to_contain_text("is done.")


def _sees_it_go_out(alice: Page) -> None:
    alice.goto("/campaigns")
    alice.locator(".row-title", has_text="Autumn come-back").click()
    figures = alice.locator(".figure", has_text="sent").first
    expect(alice.locator("#progress")).to_contain_text(
        re.compile(r"(\d+) of \1 decided"), timeout=60_000
    )
    expect(figures).to_be_visible(timeout=60_000)
    alice.goto("/outbox")
    expect(alice.locator(".notice")).to_contain_text("No mail server is set")
    alice.locator(".row-title").first.click()
    expect(alice.locator("main dl.kv")).to_contain_text("e-mail")


def _sees_the_process(alice: Page) -> None:
    alice.goto("/instances?process=campaign_planning")
    alice.locator(".row-title", has_text="Autumn come-back").click()
    expect(alice.locator(".diagram[data-ready]")).to_be_visible()
    expect(alice.locator(".diagram .is-active").first).to_be_attached()
    expect(alice.locator(".diagram-badge.completed").first).to_be_visible()
    expect(alice.locator("#steps .open").first).to_be_visible()
    expect(alice.locator("#steps")).to_contain_text("Draw the control group")
    expect(alice.locator("#variables")).to_contain_text("Autumn come-back")
    expect(alice.locator("#history")).to_contain_text("alice completed the task · Write the brief")
    alice.get_by_role("button", name="Write the brief").click()
    expect(alice.locator('[data-element-id="write_brief"].is-selected')).to_be_attached()


def test_an_incident_is_seen_in_the_diagram_and_tried_again(site: Site, enter: Opens) -> None:
    engine = site.house.engine
    started = engine.by("elham").instances.start(StartRequest("stumble"))
    [job] = engine.by("w").jobs.activate("stumble.work", 1, 60_000)
    engine.jobs.fail(job["key"], "The scale is <b>broken</b>.", retries=0)
    olivia = enter("olivia")
    olivia.goto(f"/instances/{started.instance_key}")
    expect(olivia.locator(".notice.late")).to_contain_text("The scale is <b>broken</b>.")
    expect(olivia.locator("#steps .broken")).to_contain_text("Weigh it")
    olivia.get_by_role("button", name="Try again").click()
    expect(olivia.locator(".notice.good").first).to_contain_text("It is being tried again.")
    [job] = engine.by("w").jobs.activate("stumble.work", 1, 60_000)
    engine.jobs.finish(job["key"])
    olivia.reload()
    expect(olivia.locator(".page-head .tag")).to_have_text("completed")
    expect(olivia.locator("main")).to_contain_text("Earlier incidents")


def test_the_process_page_shows_the_diagram_of_each_version(site: Site, enter: Opens) -> None:
    bob = enter("bob")
    bob.goto("/processes/campaign_planning?version=1")
    expect(bob.locator(".diagram[data-ready]")).to_be_visible()
    expect(bob.locator(".steps")).to_contain_text("Draw the control group")
    bob.goto("/processes/parcel")
    expect(bob.locator(".diagram[data-ready] .djs-shape").first).to_be_visible()
