"""Which reaction does what follows from a step."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.reactions import (
    admission,
    assigning,
    call_activities,
    loop_guard,
    message_buffer,
    messages,
    signals,
)
from engine.transaction import follow_ups
from engine.transaction.unit_of_work import UnitOfWork

HANDLERS: Mapping[type[follow_ups.FollowUp], Callable[[UnitOfWork, Any], None]] = {
    follow_ups.AskAdmission: admission.ask,
    follow_ups.AssignTask: assigning.assign,
    follow_ups.StartChild: call_activities.start_child,
    follow_ups.CancelChild: call_activities.cancel_child,
    follow_ups.ChildEnded: call_activities.child_ended,
    follow_ups.ChildThrew: call_activities.child_threw,
    follow_ups.DeliverBuffered: message_buffer.deliver,
    follow_ups.StartNext: messages.start_next,
    follow_ups.Broadcast: signals.spread,
    follow_ups.HoldElement: loop_guard.hold,
    follow_ups.ReleaseElement: loop_guard.release_with_incident,
}
