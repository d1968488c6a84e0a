"""Process owners change processes in the browser, from the first click to the next instance."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import select

from engine import difference, reads, store
from engine.model import Resource, StartRequest
from tests.browser import desk
from tests.browser.conftest import PHONE, Opens
from tests.browser.site import Site
from tests.browser.test_layout import COVERED
from tests.support.bpmn import bpmn

pytestmark = pytest.mark.browser
DIST = Path(__file__).parents[2] / "web/static/dist"
LARGEST = 1_200_000  # bytes of script, compressed
TABS = ("saves", "plays", "check")
AXE = Path(__file__).parents[2] / "web/assets/node_modules/axe-core/axe.min.js"
LOGO = COVERED.replace(".bjs-powered-by", "#canvas :is(.bjs-powered-by, .fjs-powered-by-link)")
KEPT = "Object.keys(localStorage).some((key) => key.includes('parcel.bpmn'))"
UNTRANSLATED = "document.documentElement.dataset.untranslated ?? '[]'"


@pytest.fixture(autouse=True)
def built() -> None:
    if not (DIST / "studio/diagram.js").exists():
        pytest.skip("the editors are not built: make setup does it")


@pytest.fixture(autouse=True)
def undone(request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave the site as it was: end what was begun, take back what was deployed.

    The other tests of this worker find the processes as they ship, also when one here fails.
    """
    if "enter" not in request.fixturenames:
        yield
        return
    house = request.getfixturevalue("site").house
    before = _deployments(house)
    yield
    deployed = sorted(_deployments(house) - before, reverse=True)
    for key in _running(house, deployed):
        house.engine.instances.cancel(key)
    for key in deployed:
        house.engine.by("bob").definitions.take_back(key)


def _deployments(house: Any) -> set[int]:
    with store.reading(house.database) as connection:
        return set(connection.execute(select(store.deployment.c.key)).scalars())


def _running(house: Any, deployments: list[int]) -> list[int]:
    """Return the open instances of what was deployed."""
    made = select(store.definition.c.key).where(store.definition.c.deployment_key.in_(deployments))
    instance = store.instance.c
    found = select(instance.key).where(
        instance.definition_key.in_(made), instance.ended_at.is_(None)
    )
    with store.reading(house.database) as connection:
        return list(connection.execute(found).scalars())


def test_a_beginner_adds_a_step_with_a_form_to_a_shipped_process(site: Site, enter: Opens) -> None:
    bob = enter("bob")
    draft = desk.begin(bob, "Campaign planning")
    desk.edit(bob, draft, "campaign_planning.bpmn")
    bob.locator("[data-steps] li[data-element=campaign_wanted] button").click()

    # When he drops a step on the first arrow and names it
    desk.drop_on_flow(bob, "User task", "campaign_wanted_to_refresh_segments")
    bob.keyboard.type("Look at last year")
    bob.locator("#canvas .djs-container").click(position={"x": 400, "y": 30})
    desk.save(bob)

    # Then the check complains beside it, and he mends it
    problems = bob.locator("[data-problems]")
    expect(problems).to_contain_text("Nobody is asked to do it.")
    expect(bob.locator("#canvas .diagram-badge.advice").first).to_be_visible()
    problems.get_by_role("button", name="Look at last year").click()
    desk.property_group(bob, "Assignment")
    desk.type_property(bob, "assignmentDefinitionCandidateGroups", "campaign_manager")
    desk.property_group(bob, "Form")
    bob.select_option("#bio-properties-panel-formType", "camunda-form-linked")
    desk.type_property(bob, "formId", "last_year")
    desk.save(bob)
    expect(problems).to_contain_text("There is no form “last_year”, neither here nor deployed.")

    bob.goto(draft)
    bob.fill("input[name=new]", "last_year")
    bob.get_by_role("button", name="Make it").click()
    desk.ready(bob)
    bob.locator(".fjs-palette-field", has_text="Text area").press("Enter")
    expect(bob.locator(".fjs-form-field-textarea")).to_be_visible()
    desk.save(bob)

    _plays_it_and_keeps_a_scenario(bob, draft)

    # The check page says what happens differently; somebody else approves; he deploys
    bob.goto(f"{draft}/check")
    expect(bob.locator("#problems")).to_contain_text("Nothing to complain about.")
    different = bob.locator("#differences")
    expect(different).to_contain_text("Look at last year (task for a person)")
    expect(different).to_contain_text(
        "New, after “Campaign wanted” and before “Bring the segments up to date”."
    )
    bob.get_by_role("button", name="Ask for approval").click()
    assert bob.get_by_role("button", name="Deploy save").is_disabled()
    _approve(enter("elham"), draft)
    bob.reload()
    bob.get_by_role("button", name="Deploy save").click()
    bob.wait_for_url("**/processes/campaign_planning")

    # And the next instance takes the new step
    started = site.house.engine.by("alice").instances.start(StartRequest("campaign_planning"))
    task = site.task(started.instance_key)
    alice = enter("alice")
    alice.goto(f"/tasks/{task}")
    expect(alice.locator("h1")).to_contain_text("Look at last year")
    expect(alice.locator("textarea.input").first).to_be_visible()


