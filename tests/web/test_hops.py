"""A completion is a short way: from its route to the statement that writes it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

from engine.model import StartRequest
from tests.web.browser import Browser
from tests.web.test_tasks import GOOD, open_task

ROOT = Path(__file__).resolve().parents[2]
MOST_HOPS, MOST_FILES = 20, 15


def test_a_completion_goes_at_most_twenty_hops_through_fifteen_files(
    app: Flask, enter: Callable[[str], Browser]
) -> None:
    house = app.extensions["peyvand"]
    parcel = StartRequest("parcel", variables={"customer": "Dara"})
    task = open_task(app, house.engine.by("bob").instances.start(parcel).instance_key)
    charlie = enter("charlie")
    charlie.get(f"/tasks/{task}")
    found: list[list[tuple[str, str]]] = []

    def look(*arguments: Any) -> None:
        if arguments[2].startswith("UPDATE pv_instance "):
            found.append(way_of_ours())

    event.listen(house.database, "before_cursor_execute", look)
    answer = charlie.post(f"/tasks/{task}/completion", **GOOD)
    event.remove(house.database, "before_cursor_execute", look)

    assert answer.status_code == 303
    [hops] = found
    for file, function in hops:
        print(f"{file}: {function}")  # noqa: T201
    files = {file for file, _ in hops}
    print(f"{len(hops)} hops, {len(files)} files")  # noqa: T201
    assert len(hops) <= MOST_HOPS, hops
    assert len(files) <= MOST_FILES, sorted(files)


def way_of_ours() -> list[tuple[str, str]]:
    """The functions of ours on the way to here."""
    frame, way = sys._getframe(2), []
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(ROOT) and file.relative_to(ROOT).parts[0] in {"engine", "web"}:
            way.append((str(file.relative_to(ROOT)), frame.f_code.co_name))
        frame = frame.f_back  # type: ignore[assignment]
    return way[::-1]
