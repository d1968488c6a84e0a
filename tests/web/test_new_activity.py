"""The recipe of CONTRIBUTING.md: a new activity is ten new files, and no other is touched.

A copy of the repository gets the ten files; then its own commands run in it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GIVEN = Path(__file__).parent / "gift_returns"
FILES = (
    "tasks/gift_returns/__init__.py",
    "tasks/gift_returns/subject.py",
    "tasks/migrations/versions/9000_gift_returns.py",
    "web/pages/gift_returns/__init__.py",
    "web/pages/gift_returns/index.html",
    "web/pages/gift_returns/texts.fa.po",
    "web/pages/gift_returns/texts.lt.po",
    "processes/gift_returns/gift_return.bpmn",
    "processes/gift_returns/texts.fa.po",
    "processes/gift_returns/texts.lt.po",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Given a copy of the repository, and the ten files of an activity in it."""
    home = tmp_path_factory.mktemp("repository")
    ignored = shutil.ignore_patterns("node_modules", "__pycache__", "dist", "*.mo")
    for folder in ("engine", "tasks", "web", "processes", "seeds"):
        shutil.copytree(ROOT / folder, home / folder, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", home)
    head = _head(home)
    for name in FILES:
        target = home / name
        assert not target.exists()
        target.parent.mkdir(exist_ok=True)
        text = (GIVEN / f"{name.replace('/', '.')}.txt").read_text(encoding="utf-8")
        target.write_text(text.replace("HEAD_OF_THE_RECORDS", head), encoding="utf-8")
    return home


def _head(home: Path) -> str:
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory(str(home / "tasks" / "migrations")).get_current_head())


def run(home: Path, *arguments: str) -> str:
    environment = os.environ | {
        "PYTHONPATH": str(home),
        "PEYVAND_VAR": str(home / "var"),
        "PEYVAND_DATABASE_URL": f"sqlite:///{home / 'gifts.sqlite3'}",
    }
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_its_drawing_is_sound_and_its_texts_are_translated(copy: Path) -> None:
    assert "0 errors" in run(copy, "-m", "web.cli", "check", "processes/gift_returns")
    assert "All texts are translated." in run(copy, "-m", "web.cli", "texts", "--check")


def test_its_table_event_page_and_page_action_work(copy: Path) -> None:
    told = run(copy, str(GIVEN / "use.py"))
    assert told.splitlines()[-1] == "gift returns work"


def test_the_recipe_names_these_files() -> None:
    recipe = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for name in FILES:
        assert name.replace("gift_returns", "…").replace("gift_return", "…").split("/")[0] in recipe
        assert Path(name).suffix in recipe
    assert "a new activity in ten files" in recipe
