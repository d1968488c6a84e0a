"""What figures add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.figures.keeping import keep_figures
from tasks.figures.records import FigureSnapshot

SUBJECT: Final = Subject(name="figures", tables=(FigureSnapshot,), service_tasks=(keep_figures,))