def _plays_it_and_keeps_a_scenario(bob: Page, draft: str) -> None:
    bob.goto(f"{draft}/plays")
    bob.locator("form.form button", has_text="Play").click()
    todo = bob.locator("#next")
    expect(todo.locator("h2").first).to_contain_text("Look at last year")
    todo.locator("textarea").first.fill("Sales fell in May.")
    todo.get_by_role("button", name="Complete “Look at last year”").click()
    expect(todo.locator("h2").first).to_contain_text("Bring the segments up to date")
    expect(bob.locator(".diagram .is-active").first).to_be_attached()
    bob.fill("#title", "The manager looks at last year first")
    bob.get_by_role("button", name="Keep the scenario").click()
    bob.wait_for_url("**/check#scenarios")
    saved = bob.request.get(f"{draft}/contents/scenarios/the_manager_looks_at_last_year_first.toml")
    assert 'waiting = ["refresh_segments"]' in saved.text()


def _approve(page: Page, draft: str) -> None:
    page.goto("/studio")
    expect(page.locator(".tag", has_text="waits for approval").first).to_be_visible()
    page.goto(f"{draft}/check")
    page.fill("#comment", "good idea")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#approval")).to_contain_text("Approved by elham")


def test_a_row_is_added_to_a_table(site: Site, enter: Opens) -> None:
    bob = enter("bob")
    draft = desk.begin(bob, "Campaign planning")
    desk.edit(bob, draft, "d03_approvals.dmn")
    rows = bob.locator(".tjs-container tbody tr")
    before = rows.count()
    bob.locator("td.add-rule-add").first.click()
    bob.keyboard.type("> 1000000")
    desk.save(bob)

    bob.goto(f"{draft}/check")
    expect(bob.locator("#differences")).to_contain_text("New row")
    expect(bob.locator("#approval")).to_contain_text("decisions")
    with store.reading(site.house.database) as connection:
        deployed = reads.newest_file(connection, "decision", "d03_approvals")
    assert deployed is not None
    assert before > 3


def test_a_field_is_added_to_a_form(site: Site, enter: Opens) -> None:
    bob = enter("bob")
    draft = desk.begin(bob, "Parcel")
    desk.edit(bob, draft, "parcel.form")
    bob.locator(".fjs-palette-field", has_text="Checkbox").first.press("Enter")
    desk.save(bob)
    bob.goto(f"{draft}/check")
    expect(bob.locator("#differences")).to_contain_text("New field.")
    bob.get_by_role("button", name="Deploy save").click()
    bob.wait_for_url("**/processes/parcel")
    started = site.house.engine.by("elham").instances.start(
        StartRequest("parcel", variables={"customer": "Dara"})
    )
    bob.goto(f"/instances/{started.instance_key}")
    charlie = enter("charlie")
    charlie.goto(f"/tasks/{site.task(started.instance_key)}")
    expect(charlie.locator("input[type=checkbox]").first).to_be_visible()
    site.house.engine.instances.cancel(started.instance_key)


