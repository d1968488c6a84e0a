"""The clock of the engine: the time of day, or an instant that a client pinned (by setting)."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present; the only clock of the product."""
    return datetime.now(UTC)


class PinnableClock:
    """A clock that can stand still; all processes of this machine that share `var` see it so."""

    def __init__(self, running: Clock, file: Path) -> None:
        """Show `running` unless `file` names an instant."""
        self._running = running
        self._file = file

    def __call__(self) -> datetime:
        """Return the instant it shows."""
        try:
            text = self._file.read_text(encoding="ascii")
        except FileNotFoundError:
            return self._running()
        return datetime.fromtimestamp(int(text) / 1000, UTC)

    def pin(self, milliseconds: int) -> None:
        """Let it stand at this instant (epoch milliseconds)."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_suffix(f".{os.getpid()}")
        draft.write_text(str(milliseconds), encoding="ascii")
        draft.replace(self._file)  # nobody reads half a number

    def reset(self) -> None:
        """Let it run again."""
        self._file.unlink(missing_ok=True)
