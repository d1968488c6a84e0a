"""Tokens, sources and webhooks from the shell."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from web import accounts
from web.accounts import policy
from web.cli import main
from web.cli.open import open_app

Runs = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    """Run `peyvand …` on a database of its own, where Ida has an account."""
    monkeypatch.setenv("PEYVAND_VAR", str(tmp_path))
    monkeypatch.setenv("PEYVAND_WEBHOOKS_PRIVATE", "on")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr("web.cli.open.migrate", _once(tmp_path))

    def peyvand(*words: str) -> Result:
        return CliRunner().invoke(main, words)

    return peyvand


def _once(folder: Path) -> Callable[..., None]:
    """Migrate the first time only: it is what takes long."""
    from web.cli.open import migrate as real

    def migrate(house: object) -> None:
        if not (folder / "migrated").exists():
            real(house)  # type: ignore[arg-type]
            (folder / "migrated").touch()

    return migrate


def test_a_token_is_made_listed_used_and_revoked(run: Runs) -> None:
    added = run("user", "add", "ida", "--role", "integrator", "--password", "correct horse")
    assert added.exit_code == 0, added.output
    secret = run(
        "token", "add", "ida", "--name", "shop", "--scope", "event", "--days", "30"
    ).output.strip()
    assert secret.startswith("pv_")
    listed = run("token", "list").output
    assert "ida  shop  pv_" in listed
    assert secret not in listed
    with open_app().app_context():
        ida = accounts.by_token(secret)
        assert policy.can(ida, "event.send")
        assert not policy.can(ida, "webhook.see")
    number = listed.split()[0]
    assert run("token", "revoke", "ida", number).exit_code == 0
    assert run("token", "revoke", "ida", number).exit_code == 1
    assert run("token", "list", "ida").output == ""


def test_what_cannot_be_is_said(run: Runs) -> None:
    nobody = run("token", "add", "nobody", "--name", "x")
    assert (nobody.exit_code, "no account named nobody" in nobody.output) == (1, True)
    odd = run("token", "add", "ida", "--name", "x", "--scope", "moon")
    assert odd.exit_code == 2
    assert "choose from read" in odd.output
    assert run("source", "rotate", "shop").exit_code == 1
    assert run("webhook", "off", "7").exit_code == 1
    assert run("user", "link", "nobody", "https://id.example", "s-1").exit_code == 1


def test_sources_and_webhooks_are_looked_after(run: Runs) -> None:
    first = run("source", "add", "shop").output.strip()
    assert first.startswith("whsec_")
    assert run("source", "rotate", "shop").output.strip() not in ("", first)
    run("source", "off", "shop")
    assert run("source", "list").output == "shop  off\n"
    added = run("webhook", "add", "Shop", "http://127.0.0.1:9/", "--type", "task.*")
    assert added.output.startswith("1 whsec_")
    run("webhook", "off", "1")
    listed = run("webhook", "list").output
    assert "task.*  off: Switched off." in listed
    assert "nothing sent yet" in listed


def test_a_backup_is_made_from_the_shell_and_replaces_nothing(run: Runs, tmp_path: Path) -> None:
    run("doctor")  # there is a house
    file = tmp_path / "copy"

    assert f"{file}: " in run("backup", str(file)).output
    again = run("backup", str(file))

    assert (again.exit_code, "is there already" in again.output) == (1, True)
