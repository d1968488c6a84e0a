"""The page of figures names every module of the analytics, and none that is not there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ANALYTICS = ROOT / "tasks" / "analytics"
HELPERS = {"arrays", "estimate", "scoring.score", "scoring.summary"}


def modules() -> set[str]:
    """Return the dotted names of the modules below the analytics."""
    files = (path for path in ANALYTICS.rglob("*.py") if path.name != "__init__.py")
    return {".".join(path.relative_to(ANALYTICS).with_suffix("").parts) for path in files}


def test_every_figure_is_explained() -> None:
    page = (ROOT / "docs" / "figures.md").read_text("utf-8")

    missing = {name for name in modules() - HELPERS if f"`{name}`" not in page}

    assert missing == set()


def test_the_page_names_no_module_that_is_not_there() -> None:
    page = (ROOT / "docs" / "figures.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    named = {name for row in rows for name in re.findall(r"`([a-z_.]+)`", row.split("|")[-2])}

    assert named
    assert named <= modules()
