"""Plays scenarios, each against a database of its own in memory."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.errors import EngineError
from engine.model import Resource
from engine.scenarios.deployed import Copies
from engine.scenarios.outcome import Failed, Result, Visited
from engine.scenarios.play import ACTS, Play
from engine.scenarios.reading import read
from engine.service_task import Registry


def run_scenarios(
    resources: Sequence[Resource], files: Sequence[Path], service_tasks: Registry | None = None
) -> list[Result]:
    """Run every scenario file; one that cannot be read has failed."""
    copies = Copies(resources)
    return [_run_file(copies, file, service_tasks or Registry()) for file in files]


def run_scenario(
    resources: Sequence[Resource], scenario: Mapping[str, Any], service_tasks: Registry
) -> Visited:
    """Run one scenario; return what it visited. Raise Failed, or EngineError as it comes."""
    return _run(Copies(resources), scenario, service_tasks)


def _run(copies: Copies, scenario: Mapping[str, Any], service_tasks: Registry) -> Visited:
    play = Play(copies, scenario, service_tasks)
    for number, step in enumerate(scenario.get("do", []), start=1):
        try:
            play.do(step)
        except (Failed, EngineError, ValueError) as error:
            words = play.situation()
            raise Failed(f"step {number} {_short(step)}: {error}{words}") from error
    play.expect(scenario.get("expect", {}))
    return play.visited()


def _run_file(copies: Copies, file: Path, service_tasks: Registry) -> Result:
    name = str(file)
    try:
        scenario = read(file)
        name = f"{file.name}: {scenario.get('title', '')}"
        visited = _run(copies, scenario, service_tasks)
    except (Failed, EngineError) as error:
        return Result(name, passed=False, message=str(error))
    except (OSError, ValueError) as error:
        return Result(name, passed=False, message=f"cannot be read: {error}")
    return Result(name, passed=True, visited=visited)


def _short(step: Mapping[str, Any]) -> str:
    word = next((word for word in ACTS if word in step), "")
    return f"({word} '{step[word]}')" if word else "(?)"
