"""The properties a drawing may carry: their catalogue, their types, and how they are read.

A subject adds its own as a `Property` constant; the composition root makes one `Catalogue` of all.
Knows no BPMN, no database and no clock.
"""

from engine.properties.catalogue import ENGINE, Catalogue
from engine.properties.property import Place, Property, Type
from engine.properties.spelling import present_names

__all__ = ["ENGINE", "Catalogue", "Place", "Property", "Type", "present_names"]
