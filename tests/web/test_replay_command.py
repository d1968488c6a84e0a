"""`peyvand replay`: past instances on files and on versions, from the shell."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine import reads, store
from engine.model import StartRequest
from tests.support.bpmn import resource
from web.cli import main
from web.cli.open import open_services

Runs = Callable[..., Result]
DRAWING = "start -> user:Ask -> end:Done"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Run `peyvand …` on a database with one ended instance of p."""
    monkeypatch.setenv("PEYVAND_VAR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    engine = open_services().engine
    monkeypatch.setattr("web.cli.open.migrate", lambda _: None)
    engine.by("bob").definitions.deploy([resource(DRAWING)])
    started = engine.instances.start(StartRequest("p"))
    with store.reading(engine.database) as connection:
        [task] = reads.waiting(connection, started.instance_key)
    engine.by("bob").tasks.complete(task.key, {"answer": 1})
    return lambda *words: CliRunner().invoke(main, words)


def test_cases_are_counted_and_told(run: Runs, tmp_path: Path) -> None:
    (tmp_path / "p.bpmn").write_bytes(resource("start -> user:Ask -> user:Again -> end").content)

    same = run("replay", "p")
    other = run("replay", "p", str(tmp_path / "p.bpmn"))
    lines = run("replay", "p", str(tmp_path / "p.bpmn"), "--json").output.splitlines()

    assert same.exit_code == 0, same.output
    assert "1 cases, 1 replayed" in same.output
    assert "1 same" in same.output
    assert other.exit_code == 1
    assert "1 way at Again" in other.output
    assert "user_task Again: never there" in other.output
    [told] = [json.loads(line) for line in lines]
    assert told["result"] == "another way"
    assert told["differences"][0]["now"] == ["Again"]
    assert told["stopped"]["element"] == "Again"


def test_what_is_not_there_is_told(run: Runs) -> None:
    assert "no process 'q'" in run("replay", "q").output
    assert "in version 7" in run("replay", "p", "--version", "7").output
    assert "0 cases" in run("replay", "p", "--until", "2001-01-01").output
