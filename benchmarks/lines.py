"""Counts lines of code: without blanks, comments and docstrings. `python -m benchmarks.lines [-v]`.

The counter is locked: a figure says something only beside one that was counted the same way.
"""

import ast
import io
import sys
import tokenize
from collections import Counter
from pathlib import Path

ROOTS = ("engine", "tasks", "web")
_SILENT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def count(source: str) -> int:
    """Return how many lines of a module hold code."""
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _SILENT:
            code.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            text = node.body[0]
            code.difference_update(range(text.lineno, (text.end_lineno or text.lineno) + 1))
    return len(code)


def folders(root: Path) -> Counter[str]:
    """Return the lines of code of each folder below the three packages, and of each package."""
    found: Counter[str] = Counter()
    for package in ROOTS:
        for file in sorted((root / package).rglob("*.py")):
            if "node_modules" in file.parts:
                continue
            lines = count(file.read_text(encoding="utf-8"))
            found[package] += lines
            found["/".join(file.relative_to(root).parts[:2])] += lines
    return found


def main() -> None:
    """Print them."""
    found = folders(Path.cwd())
    for name, lines in sorted(found.items()):
        if name in ROOTS or "-v" in sys.argv:
            print(f"{lines:7,}  {name}")


if __name__ == "__main__":
    main()
