"""The documents keep their word: links lead somewhere, commands and settings exist."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from engine.limits import FIXED, Limits, Retention
from web.app.settings import Settings
from web.cli import main

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("processes/*/README.md")],
)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
COMMAND = re.compile(r"`?\bpeyvand ((?:[a-z]+ ?)+)")
TARGET = re.compile(r"^\s*(?:\$ )?make ([a-z-]+)|`make ([a-z-]+)`", re.MULTILINE)


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_every_command_exists(document: Path) -> None:
    for line in _code(document.read_text(encoding="utf-8")):
        for words in COMMAND.findall(line):
            _follow(main, words.split(), line)


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        first or second
        for page in PAGES
        for first, second in TARGET.findall("\n".join(_code(page.read_text(encoding="utf-8"))))
    }

    assert named - targets == set()


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(PEYVAND_\w+)`", text, re.MULTILINE))
    kinds = ((Settings, "PEYVAND_"), (Limits, "PEYVAND_LIMIT_"), (Retention, "PEYVAND_KEEP_"))
    existing = {
        f"{prefix}{each.name.upper()}"
        for kind, prefix in kinds
        for each in fields(kind)
        if each.type not in (Limits, Retention) and each.name not in FIXED
    }

    assert documented == existing


def _code(text: str) -> list[str]:
    """Answer the lines of code blocks, and the pieces of code in running text."""
    blocks = re.findall(r"```(?:sh|bash|console)\n(.*?)```", text, re.DOTALL)
    plain = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    inline = [f"`{piece}`" for piece in re.findall(r"`([^`\n]+)`", plain)]
    return [line for block in blocks for line in block.splitlines()] + inline


def _follow(command: click.Command, words: list[str], line: str) -> None:
    for word in words:
        if not isinstance(command, click.Group):
            return
        found = command.get_command(click.Context(command), word)
        assert found is not None, f"there is no command “{word}” in: {line}"
        command = found
