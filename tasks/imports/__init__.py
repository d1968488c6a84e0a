"""Customers, products, purchases and interactions from CSV or JSON: all of a file, or nothing."""

from tasks.imports.exporting import export
from tasks.imports.importing import KINDS, Import, Report, Wrong, run

__all__ = ["KINDS", "Import", "Report", "Wrong", "export", "run"]
