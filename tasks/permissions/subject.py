"""What permissions add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.permissions.records import Market, Objection, PermissionGround, PermissionRule
from tasks.permissions.triggers import TRIGGERS

SUBJECT: Final = Subject(
    name="permissions",
    tables=(Market, PermissionRule, PermissionGround, Objection),
    triggers=TRIGGERS,
)
