"""The history as event logs that process-mining tools read: XES 1.0 (IEEE 1849) and OCEL 2.0.

with store.reading(engine.database) as connection:
    for piece in exports.xes(connection, chosen): file.write(piece)

`chosen` is a condition on store.instance. Both are written piece by piece, in bounded memory.
"""

from engine.exports.events import Case, Event, cases
from engine.exports.ocel import ocel
from engine.exports.xes import xes

__all__ = ["Case", "Event", "cases", "ocel", "xes"]
