"""Print every figure, or those of the modules named on the command line."""

import importlib
import pkgutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path


def main(chosen: list[str]) -> None:
    """Run the chosen benchmark modules (all by default), one table each."""
    folder = Path(__file__).parent
    names = [m.name for m in pkgutil.iter_modules([str(folder)]) if not m.name.startswith("_")]
    for name in chosen or names:
        begun = time.monotonic()
        print(f"\n== {name}", flush=True)
        for line in _lines(name):
            print(line, flush=True)
        print(f"  ({time.monotonic() - begun:.0f} s)", flush=True)


def _lines(name: str) -> Iterator[str]:
    module = importlib.import_module(f"benchmarks.{name}")
    if hasattr(module, "report"):
        yield from module.report()
        return
    for label, value, unit in module.run():
        yield f"  {label:<64} {value:>14,.2f} {unit}"


if __name__ == "__main__":
    main(sys.argv[1:])