def test_declared_properties_are_fields(enter: Opens) -> None:
    bob = enter("bob")
    draft = desk.begin(bob, "Parcel")
    desk.edit(bob, draft, "parcel.bpmn")
    bob.locator("[data-steps] li[data-element=check] button").click()
    desk.property_group(bob, "How it is run here")
    desk.type_property(bob, "declared-due", "4 bh")
    desk.type_property(bob, "declared-remind", "none")
    desk.save(bob)
    text = bob.request.get(f"{draft}/contents/parcel.bpmn").text()
    assert '<zeebe:property name="due" value="4 bh" />' in text
    assert '<zeebe:property name="remind" value="none" />' in text
    bob.goto(f"{draft}/check")
    expect(bob.locator("#differences")).to_contain_text("Property “due”: new, “4 bh”")


def test_a_foreign_drawing_without_a_picture_is_laid_out_and_loses_nothing(enter: Opens) -> None:
    drawn = bpmn(
        "start -> catch:Wait(timer=PT1H) -> user:Ask(groups=care) -> xor:Big\n"
        "Big -[amount > 100]-> end:Checked\nBig -/-> end:Small"
    ).replace(b"<bpmn:timerEventDefinition", b'<bpmn:timerEventDefinition id="in 7 days"')
    bob = enter("bob")
    bob.goto("/studio/new")
    file: FilePayload = {"name": "odd.bpmn", "mimeType": "text/xml", "buffer": drawn}
    bob.set_input_files("#files", [file])
    bob.locator("form:has(#files) button").click()
    bob.wait_for_url("**/studio/drafts/*")
    draft = bob.url
    desk.edit(bob, draft, "odd.bpmn")
    expect(bob.locator("[data-notices] .notice")).to_have_count(0)
    _rename(bob, "Ask", "Ask again")
    desk.save(bob)
    saved = bob.request.get(f"{draft}/contents/odd.bpmn").body()
    pair = [Resource("odd.bpmn", drawn)], [Resource("odd.bpmn", saved)]
    assert [each.kind for each in difference.compare(*pair)] == ["name"]
    assert b"BPMNShape" in saved


def test_two_windows_on_one_draft_lose_nothing(enter: Opens) -> None:
    bob, elham = enter("bob"), enter("elham")
    draft = desk.begin(bob, "Parcel")
    desk.edit(bob, draft, "parcel.bpmn")
    desk.edit(elham, draft, "parcel.bpmn")
    expect(elham.locator("[data-others]")).to_contain_text("also here: Bob")

    _rename(bob, "check", "Weigh the parcel")
    desk.save(bob)
    _rename(elham, "hand", "Give it away")
    elham.click("[data-save]")
    notice = elham.locator("[data-notices] .notice")
    expect(notice).to_contain_text("Bob")
    expect(notice).to_contain_text("is now “Weigh the parcel”")
    elham.locator("[data-answer=aside]").click()

    elham.wait_for_url(lambda url: not url.startswith(f"{draft}/"))
    desk.ready(elham)
    assert _names(elham)["hand"] == "Give it away"  # hers is a draft of its own
    bob.reload()
    desk.ready(bob)
    assert _names(bob)["check"] == "Weigh the parcel"  # his is as he saved it


def test_a_session_that_ends_while_editing_loses_nothing(enter: Opens) -> None:
    bob = enter("bob")
    draft = desk.begin(bob, "Parcel")
    desk.edit(bob, draft, "parcel.bpmn")
    cookies = [one for one in bob.context.cookies() if one["name"] != "peyvand_language"]
    bob.context.clear_cookies()
    _rename(bob, "check", "Weigh the parcel")
    bob.click("[data-save]")
    expect(bob.locator("[data-notices] .notice")).to_contain_text("You are signed out.")

    # When he signs in again in a new tab, the old window saves
    bob.context.add_cookies(cookies)  # type: ignore[arg-type]
    desk.save(bob)
    desk.edit(bob, draft, "parcel.bpmn")
    assert _names(bob)["check"] == "Weigh the parcel"


