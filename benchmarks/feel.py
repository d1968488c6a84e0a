"""FEEL beside two implementations of CEL and Python's own `eval`: compiling, evaluating, memory.

All are measured in one run, in turns, on processor time; each figure is the best of its turns. The
filter is written in each language's own way and answers the same rows.
"""

import gc
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import celpy
from cel import Context
from cel import compile as compile_cel

from benchmarks.dmn import INPUTS, RULES, large_table
from engine import dmn, feel

Figure = tuple[str, float, str]
TURNS = 3
COUNT = 2_000  # expressions kept for the figure of memory
ROWS = [{"price": n % 50, "name": f"n{n}"} for n in range(1_000)]
VALUES = {"amount": 120, "status": "gold", "items": ROWS, **{f"v{n}": n for n in range(20)}}
SIMPLE = 'amount > 100 {and} status {eq} "gold"'
TWENTY = " {and} ".join(f"(v{n} >= {n} {{or}} v{n} < 0)" for n in range(20))
FEEL = {"and": "and", "or": "or", "eq": "="}
CEL = {"and": "&&", "or": "||", "eq": "=="}
PYTHON = {"and": "and", "or": "or", "eq": "=="}
EXPRESSIONS = {
    "simple condition": (SIMPLE.format(**FEEL), SIMPLE.format(**CEL), SIMPLE.format(**PYTHON)),
    "20-term condition": (TWENTY.format(**FEEL), TWENTY.format(**CEL), TWENTY.format(**PYTHON)),
    "filter of 1,000 items": (
        "items[price > 25]",
        "items.filter(i, i.price > 25)",
        "[i for i in items if i['price'] > 25]",
    ),
}
_ENVIRONMENT = celpy.Environment()


def _table(language: str) -> str:
    """Answer the 200 rules on 8 inputs as one expression of another language."""
    rules = []
    for row in range(RULES - 1):
        cells = []
        for column in range(INPUTS):
            low = (row * 7 + column * 13) % 1_000
            value = f"v{column}"
            cells.append(
                (
                    f"{value} >= {low} && {value} <= {low + 40}",
                    f"{value} >= {low}",
                    f"{value} < {low + 500}",
                    "",
                )[(row + column) % 4]
            )
        rules.append(" && ".join(filter(None, cells)))
    if language == "cel":
        return "[" + ", ".join(f"({rule}) ? {n} : -1" for n, rule in enumerate(rules)) + "]"
    rules = [rule.replace("&&", "and") for rule in rules]
    return "next((n for n, hit in enumerate((" + ", ".join(rules) + ")) if hit), -1)"


def _ours(text: str) -> Callable[[], Any]:
    expression = feel.compile(text)
    return lambda: expression.evaluate(VALUES).value


def _celpy(text: str) -> Callable[[], Any]:
    program = _ENVIRONMENT.program(_ENVIRONMENT.compile(text))
    given = {name: celpy.json_to_cel(value) for name, value in VALUES.items()}
    return lambda: program.evaluate(given)


def _cel(text: str) -> Callable[[], Any]:
    program, context = compile_cel(text), Context(VALUES)
    return lambda: program.execute(context)


def _eval(text: str) -> Callable[[], Any]:
    code = compile(text, "<eval>", "eval")
    return lambda: eval(code, {"__builtins__": {"next": next, "enumerate": enumerate}}, VALUES)  # noqa: S307 - what it costs is the question


def _compile_ours(text: str) -> object:
    return feel.Expression(text, (), "expression", None)


_NAMES = ("FEEL", "cel-python", "common-expression-language", "eval")
_MAKERS = (_ours, _celpy, _cel, _eval)
_COMPILERS: tuple[Callable[[str], object], ...] = (
    _compile_ours,
    lambda text: _ENVIRONMENT.program(_ENVIRONMENT.compile(text)),
    compile_cel,
    lambda text: compile(text, "<eval>", "eval"),
)


def run() -> list[Figure]:
    """Answer the figures: (name, value, unit)."""
    figures: list[Figure] = []
    for label, (ours, cel, python) in EXPRESSIONS.items():
        texts = (ours, cel, cel, python)
        ready = [make(text) for make, text in zip(_MAKERS, texts, strict=True)]
        compilers = [
            lambda make=make, text=text: make(text)
            for make, text in zip(_COMPILERS, texts, strict=True)
        ]
        figures += _rows(f"{label}: evaluate", _best(ready))
        figures += _rows(f"{label}: compile", _best(compilers))
    return [*figures, *_tables(), *_memory()]


def _tables() -> list[Figure]:
    model = dmn.parse(large_table())
    given = {f"v{n}": 500 for n in range(INPUTS)}
    makers: list[Callable[[], Any]] = [lambda: model.evaluate("large", given)]
    cel, python = _table("cel"), _table("python")
    makers += [_celpy(cel), _cel(cel), _eval(python)]
    texts = (cel, cel, python)
    compilers: list[Callable[[], Any]] = [
        lambda: dmn.parse(large_table()).evaluate("large", given),
        *(
            lambda make=make, text=text: make(text)
            for make, text in zip(_COMPILERS[1:], texts, strict=True)
        ),
    ]
    label = f"table {RULES} x {INPUTS}"
    evaluated = _rows(f"{label}: evaluate", _best(makers))
    return evaluated + _rows(f"{label}: compile and evaluate once", _best(compilers))


def _rows(label: str, seconds: list[float]) -> list[Figure]:
    return [
        (f"{label}, {name}", each * 1e6, "µs") for name, each in zip(_NAMES, seconds, strict=True)
    ]


def _best(works: list[Callable[[], Any]]) -> list[float]:
    """Answer seconds of each, measured in turns so that a busy machine is busy for all."""
    times = [_often(work) for work in works]
    best = [float("inf")] * len(works)
    for _ in range(TURNS):
        for index, (work, count) in enumerate(zip(works, times, strict=True)):
            best[index] = min(best[index], _seconds(work, count) / count)
    return best


def _often(work: Callable[[], Any]) -> int:
    work()
    return max(1, int(0.02 / max(_seconds(work, 1), 1e-7)))


def _seconds(work: Callable[[], Any], count: int) -> float:
    gc.collect()
    started = time.process_time()
    for _ in range(count):
        work()
    return time.process_time() - started


def _memory() -> list[Figure]:
    """Answer what one of many compiled simple conditions holds."""
    figures = []
    for name, make, kind in zip(_NAMES, _COMPILERS, (FEEL, CEL, CEL, PYTHON), strict=True):
        texts = [SIMPLE.format(**kind).replace("100", str(n)) for n in range(COUNT)]
        make(texts[0])
        gc.collect()
        tracemalloc.start()
        kept = [make(text) for text in texts]
        gc.collect()
        held = tracemalloc.get_traced_memory()[0] / len(kept)
        tracemalloc.stop()
        native = " (what Rust holds is not seen)" if name.startswith("common") else ""
        figures.append((f"memory of a simple condition, {name}{native}", held, "bytes"))
    return figures


if __name__ == "__main__":
    for figure_name, value, unit in run():
        print(f"{figure_name:72} {value:14,.2f} {unit}")
    print(sys.version.split()[0])
