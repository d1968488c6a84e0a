"""How long a large decision table takes: 200 rules on 8 inputs, read, compiled, evaluated."""

import time
from collections.abc import Callable

from engine import dmn

RULES, INPUTS = 200, 8
DMN15 = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def large_table() -> bytes:
    """Answer a DMN file with one FIRST table; the last row catches all."""
    columns = "".join(
        f'<input id="i{n}"><inputExpression typeRef="number"><text>v{n}</text></inputExpression>'
        "</input>"
        for n in range(INPUTS)
    )
    rows = "".join(_row(number) for number in range(RULES - 1))
    catch_all = "<inputEntry><text>-</text></inputEntry>" * INPUTS
    return (
        f'<definitions xmlns="{DMN15}" id="bench" name="bench" namespace="urn:bench">'
        '<decision id="large" name="large"><decisionTable hitPolicy="FIRST">'
        f'{columns}<output id="o" name="o"/>{rows}'
        f"<rule>{catch_all}<outputEntry><text>-1</text></outputEntry></rule>"
        "</decisionTable></decision></definitions>"
    ).encode()


def _row(number: int) -> str:
    cells = "".join(
        f"<inputEntry><text>{_cell(number, column)}</text></inputEntry>" for column in range(INPUTS)
    )
    return f"<rule>{cells}<outputEntry><text>{number}</text></outputEntry></rule>"


def _cell(row: int, column: int) -> str:
    low = (row * 7 + column * 13) % 1_000
    return (f"[{low}..{low + 40}]", f"&gt;= {low}", f"&lt; {low + 500}", "-")[(row + column) % 4]


def run() -> list[tuple[str, float, str]]:
    """Answer the figures: (name, value, unit)."""
    content = large_table()
    nothing = {f"v{n}": -1 for n in range(INPUTS)}
    middle = {f"v{n}": 500 for n in range(INPUTS)}

    def compiled() -> None:
        dmn.parse(content).evaluate("large", nothing)

    model = dmn.parse(content)
    model.evaluate("large", middle)
    return [
        ("table 200x8: read", _best(lambda: dmn.parse(content), 5) * 1e3, "ms"),
        ("table 200x8: read, compile, evaluate", _best(compiled, 3) * 1e3, "ms"),
        (
            "table 200x8: evaluate, last row",
            _best(lambda: model.evaluate("large", nothing)) * 1e6,
            "µs",
        ),
        ("table 200x8: evaluate", _best(lambda: model.evaluate("large", middle)) * 1e6, "µs"),
        ("table 200x8: lint", _best(lambda: model.lint(), 1) * 1e3, "ms"),
    ]


def _best(work: Callable[[], object], times: int = 50) -> float:
    return min(_once(work) for _ in range(times))


def _once(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    for name, value, unit in run():
        print(f"{name:42} {value:12.1f} {unit}")
