"""Records from CSV or JSON, all of a file or nothing, and into CSV."""

from tasks.imports.exporting import export
from tasks.imports.importing import Report, Wrong, run

__all__ = ["Report", "Wrong", "export", "run"]
