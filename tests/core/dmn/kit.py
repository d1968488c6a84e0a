"""Runs the cases of the OMG's DMN conformance kit against engine.dmn."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from engine import dmn, feel

ROOT = Path(__file__).resolve().parents[3]
KIT = ROOT.parent / "shared" / "tck"
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_TEMPORAL = {"date": "date", "time": "time", "dateTime": "date and time", "duration": "duration"}


@dataclass(frozen=True)
class Case:
    """One expected result."""

    folder: str
    file: str
    id: str
    node: str
    expected: Any
    passed: bool
    got: str

    @property
    def key(self) -> str:
        return f"{self.folder}/{self.id}/{self.node}"


def run_all() -> list[Case]:
    """Answer every case of the kit, passed or not."""
    return [case for file in sorted(KIT.glob("*/*/*.xml")) for case in run_file(file)]


def run_file(file: Path) -> Iterator[Case]:
    """Answer the cases of one test file."""
    root = etree.parse(file).getroot()
    model = load(file.parent / root.findtext("{*}modelName").strip())
    for case in root.findall("{*}testCase"):
        inputs = {}
        for node in case.findall("{*}inputNode"):
            space = f"{{{node.get('namespace')}}}" if node.get("namespace") else ""
            inputs[space + node.get("name")] = value_of(node)
        for result in case.findall("{*}resultNode"):
            expected = value_of(result.find("{*}expected"))
            got = answer(model, case, result.get("name"), inputs)
            yield Case(
                folder=file.parent.name,
                file=file.name,
                id=case.get("id"),
                node=result.get("name"),
                expected=expected,
                passed=same(expected, got),
                got=repr(got),
            )


def answer(model: dmn.Model, case: Any, node: str, inputs: dict[str, Any]) -> Any:
    """Answer what the engine says for one result node."""
    if case.get("type") in ("decisionService", "bkm"):
        value = model.invoke(case.get("invocableName"), inputs, now=NOW).value
        return value[node] if isinstance(value, dict) and node in value else value
    return model.evaluate(node, inputs, now=NOW).value


@cache
def load(path: Path) -> dmn.Model:
    """Answer the model in a file; imports are found by namespace in the same folder."""
    files = (other.read_bytes() for other in sorted(path.parent.glob("*.dmn")))
    return dmn.parse(path.read_bytes(), dmn.imports_from(files))


def value_of(element: Any) -> Any:
    """Answer the FEEL value written in a test file."""
    if element is None or element.get(_XSI + "nil") == "true":
        return None
    items = element.find("{*}list")
    if items is not None:
        return None if items.get(_XSI + "nil") else [value_of(i) for i in items.iterfind("{*}item")]
    parts = element.findall("{*}component")
    if parts:
        return {part.get("name"): value_of(part) for part in parts}
    value = element.find("{*}value")
    if value is None or value.get(_XSI + "nil") == "true":
        return None
    return _simple(value.text or "", (value.get(_XSI + "type") or "xsd:string").split(":")[-1])


def _simple(text: str, kind: str) -> Any:
    if kind in ("decimal", "double", "integer", "float", "int", "long"):
        return Decimal(text.strip())
    if kind == "boolean":
        return text.strip() in ("true", "1")
    if kind in _TEMPORAL:
        return feel.evaluate(f"{_TEMPORAL[kind]}(t)", {"t": text.strip()}).value
    return text


def same(expected: Any, got: Any) -> bool:
    """Answer whether two values are the same as the kit counts it."""
    if expected is None or got is None:
        return expected is None and got is None
    if isinstance(expected, dict):
        if not isinstance(got, dict) or expected.keys() != got.keys():
            return False
        return all(same(value, got[name]) for name, value in expected.items())
    if isinstance(expected, list):
        if not isinstance(got, list) or len(expected) != len(got):
            return False
        return all(same(one, other) for one, other in zip(expected, got, strict=True))
    if isinstance(expected, Decimal) and not isinstance(expected, bool):
        return _same_number(expected, got)
    return feel.equal(expected, got) is True


def _same_number(expected: Decimal, got: Any) -> bool:
    if isinstance(got, bool) or not isinstance(got, int | Decimal):
        return False
    try:
        got = Decimal(got)
    except InvalidOperation:
        return False
    if expected == got:
        return True
    # long fractions (powers, roots, logarithms) are written as binary floats computed them
    places = -int(expected.as_tuple().exponent)
    return places >= 8 and abs(expected - got) < Decimal("1E-8")


def report(cases: list[Case]) -> str:
    """Answer passed/total per folder, over all, and over those with a value expected."""
    folders = sorted({case.folder for case in cases})
    lines = [_figures(name, [c for c in cases if c.folder == name]) for name in folders]
    lines.append(_figures("all", cases))
    return "\n".join(lines)


def _figures(name: str, cases: list[Case]) -> str:
    valued = [case for case in cases if case.expected is not None]
    passed, good = sum(c.passed for c in cases), sum(c.passed for c in valued)
    return f"{name:48} {passed:5}/{len(cases):<5} with a value {good:5}/{len(valued):<5}"


def write_csv(cases: list[Case], path: Path) -> None:
    """Write one line for each case."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(["folder", "file", "case", "node", "passed", "expected", "got"])
        for case in cases:
            row = [case.folder, case.file, case.id, case.node, "yes" if case.passed else "no"]
            table.writerow([*row, _short(repr(case.expected)), _short(case.got)])


def _short(text: str) -> str:
    return re.sub(r"\s+", " ", text)[:300]
