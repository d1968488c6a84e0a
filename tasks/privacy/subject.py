"""What privacy adds to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.privacy.fingerprints import Forgotten, Salt

SUBJECT: Final = Subject(name="privacy", tables=(Forgotten, Salt))
