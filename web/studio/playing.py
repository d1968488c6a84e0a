"""Runs the scenarios of a draft, each in a database of its own in memory."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from engine import reads
from engine.model import Resource
from engine.scenarios import Result, run_scenarios
from engine.service_task import Registry
from web.app.services import reading
from web.studio import checks, names

AT_MOST = 60  # scenarios of one request


def scenarios(files: Mapping[str, bytes]) -> list[str]:
    """Return the names of the scenario files of a draft."""
    return [name for name in sorted(files) if name.endswith(".toml")]


def results(files: Mapping[str, bytes], service_tasks: Registry) -> list[Result]:
    """Run every scenario against the draft, and against what is deployed where it calls that."""
    resources = with_called(checks.resources(files))
    with TemporaryDirectory() as folder:
        written = []
        for name in scenarios(files)[:AT_MOST]:
            file = Path(folder) / names.plain(name)
            file.write_bytes(files[name])
            written.append(file)
        return run_scenarios(resources, written, service_tasks)


def with_called(resources: list[Resource]) -> list[Resource]:
    """Add the newest deployed files that the processes call, and what those call."""
    found = {each.name: each for each in resources}
    wanted = list(resources)
    while wanted:
        file = wanted.pop()
        with reading() as connection:
            for needed in reads.needed_files(connection, file):
                if needed.name not in found:
                    found[needed.name] = needed
                    wanted.append(needed)
    return list(found.values())
