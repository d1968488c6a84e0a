"""Records of every described kind: in and out by outside ids, as files and one by one.

Nothing here knows a subject: columns, words and rules come from the table that it describes.
"""

from tasks.records.exports import export_kind
from tasks.records.imports import import_kind
from tasks.records.reads import Page, changed, shown

__all__ = ["Page", "changed", "export_kind", "import_kind", "shown"]
