"""What outbound webhooks add to the CRM."""

from typing import Final

from tasks.declare.subject import Subject
from tasks.outbound_webhooks.erasure import delete_outgoing
from tasks.outbound_webhooks.records import Delivery, DeliveryAttempt, OutgoingEvent, Webhook

SUBJECT: Final = Subject(
    name="outbound_webhooks",
    tables=(
        Webhook,
        OutgoingEvent,
        Delivery,
        DeliveryAttempt,
    ),
    webhooks={
        "task.created": "A user task waits for somebody.",
        "task.assigned": "A user task was given to somebody, or to nobody.",
        "task.updated": "Due date, candidates or priority of a user task changed.",
        "task.reminded": "A share of the time of a user task is over.",
        "task.escalated": "A user task is overdue and open to the next level too.",
        "task.completed": "A user task was done.",
        "task.canceled": "A user task is not needed any more.",
        "instance.started": "A process instance began.",
        "instance.completed": "A process instance reached its end.",
        "instance.terminated": "A process instance was ended from outside, or by its diagram.",
        "incident.created": "Something failed and waits for an operator.",
        "incident.resolved": "An incident is over.",
        "webhook.test": "Sent by hand, to see whether a receiver works.",
    },
    erasure=(delete_outgoing,),
)
