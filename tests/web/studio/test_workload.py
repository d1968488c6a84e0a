"""Before deploying a table: the tasks of last month, from the page and from the shell."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from engine.model import StartRequest
from engine.worker import Worker
from tests.engine.replaying import table
from tests.support.bpmn import resource
from tests.web.studio.conftest import Desk
from web.cli import main
from web.cli.open import open_services

DRAWING = """
    start -> rule:Size(decision=size; result=size) -> xor:Which
    Which -[size = "large"]-> user:Check -> end:Seen
    Which -/-> end:Done
"""
NOW = table(("> 75", '"large"'), ("-", '"small"'))
DRAFT = table(("> 15", '"large"'), ("-", '"small"'))


def live(engine: object) -> None:
    """Ten instances from 10 to 100, three of which are checked."""
    engine.by("bob").definitions.deploy([resource(DRAWING), NOW])  # type: ignore[attr-defined]
    for amount in range(10, 110, 10):
        engine.instances.start(StartRequest("p", variables={"amount": amount}))  # type: ignore[attr-defined]
    Worker(engine).run_until_idle()  # type: ignore[arg-type]


def test_an_owner_sees_how_many_tasks_a_rule_would_have_made_last_month(
    app: Flask, begin: Callable[..., Desk]
) -> None:
    live(app.extensions["peyvand"].engine)
    otto = begin()
    assert otto.put("size.dmn", DRAFT.content.decode())[0] == 200

    page = otto.check()

    card = page.partition('id="workload"')[2].partition("</section>")[0]
    assert "<strong>3</strong><span>made</span>" in card
    assert "<strong>9</strong><span>with this draft</span>" in card
    assert "<strong>6</strong><span>instances with other tasks</span>" in card
    assert '<td><bdi>Check</bdi></td><td class="num">3</td><td class="num">9</td>' in card
    assert "10 instances were looked at." in card


def test_the_command_tells_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEYVAND_VAR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    live(open_services().engine)
    monkeypatch.setattr("web.cli.open.migrate", lambda _: None)
    (tmp_path / "size.dmn").write_bytes(DRAFT.content)
    (tmp_path / "other.dmn").write_bytes(table(("-", '"x"'), name="other").content)

    told = CliRunner().invoke(main, ["workload", str(tmp_path / "size.dmn")])
    nothing = CliRunner().invoke(main, ["workload", str(tmp_path / "other.dmn")])

    assert told.exit_code == 0, told.output
    assert "p: 10 instances, 6 with other tasks" in told.output
    assert "3 tasks made, 9 with these files" in told.output
    assert "No process used these files" in nothing.output
