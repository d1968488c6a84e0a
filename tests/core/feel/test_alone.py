"""FEEL and DMN are packages of their own: they work where nothing else of the engine is."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
ALONE = """
import sys
from importlib.abc import MetaPathFinder

ALLOWED = {
    "engine.feel",
    "engine.dmn",
    "engine.model",
    "engine.limits",
    "engine.errors",
    "engine.text",
}
FOREIGN = {"lxml", "regex", "engine", "zoneinfo", "tzdata"}

class Guard(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        inside = ".".join(name.split(".")[:2])
        if top == "engine" and name != "engine" and inside not in ALLOWED:
            raise ImportError(f"{name} is another part of the engine")
        if top not in sys.stdlib_module_names and top not in FOREIGN and not top.startswith("_"):
            raise ImportError(f"{name} is not needed for FEEL and DMN")

sys.meta_path.insert(0, Guard())
from engine import dmn, feel

assert feel.evaluate("1 + 2 * sum([3, 4])").value == 15
assert feel.evaluate('matches("abc", "b")').value is True
table = '''<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d"
  namespace="urn:d"><decision id="double" name="double"><literalExpression><text>n * 2</text>
  </literalExpression></decision></definitions>'''
assert dmn.parse(table.encode()).evaluate("double", {"n": 21}).json == 42
assert dmn.parse(table.encode()).lint() == []
print("alone")
"""


def test_both_packages_work_without_the_rest_of_the_engine() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stdout == "alone\n", done.stderr
