"""What messages between processes add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.messages.service_tasks import publish

SUBJECT: Final = Subject(name="messages", service_tasks=(publish,))
