"""Draws a picture of the processes of these folders for the docs: make screenshots.

Each picture names the drawing it was made from by its digest; tests/docs compares them.
"""

import hashlib
import re
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.site import ARGUMENTS, CHROMIUM

ROOT = Path(__file__).parents[2]
VIEWER = ROOT / "web/assets/node_modules/bpmn-js/dist/bpmn-viewer.production.min.js"
FOLDERS = ("development", "getting_to_know", "targeting", "welcoming")
_DRAW = """async xml => {
  const viewer = new BpmnJS({container: '#canvas'});
  await viewer.importXML(xml);
  return (await viewer.saveSVG()).svg;
}"""


def drawings() -> list[Path]:
    """Return the drawings that have a picture in the docs."""
    return [file for name in FOLDERS for file in sorted((ROOT / "processes" / name).glob("*.bpmn"))]


def picture_of(drawing: Path) -> Path:
    """Return where the picture of a drawing is kept."""
    return ROOT / "docs/images/processes" / f"{drawing.stem}.svg"


def digest(drawing: Path) -> str:
    """Return what names a version of a drawing."""
    return hashlib.sha256(drawing.read_bytes()).hexdigest()[:16]


def main() -> None:
    """Draw those pictures that are not there or are of another version."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for drawing in drawings():
            page = browser.new_page()
            _draw(page, drawing)
            page.close()
        browser.close()


def _draw(page: Page, drawing: Path) -> None:
    page.set_content("<div id=canvas style='width:1600px;height:900px'></div>")
    page.add_script_tag(content=VIEWER.read_text("utf-8"))
    svg: str = page.evaluate(_DRAW, drawing.read_text("utf-8"))
    plain = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    target = picture_of(drawing)
    target.parent.mkdir(parents=True, exist_ok=True)
    head, body = plain.split("<svg", 1)
    made_from = f"<!-- {drawing.name} {digest(drawing)} -->\n"
    target.write_text(f"{head}{made_from}<svg{body}\n", "utf-8")


if __name__ == "__main__":
    main()
