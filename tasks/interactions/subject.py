"""What interactions add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.interactions.events import TYPES
from tasks.interactions.exports import EXPORTS
from tasks.interactions.imports import IMPORTS
from tasks.interactions.records import Interaction

SUBJECT: Final = Subject(
    name="interactions",
    tables=(Interaction,),
    events=TYPES,
    imports=IMPORTS,
    exports=EXPORTS,
)
