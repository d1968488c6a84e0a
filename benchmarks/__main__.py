"""Print every figure, or those of the modules named on the command line."""

import importlib
import pkgutil
import sys
from pathlib import Path


def main(chosen: list[str]) -> None:
    """Run the chosen benchmark modules (all by default), one table each."""
    folder = Path(__file__).parent
    names = [m.name for m in pkgutil.iter_modules([str(folder)]) if not m.name.startswith("_")]
    for name in chosen or names:
        print(f"\n{name}")
        for label, value, unit in importlib.import_module(f"benchmarks.{name}").run():
            print(f"  {label:<64} {value:>14,.2f} {unit}")


if __name__ == "__main__":
    main(sys.argv[1:])
