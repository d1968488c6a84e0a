"""Words of the records and the engine (states, channels, purposes …) in the reader's language."""

from typing import Any

from flask_babel import lazy_gettext as _

WORDS: dict[str, Any] = {
    # states of instances, tasks and incidents
    "ACTIVE": _("running"),
    "COMPLETED": _("completed"),
    "TERMINATED": _("stopped"),
    "SUSPENDED": _("paused"),
    "CREATED": _("open"),
    "CANCELED": _("cancelled"),
    "RESOLVED": _("resolved"),
    "INCIDENT": _("needs help"),
    # messages
    "queued": _("queued"),
    "sending": _("being sent"),
    "sent": _("sent"),
    "failed": _("failed"),
    "outbox": _("outbox"),
    "smtp": _("mail server"),
    "webhook": _("webhook"),
    # decisions of the contact gate
    "send": _("send"),
    "defer": _("deferred"),
    "block": _("blocked"),
    "skip": _("skipped"),
    # channels
    "email": _("e-mail"),
    "phone": _("phone"),
    "sms": _("text message"),
    "post": _("post"),
    "portal": _("portal"),
    "chat": _("chat"),
    "social": _("social network"),
    "visit": _("visit"),
    # purposes
    "service_essential": _("essential service"),
    "service_recovery": _("putting things right"),
    "service_response": _("answer"),
    "survey": _("survey"),
    "relationship": _("relationship"),
    "marketing": _("marketing"),
    "allowed": _("allowed"),
    "denied": _("denied"),
    # customers
    "person": _("person"),
    "company": _("company"),
    "household": _("household"),
    "provisional": _("provisional"),
    "prospect": _("prospect"),
    "active": _("active"),
    "lapsed": _("lapsed"),
    "lost": _("lost"),
    # kinds of steps
    "USER_TASK": _("task for a person"),
    "SERVICE_TASK": _("service task"),
    "SCRIPT_TASK": _("calculation"),
    "BUSINESS_RULE_TASK": _("decision"),
    "CALL_ACTIVITY": _("process called"),
    "SUB_PROCESS": _("part of the process"),
    "EVENT_SUB_PROCESS": _("part of the process"),
    "START_EVENT": _("start"),
    "END_EVENT": _("end"),
    "BOUNDARY_EVENT": _("event at a step"),
    "INTERMEDIATE_CATCH_EVENT": _("waiting"),
    "INTERMEDIATE_THROW_EVENT": _("event"),
    "EXCLUSIVE_GATEWAY": _("choice"),
    "PARALLEL_GATEWAY": _("fork or join"),
    "INCLUSIVE_GATEWAY": _("choice of several"),
    "EVENT_BASED_GATEWAY": _("whichever comes first"),
    "RECEIVE_TASK": _("waiting for a message"),
    "SEND_TASK": _("sending"),
    "MANUAL_TASK": _("done by hand"),
    "TASK": _("step"),
    "MULTI_INSTANCE_BODY": _("for each item"),
    # what an instance waits for
    "user_task": _("a person"),
    "job": _("a worker"),
    "timer": _("a point in time"),
    "message": _("a message"),
    "signal": _("a signal"),
    "condition": _("a condition"),
    "child": _("a process it called"),
    "incident": _("help"),
    # groups of the business
    "campaign_manager": _("campaign managers"),
    "marketing_head": _("head of marketing"),
    "sales_rep": _("sales representatives"),
    "account_manager": _("account managers"),
    "sales_head": _("head of sales"),
    "care_agent": _("care agents"),
    "care_supervisor": _("care supervisors"),
    "care_head": _("head of care"),
    "complaint_handler": _("complaint handlers"),
    "quality_manager": _("quality managers"),
    "data_steward": _("data stewards"),
    "finance": _("finance"),
    # roles of the platform
    "admin": _("administrator"),
    "process_owner": _("process owner"),
    "operator": _("operator"),
    "integrator": _("integrator"),
    # kinds of incident
    "JOB_NO_RETRIES": _("a service task failed each time it was tried"),
    "UNHANDLED_ERROR_EVENT": _("an error nobody in the diagram catches"),
    "IO_MAPPING_ERROR": _("a value could not be mapped"),
    "CONDITION_ERROR": _("a condition could not be decided"),
    "EXTRACT_VALUE_ERROR": _("an expression gave no usable value"),
    "CALLED_ELEMENT_ERROR": _("the process to call is not there"),
    "CALLED_DECISION_ERROR": _("the decision to use is not there"),
    "DECISION_EVALUATION_ERROR": _("the decision could not be made"),
    "FORM_NOT_FOUND": _("the form is not there"),
}


def word(name: Any) -> str:
    """Answer the reader's word for a name of ours; an unknown name as it is."""
    known = WORDS.get(str(name))
    return str(known) if known is not None else str(name).replace("_", " ")
