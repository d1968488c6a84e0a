"""Words of the records and the engine (states, channels, purposes …) in the reader's language."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, current_app
from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

KEY = "peyvand_labels"
LABELS: dict[str, Any] = {
    # states of instances, tasks and incidents
    "ACTIVE": _("running"),
    "COMPLETED": _("completed"),
    "TERMINATED": _("stopped"),
    "SUSPENDED": _("suspended"),
    "CREATED": _("open"),
    "CANCELED": _("cancelled"),
    "RESOLVED": _("resolved"),
    "INCIDENT": _("needs help"),
    # batches
    "CANCEL_PROCESS_INSTANCE": _("Stop instances"),
    "DELETE_PROCESS_INSTANCE": _("Delete instances"),
    "MIGRATE_PROCESS_INSTANCE": _("Take instances to another version"),
    "MODIFY_PROCESS_INSTANCE": _("Move instances"),
    "RESOLVE_INCIDENT": _("Try incidents again"),
    "RESUME_PROCESS_INSTANCE": _("Resume instances"),
    "SUSPEND_PROCESS_INSTANCE": _("Suspend instances"),
    # messages
    "queued": _("queued"),
    "sending": _("being sent"),
    "sent": _("sent"),
    "failed": _("failed"),
    "outbox": _("outbox"),
    "smtp": _("mail server"),
    "webhook": _("webhook"),
    "pending": _("on its way"),
    "delivered": _("delivered"),
    "dead": _("given up"),
    # decisions of the contact gate
    "send": _("send"),
    "defer": _("deferred"),
    "block": _("blocked"),
    "skip": _("skipped"),
    # campaigns and their members
    "acquire": _("acquire"),
    "retain": _("retain"),
    "develop": _("develop"),
    "win_back": _("win back"),
    "inform": _("inform"),
    "planned": _("planned"),
    "running": _("running"),
    "paused": _("paused"),
    "measured": _("measured"),
    "stopped": _("stopped"),
    "released": _("on the way"),
    "deferred": _("deferred"),
    "blocked": _("blocked"),
    "skipped": _("skipped"),
    "bounced": _("bounced"),
    "clicked": _("clicked"),
    "opted_out": _("opted out"),
    "responded": _("responded"),
    "keep": _("keep"),
    "change": _("change"),
    "stop": _("stop"),
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
    "new": _("new"),
    "known": _("known"),
    "developed": _("developed"),
    "at_risk": _("at risk"),
    "regained": _("regained"),
    "lapsed": _("lapsed"),
    "lost": _("lost"),
    # cases
    "complaint": _("complaint"),
    "question": _("question"),
    "request": _("request"),
    "risk": _("risk"),
    "care": lazy_pgettext("kind of case", "care"),
    "solved": _("solved"),
    "closed": _("closed"),
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
    # what an instance waits for (and what else can be open)
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
    "operations": _("operations"),
    "planning": _("planning"),
    # roles of the platform
    "admin": _("administrator"),
    "process_owner": _("process owner"),
    "operator": _("operator"),
    "integrator": _("integrator"),
    # what happened, in histories
    "start": _("started"),
    "start child": _("called a process"),
    "start by message": _("started by a message"),
    "start by signal": _("started by a signal"),
    "start by timer": _("started by the clock"),
    "claim task": _("claimed the task"),
    "assign task": _("gave the task to somebody"),
    "unassign task": _("gave the task back"),
    "update task": _("changed the task"),
    "complete task": _("completed the task"),
    "undo task": _("took the completion back"),
    "delegate task": _("asked a colleague to do the task"),
    "hand back task": _("handed the task back"),
    "answer for customer": _("answered for the customer"),
    "answer for partner": _("answered for the partner"),
    "finish job": _("did the work"),
    "fail job": _("failed at the work"),
    "throw error": _("reported a business error"),
    "fire timer": _("the time came"),
    "correlate": _("a message arrived"),
    "child ended": _("the called process ended"),
    "child threw": _("the called process reported an error"),
    "set variables": _("set variables"),
    "resolve incident": _("tried again"),
    "suspend": lazy_pgettext("history", "suspended"),
    "resume": _("resumed"),
    "cancel": lazy_pgettext("history", "stopped"),
    "modify": _("moved by hand"),
    "erase": _("erased the values of a person"),
    "migrate": _("moved to another version"),
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


def install(app: Flask, labels: Mapping[str, Any]) -> None:
    """Keep all labels that were found."""
    app.extensions[KEY] = labels


def known() -> Mapping[str, Any]:
    """Return all labels by the name they stand for."""
    found: Mapping[str, Any] = current_app.extensions[KEY]
    return found


def label(name: Any) -> str:
    """Return the reader's word for a name of ours; an unknown name as it is."""
    found = known().get(str(name))
    return str(found) if found is not None else str(name).replace("_", " ")
