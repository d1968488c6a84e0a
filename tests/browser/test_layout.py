"""Every page in three languages on desk and phone: nothing runs over, everybody can use it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from engine import store
from engine.model import StartRequest
from tests.browser.conftest import DESK, PHONE, Opens
from tests.browser.site import Site

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "web/assets/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PLACES = (
    "/?view=mine",
    "/?view=claimable",
    "/?view=done",
    "/?view=team",
    "/?view=standing_in",
    "/mentions",
    "/absences",
    "/notifications",
    "/canned-answers",
    "/team",
    "/tasks/{task}/files",
    "/decisions",
    "/policies",
    "/policies/limit.discount",
    "/tasks/{task}/comments",
    "/tasks/{task}/delegation",
    "/start",
    "/processes/parcel/start",
    "/processes",
    "/processes/campaign_planning",
    "/instances",
    "/instances/{instance}",
    "/instances/{instance}/modification",
    "/instances/{instance}/migration",
    "/batches",
    "/batches/{batch}",
    "/messages",
    "/tasks/{task}",
    "/tasks/{brief}",
    "/incidents",
    "/customers",
    "/customers/7",
    "/customers/7/erasure",
    "/campaigns",
    "/outbox",
    "/account",
    "/more",
    "/nowhere",
)
COVERED = """() => [...document.querySelectorAll('.bjs-powered-by')].map((logo) => {
  logo.scrollIntoView({ block: 'center' });
  const box = logo.getBoundingClientRect();
  const points = [[.2, .5], [.5, .5], [.8, .5]];
  const seen = points.every(([x, y]) =>
    logo.contains(
      document.elementFromPoint(box.left + box.width * x, box.top + box.height * y)));
  const inside = box.left >= 0 && box.right <= innerWidth;
  return { seen, inside, opaque: getComputedStyle(logo).opacity };
})"""


@pytest.fixture(scope="module")
def places(site: Site) -> list[str]:
    """Given something to see on every page."""
    engine = site.house.engine
    parcel = engine.by("elham").instances.start(
        StartRequest("parcel", variables={"customer": "Dara", "customer_id": 7})
    )
    brief = engine.by("alice").instances.start(
        StartRequest("campaign_planning", variables={"name": "A campaign with quite a long name"})
    )
    engine.messages.publish(
        "a.message.with.a.long.name", "nobody-waits-for-this-key", ttl_ms=600_000
    )
    keys = {
        "batch": engine.batches.create(
            "RESOLVE_INCIDENT", store.instance.c.key == brief.instance_key
        ),
        "instance": brief.instance_key,
        "task": site.task(parcel.instance_key),
        "brief": site.task(brief.instance_key),
    }
    return [place.format(**keys) for place in PLACES]


@pytest.mark.parametrize("language", ["en", "fa", "lt"])
def test_no_page_is_wider_than_the_screen_and_the_diagrams_logo_is_free(
    language: str, enter: Opens, places: list[str]
) -> None:
    page = enter("olivia", language)
    wide = []
    for place in places:
        page.goto(place)
        if page.locator(".diagram").count():
            page.wait_for_selector(".diagram[data-ready]")
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > size["width"]:
                wide.append((place, width))
            for logo in page.evaluate(COVERED):
                assert logo == {"seen": True, "inside": True, "opaque": "1"}, (place, size)
    assert wide == []
    assert page.get_attribute("html", "dir") == ("rtl" if language == "fa" else "ltr")


def test_somebody_on_a_phone_changes_the_language(enter: Opens) -> None:
    page = enter("olivia", "en", viewport=PHONE)
    page.goto("/more")

    page.locator("button[value=fa]:visible").click()

    expect(page.locator("html")).to_have_attribute("lang", "fa")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")


@pytest.mark.parametrize(
    ("language", "scheme", "size", "every"),
    [("en", "light", DESK, 1), ("fa", "dark", PHONE, 2)],
    ids=["English, light, desk", "Persian, dark, phone"],
)
def test_everybody_can_use_every_page(
    language: str, scheme: str, size: ViewportSize, every: int, enter: Opens, places: list[str]
) -> None:
    page = enter("olivia", language, viewport=size, color_scheme=scheme, has_touch=size is PHONE)
    source = AXE.read_text(encoding="utf-8")
    problems = []
    for place in places[::every]:
        page.goto(place)
        problems += [f"{place}: {line}" for line in check(page, source)]
    assert problems == []


def check(page: Page, source: str) -> list[str]:
    """Answer what axe finds wrong, a line each."""
    page.evaluate(source)
    found = page.evaluate("rules => axe.run({ exclude: ['.diagram'] }, { runOnly: rules })", RULES)
    return [
        f"{one['id']} {one['help']}: {node['html'][:120]}"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]


def test_the_page_for_signing_in_is_for_everybody_too(site: Site, enter: Opens) -> None:
    page = enter("olivia", storage_state=None)
    page.goto("/login")
    assert check(page, AXE.read_text(encoding="utf-8")) == []
    expect(page.locator("#username")).to_be_focused()
