"""How a process runs: what its page says of counts, times, incidents, deadlines, ways, versions."""

from collections.abc import Callable

import pytest
from flask import Flask

from engine import reads, store
from engine.model import Resource, StartRequest
from tests.web.browser import Browser
from tests.web.conftest import DATA, Clock
from web.pages.processes.running import bars

DUE = b'<zeebe:properties><zeebe:property name="due" value="PT2H"/></zeebe:properties></bpmn:ext'


def test_the_page_shows_counts_times_deadlines_ways_and_versions(
    app: Flask, clock: Clock, enter: Callable[[str], Browser]
) -> None:
    engine = app.extensions["peyvand"].engine
    begun = clock.time
    one, _two = (
        engine.instances.start(StartRequest("parcel", variables={"customer": name}))
        for name in ("Dara", "Mina")
    )
    clock.forward(hours=3)
    complete(app, one.instance_key, {"weight": 2, "state": "whole"})
    clock.forward(hours=1)
    complete(app, one.instance_key, {})
    drawn = (DATA / "parcel.bpmn").read_bytes().replace(b"</bpmn:ext", DUE, 3)
    drawn = drawn.replace(DUE, b"</bpmn:ext", 2)  # the task, not the process nor the start
    engine.definitions.deploy([Resource("parcel.bpmn", drawn)])
    engine.instances.start(StartRequest("parcel", variables={"customer": "Otto"}))
    clock.forward(hours=5)

    with store.reading(app.extensions["peyvand"].database) as connection:
        found = reads.performance(connection, reads.Chosen("parcel", clock.time))
        then = reads.performance(connection, reads.Chosen("parcel", begun))
    assert (found.cases, found.ended, found.late) == (3, 1, 1)
    assert found.elements["check"].median == 3 * 3600
    assert (found.elements["check"].begun, found.elements["check"].active) == (3, 2)
    assert [way.elements for way in found.ways] == [("arrived", "check", "hand", "gone")]
    assert (then.cases, then.ended, then.elements["check"].active) == (2, 0, 2)

    olga = enter("olga")
    page = olga.get("/processes/parcel/running?figure=time")
    assert '"told": {' in page
    assert "3 hours" in page
    assert "Versions side by side" in page
    assert "Versions side by side" in olga.get("/processes/parcel/running?version=2&days=7")
    page = olga.get(f"/processes/parcel/running?as_of={begun:%Y-%m-%d}&figure=late")
    assert "Deadlines missed" in page
    olga.get("/processes/parcel/running?as_of=nonsense&version=x&figure=y&days=z")
    olga.get("/processes/nowhere/running", status=404)


def test_the_distribution_has_equal_bars_and_an_open_end() -> None:
    found = bars(tuple(float(number) for number in range(1, 101)))
    assert sum(bar.cases for bar in found) == 100
    assert {round(bar.end - bar.begin, 6) for bar in found} == {8.0}
    assert max(bar.height for bar in found) == 100
    assert bars(()) == []
    assert bars((0.0,))[0].cases == 1


def complete(app: Flask, instance: int, values: dict[str, object]) -> None:
    house = app.extensions["peyvand"]
    with store.reading(house.database) as connection:
        [task] = [each.key for each in reads.waiting(connection, instance)]
    house.engine.by("charlie").tasks.complete(task, values)


@pytest.mark.parametrize("figure", ["count", "incidents"])
def test_a_process_that_never_ran_says_so(figure: str, enter: Callable[[str], Browser]) -> None:
    page = enter("olga").get(f"/processes/parcel/running?figure={figure}")
    assert "No instance began in this time." in page
