"""What SpiffWorkflow offers and an instance of live tokens cannot do by itself."""

from typing import NoReturn

from engine.errors import EngineError


class CommandNeeded(EngineError):
    """A member of SpiffWorkflow that only a command of the engine can stand in for."""


def refuse(member: str, why: str, command: str) -> NoReturn:
    """Raise `CommandNeeded` with the reason and the command to use."""
    raise CommandNeeded(f"{member}: {why}. Use {command}.")
