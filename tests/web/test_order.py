"""The operator's commands: prove the history, look for trouble, forget, export, tidy up."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from engine.limits import Limits, Retention
from engine.model import StartRequest
from tests.support.bpmn import resource
from web.app.settings import Settings
from web.cli import main
from web.cli.open import open_services

pytestmark = pytest.mark.durable  # the doctor looks whether commits wait for the disk


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A house with two orders, one of them done."""
    monkeypatch.setenv("PEYVAND_VAR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    engine = open_services().engine
    engine.by("alice").definitions.deploy([resource("start -> user:Pack -> end")])
    started = [
        engine.by("alice")
        .instances.start(StartRequest("p", business_key=name, variables={"who": "Zofija"}))
        .instance_key
        for name in ("o-1", "o-2")
    ]
    with engine.database.connect() as connection:
        task = connection.execute(text("SELECT min(key) FROM pv_user_task")).scalar_one()
    engine.by("bob").tasks.complete(task, {})
    engine.database.dispose()
    return started


def peyvand(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_a_whole_history_is_proven_and_a_changed_one_is_named(
    keys: list[int], tmp_path: Path
) -> None:
    assert peyvand("history", "verify").exit_code == 0
    assert peyvand("history", "verify", str(keys[0])).output == "The history is whole.\n"
    unknown = peyvand("history", "verify", "7")
    assert unknown.exit_code != 0

    database = create_engine(f"sqlite:///{tmp_path / 'peyvand.sqlite3'}")
    with database.begin() as connection:
        connection.execute(text("UPDATE pv_history SET actor = 'mallory' WHERE seq = 2"))
    database.dispose()

    found = peyvand("history", "verify")
    assert (found.exit_code, f"instance {keys[0]}: changed at step 2" in found.output) == (1, True)
    looked = peyvand("doctor")
    assert looked.exit_code == 1
    assert "1 histories were changed" in looked.output


def test_a_healthy_house_has_nothing_wrong(keys: list[int]) -> None:
    looked = peyvand("doctor", "--all")

    assert looked.exit_code == 0, looked.output
    for told in ("journal_mode is wal", "synchronous is 2", "all histories are whole"):
        assert told in looked.output
    assert "✗" not in looked.output


def test_an_order_is_emptied_once_it_is_over(keys: list[int], tmp_path: Path) -> None:
    assert "say what" in peyvand("history", "erase").output.lower()
    running = peyvand("history", "erase", "--business-key", "o-2")
    assert (running.exit_code, "still runs" in running.output) == (1, True)

    done = peyvand("history", "erase", "--business-key", "o-1", "--by", "alice")

    assert done.output == "1 instances hold no values any more.\n"
    assert peyvand("history", "verify").exit_code == 0
    assert b"o-1" not in (tmp_path / "peyvand.sqlite3").read_bytes()


def test_the_history_is_written_for_mining(keys: list[int], tmp_path: Path) -> None:
    xes, ocel = tmp_path / "log.xes", tmp_path / "log.json"

    assert peyvand("export", "xes", str(xes), "--process", "p").exit_code == 0
    assert peyvand("export", "ocel", str(ocel), "--since", "2020-01-01").exit_code == 0
    nothing = peyvand("export", "xes", "-", "--until", "2020-01-01")

    assert xes.read_text().count("<trace>") == 2
    assert len(json.loads(ocel.read_text())["events"]) == 9
    assert (nothing.output.count("<trace>"), "</log>" in nothing.output) == (0, True)


def test_purging_now_keeps_what_is_not_old(keys: list[int]) -> None:
    assert peyvand("purge").output == "Done.\n"
    assert peyvand("history", "verify", str(keys[0])).exit_code == 0


def test_messages_that_reached_nobody_are_listed_without_what_they_hold(keys: list[int]) -> None:
    engine = open_services().engine
    engine.by("bank").messages.publish("payment", "o-9", {"card": "4711"})
    engine.by("bank").messages.publish("payment", "o-8", ttl_ms=600_000)
    engine.database.dispose()

    told = peyvand("unmatched", "--name", "payment").output

    assert told.count("payment  for o-") == 2
    assert "waits until" in told.splitlines()[0]
    assert "in vain since" in told.splitlines()[1]
    assert "4711" not in told
    assert peyvand("unmatched", "--name", "other").output == ""


def test_limits_and_retention_are_settings(tmp_path: Path) -> None:
    given = {
        "PEYVAND_VAR": str(tmp_path),
        "PEYVAND_LIMIT_FLOW_NODES": "50",
        "PEYVAND_LIMIT_ENGINE_SECONDS": "2.5",
        "PEYVAND_KEEP_INSTANCES_DAYS": "365",
    }
    settings = Settings.from_environment(given)
    assert settings.limits == Limits(flow_nodes=50, engine_seconds=2.5)
    assert settings.retention == Retention(instances_days=365)

    for name, value in (
        ("PEYVAND_LIMIT_FLOW_NODES", "many"),
        ("PEYVAND_LIMIT_FLOW_NODE", "5"),
        ("PEYVAND_LIMIT_EXPRESSION_NODES", "5"),  # the same in every house
        ("PEYVAND_LIMIT_ENGINE_SECONDS", "-1"),
        ("PEYVAND_KEEP_INSTANCES_DAYS", "0"),
    ):
        with pytest.raises(ValueError, match=name):
            Settings.from_environment({"PEYVAND_VAR": str(tmp_path), name: value})
