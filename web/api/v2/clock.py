"""The clock, which tests may pin; a setting, off by default."""

from typing import Any

from web.api.problems import Problem
from web.api.routes import Routes
from web.api.schemas.operations import ClockPinRequest
from web.app.clock import PinnableClock
from web.app.services import engine

routes = Routes("Clock")
ROUNDS = 1_000  # of due timers, each up to a hundred; the worker fires the rest


@routes.put("/clock", may="clock.change", takes=ClockPinRequest, status=204)
def pin_clock(body: dict[str, Any]) -> None:
    """Let the clock stand at an instant; the timers that are due by then go off."""
    _clock().pin(body["timestamp"])
    for _ in range(ROUNDS):
        if not engine().timers.fire_due():
            return


@routes.post("/clock/reset", may="clock.change", status=204, kept=False)
def reset_clock() -> None:
    """Let the clock run again."""
    _clock().reset()


def _clock() -> PinnableClock:
    clock = engine().clock
    if not isinstance(clock, PinnableClock):
        raise Problem(403, "FORBIDDEN", "The clock is not to be changed: set PEYVAND_CLOCK_CONTROL")
    return clock
