"""Draws the pictures of all shipped processes and the page that shows them: make screenshots."""

import hashlib
import re
from pathlib import Path

from lxml import etree
from playwright.sync_api import sync_playwright

from tests.browser.site import ARGUMENTS, CHROMIUM

ROOT = Path(__file__).parents[2]
VIEWER = ROOT / "web/assets/node_modules/bpmn-js/dist/bpmn-viewer.production.min.js"
PICTURES = ROOT / "docs" / "images" / "processes"
PAGE = ROOT / "docs" / "shipped-processes.md"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
DATA = b'<zeebe:property name="data.'
FOLDERS = {
    "targeting": "Targeting",
    "welcoming": "Welcoming",
    "getting_to_know": "Getting to know",
    "development": "Development",
    "problems": "Managing problems",
    "win_back": "Win-back",
    "enquiry": "Enquiries",
    "moments_of_truth": "Moments of truth",
    "company": "The company as a whole",
    "shared": "Shared",
}
HEAD = """# The shipped processes

What Peyvand ships, as it is drawn; each is changed in the [studio](studio.md). The README of a
folder says what the company sees and what an owner will want to change. `make screenshots` makes
this page and its pictures from the drawings, and a test tells when they are no longer of today.
"""
# A collapsed subprocess is a plane of its own; its picture is named by its element.
TO_SVG = """async xml => {
  const viewer = new BpmnJS({ container: document.body });
  await viewer.importXML(xml);
  const canvas = viewer.get('canvas');
  const [whole, ...parts] = canvas.getRootElements();
  const pictures = {};
  for (const root of [whole, ...parts]) {
    canvas.setRootElement(root);
    const name = root === whole ? '' : root.businessObject.id;
    pictures[name] = (await viewer.saveSVG()).svg;
  }
  viewer.destroy();
  return pictures;
}"""


def drawings() -> list[Path]:
    """Return the shipped drawings in the order of the page."""
    places = list(FOLDERS)
    found = (ROOT / "processes").glob("*/*.bpmn")
    return sorted(
        found, key=lambda file: (places.index(file.parent.name), _number(file), file.name)
    )


def digest(file: Path) -> str:
    """Return what a picture says of the drawing it was made from.

    What a drawing declares about personal data is not drawn.
    """
    drawn = (line for line in file.read_bytes().splitlines(keepends=True) if DATA not in line)
    return hashlib.sha256(b"".join(drawn)).hexdigest()


def picture(file: Path, part: str = "") -> Path:
    """Return where the picture of a drawing is, or of a collapsed subprocess of it."""
    return PICTURES / (f"{file.stem}-{part}.svg" if part else f"{file.stem}.svg")


def parts(file: Path) -> dict[str, str]:
    """Return the collapsed subprocesses of a drawing: their names by id."""
    root = etree.parse(file).getroot()
    planes = [plane.get("bpmnElement") for plane in root.iter(f"{BPMNDI}BPMNPlane")]
    found = {each.get("id"): each.get("name", "") for each in root.iter(f"{BPMN}subProcess")}
    return {name: found[name] for name in planes if name in found}


def page() -> str:
    """Return the page of all drawings."""
    lines, folder = [HEAD], ""
    for file in drawings():
        if file.parent.name != folder:
            folder = file.parent.name
            lines.append(f"## {FOLDERS[folder]}\n\n[README](../processes/{folder}/README.md)\n")
        process = _process(file)
        number, name = _number(file), process.get("name", file.stem)
        said = (process.findtext(f"{BPMN}documentation") or "").strip().split("\n\n")[0]
        lines.append(f"### {number + ' ' if number else ''}{name} (`{process.get('id')}`)\n")
        lines.append(f"{' '.join(said.split())}\n")
        for part, title in {"": name, **parts(file)}.items():
            if part:
                lines.append(f"*{title}*:\n")
            lines.append(f"![{title}](images/processes/{picture(file, part).name})\n")
    return "\n".join(lines)


def main() -> None:
    """Draw the pictures that are not of today and write the page."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    wanted = {picture(file, part) for file in drawings() for part in ("", *parts(file))}
    for old in set(PICTURES.glob("*.svg")) - wanted:
        old.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        tab = browser.new_page()
        tab.add_script_tag(path=VIEWER)
        for file in stale():
            for part, drawn in tab.evaluate(TO_SVG, file.read_text("utf-8")).items():
                picture(file, part).write_text(_plain(drawn, digest(file)), "utf-8")
        browser.close()
    PAGE.write_text(page(), "utf-8")


def stale() -> list[Path]:
    """Return the drawings without a picture of today."""
    return [
        file
        for file in drawings()
        for part in ("", *parts(file))
        if not picture(file, part).is_file()
        or digest(file) not in picture(file, part).read_text("utf-8")
    ]


def _plain(svg: str, of: str) -> str:
    """Leave out what differs from run to run: random names of markers, the maker's comments."""
    names: dict[str, str] = {}
    for name in re.findall(r'id="(marker-[^"]+)"', svg):
        names.setdefault(name, f"marker-{len(names) + 1}")
    for name, short in sorted(names.items(), key=lambda pair: -len(pair[0])):
        svg = svg.replace(name, short)
    svg = re.sub(r"<!--.*?-->|<\\?xml.*?\\?>|<!DOCTYPE.*?>", "", svg, flags=re.DOTALL).strip()
    return f"<!-- of the drawing with SHA-256 {of} -->\n{svg}\n"


def _process(file: Path) -> etree._Element:
    root = etree.parse(file).getroot()
    found = root.find(f"{BPMN}process")
    if found is None:
        raise ValueError(f"{file.name} has no process")
    return found


def _number(file: Path) -> str:
    for each in _process(file).iter(f"{ZEEBE}property"):
        if each.get("name") == "number":
            return str(each.get("value"))
    return ""


if __name__ == "__main__":
    main()
