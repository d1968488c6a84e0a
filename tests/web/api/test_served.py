"""Of the operations that the published Python client knows, the docs name those not served."""

import re
from pathlib import Path

import camunda_orchestration_sdk
from flask import Flask

from tests.web.api.conftest import World

PAGE = Path(__file__).parents[3] / "docs" / "api.md"
SDK = Path(camunda_orchestration_sdk.__file__).parent / "api"
_CALL = re.compile(r'"method": "(\w+)",\s+"url": "([^"]+)"')


def _bare(path: str) -> str:
    return re.sub(r"\{[^}]*\}|<[^>]*>", "{}", path)


def known() -> dict[str, dict[str, tuple[str, str]]]:
    """Return (method, path) of each operation of the client, by subject and name."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for file in sorted(SDK.glob("*/*.py")):
        if call := _CALL.search(file.read_text(encoding="utf-8")):
            at = (call[1].upper(), _bare(call[2]))
            found.setdefault(file.parent.name.rstrip("_"), {})[file.stem] = at
    return found


def not_served(app: Flask) -> dict[str, list[str]]:
    """Return the names of the operations that have no route here, by subject."""
    served = {
        (method, _bare(rule.rule.removeprefix("/v2")))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/v2/")
        for method in rule.methods or ()
    }
    missing = {
        subject: [name for name, at in calls.items() if at not in served]
        for subject, calls in known().items()
    }
    return {subject: names for subject, names in missing.items() if names}


def test_d11_what_is_not_served_is_named(world: World) -> None:
    missing = not_served(world.app)
    rows = [
        f"| {subject.replace('_', ' ')} | {', '.join(f'`{name}`' for name in names)} |"
        for subject, names in sorted(missing.items())
    ]
    page = PAGE.read_text(encoding="utf-8").partition("## Operations that are not served")[2]
    total = sum(map(len, known().values()))
    count = total - sum(map(len, missing.values()))

    assert total > 200
    assert f"{count} of the {total} operations" in " ".join(page.split())
    assert [line for line in page.splitlines() if line.startswith("| ")][1:] == rows
