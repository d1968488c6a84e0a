"""What links add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.links.asking import ask, hand_over, tell_partner
from tasks.links.erasure import withdraw_links
from tasks.links.records import Link, LinkLook

SUBJECT: Final = Subject(
    name="links",
    tables=(Link, LinkLook),
    erasure=(withdraw_links,),
    service_tasks=(ask, tell_partner, hand_over),
)