def test_work_that_was_never_saved_comes_back_from_the_browser(enter: Opens) -> None:
    bob = enter("bob")
    draft = desk.begin(bob, "Parcel")
    desk.edit(bob, draft, "parcel.bpmn")
    _rename(bob, "check", "Weigh the parcel")
    while not bob.evaluate(KEPT):
        bob.wait_for_timeout(100)
    page = bob.context.new_page()
    page.goto(f"{draft}/files/parcel.bpmn")
    page.locator("[data-answer=restore]").click()
    desk.ready(page)
    assert _names(page)["check"] == "Weigh the parcel"


@pytest.mark.parametrize("language", ["fa", "lt"])
def test_the_editors_speak_the_readers_language(language: str, enter: Opens) -> None:
    page = enter("bob", language)
    draft = desk.example(page, "targeting")
    for name in ("campaign_planning.bpmn", "d03_approvals.dmn"):
        desk.edit(page, draft, name)
        if name.endswith("bpmn"):
            page.locator("[data-steps] li button").nth(7).click()
            page.locator("#properties .bio-properties-panel-group-header").first.wait_for()
            page.locator("#canvas .djs-container").click(position={"x": 400, "y": 30})
            page.keyboard.press("n")
            page.wait_for_selector(".djs-popup input")
        missing = json.loads(page.evaluate(UNTRANSLATED))
        assert not missing, (name, missing)


@pytest.mark.parametrize("language", ["en", "fa"])
def test_the_logo_of_the_editors_is_free_and_everybody_can_use_what_is_around_them(
    language: str, enter: Opens
) -> None:
    page = enter("bob", language)
    draft = desk.example(page, "targeting")
    source = AXE.read_text(encoding="utf-8")
    problems: list[str] = []
    for name in ("campaign_planning.bpmn", "d03_approvals.dmn", "approve.form"):
        desk.edit(page, draft, name)
        [logo] = page.evaluate(LOGO)
        assert logo == {"seen": True, "inside": True, "opaque": "1"}, name
        problems += _axe(page, source)
    for place in ("/studio", "/studio/new", draft, *(f"{draft}/{one}" for one in TABS)):
        page.goto(place)
        problems += _axe(page, source)
    assert problems == []


def _axe(page: Page, source: str) -> list[str]:
    """Return what axe finds wrong outside of what bpmn.io draws."""
    page.evaluate(source)
    found = page.evaluate("() => axe.run({ exclude: ['.foreign'] })")
    return [
        f"{page.url} {one['id']}: {node['html'][:160]}"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]


def test_a_phone_reads(enter: Opens) -> None:
    bob = enter("bob", viewport=PHONE)
    draft = desk.begin(bob, "Parcel")
    bob.goto(f"{draft}/files/parcel.bpmn")
    bob.wait_for_selector(".diagram[data-ready]")
    assert bob.locator("[data-save]").is_hidden()
    assert bob.locator("#canvas").is_hidden()
    bob.goto(f"{draft}/files/parcel.form")
    expect(bob.get_by_text("On a small screen this is for reading.")).to_be_visible()
    assert bob.locator("#canvas").is_hidden()


def test_the_editors_are_small_enough() -> None:
    scripts = sorted((DIST / "studio").glob("*.js"))
    size = sum(len(gzip.compress(script.read_bytes())) for script in scripts)
    assert size <= LARGEST, size


def _rename(page: Page, element: str, name: str) -> None:
    """Change a name in the list of steps, as keyboard people do."""
    field = page.locator(f"[data-steps] li[data-element={element}] input")
    field.fill(name)
    field.press("Tab")


def _names(page: Page) -> dict[str, str]:
    rows = page.locator("[data-steps] li")
    rows.first.wait_for()
    found: dict[str, str] = page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('[data-steps] li')]"
        ".map((row) => [row.dataset.element, row.querySelector('input').value]))"
    )
    return found
