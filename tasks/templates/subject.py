"""What templates add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.templates.records import Template

SUBJECT: Final = Subject(
    name="templates",
    tables=(Template,),
)
