"""What a process owner does in the studio with mouse and keyboard, for the browser tests."""

from playwright.sync_api import Page, expect

MIDDLE = """id => {
  const drawn = document.querySelector(
    `#canvas .djs-container > svg [data-element-id="${id}"] .djs-visual`);
  const box = drawn.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""


def begin(page: Page, process: str) -> str:
    """Begin a draft from the newest version of a process; return its address."""
    page.goto("/studio/new")
    option = page.locator("#version option", has_text=process).first
    page.select_option("#version", option.get_attribute("value"))
    page.locator("form:has(#version) button").click()
    page.wait_for_url("**/studio/drafts/*")
    return page.url


def example(page: Page, folder: str) -> str:
    """Begin a draft from a folder that ships; return its address."""
    page.goto("/studio/new")
    page.select_option("#example", folder)
    page.locator("form:has(#example) button").click()
    page.wait_for_url("**/studio/drafts/*")
    return page.url


def edit(page: Page, draft: str, name: str) -> None:
    """Open a file of a draft and wait for its editor."""
    page.goto(f"{draft}/files/{name}")
    ready(page)


def ready(page: Page) -> None:
    """Wait until the editor of this page works."""
    page.wait_for_selector("[data-studio][data-ready]")


def save(page: Page) -> None:
    """Save and wait until the server says so."""
    page.click("[data-save]")
    expect(page.locator("[data-status]")).to_contain_text("Saved as")


def drop_on_flow(page: Page, kind: str, flow: str) -> None:
    """Create an element by keyboard and drop it on an arrow."""
    canvas = page.locator("#canvas .djs-container")
    canvas.click(position={"x": 400, "y": 30})
    page.keyboard.press("n")
    page.wait_for_selector(".djs-popup input")
    page.keyboard.type(kind)
    page.keyboard.press("Enter")
    page.evaluate("document.querySelector('#canvas').scrollIntoView()")
    x, y = page.evaluate(MIDDLE, flow)
    page.mouse.move(x + 40, y + 30)
    page.mouse.move(x + 3, y + 3, steps=4)
    page.mouse.move(x, y, steps=3)
    page.mouse.click(x, y)


def property_group(page: Page, title: str) -> None:
    """Unfold a group of the properties panel."""
    header = page.locator(".bio-properties-panel-group-header", has_text=title).first
    if "open" not in (header.get_attribute("class") or ""):
        header.click()


def type_property(page: Page, name: str, value: str) -> None:
    """Fill a property and let the panel take it."""
    field = page.locator(f"#bio-properties-panel-{name}")
    field.fill(value)
    field.press("Tab")
