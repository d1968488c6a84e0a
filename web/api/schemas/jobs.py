"""Jobs and incidents."""

from marshmallow import fields, validate

from web.api.fields import (
    Answer,
    Choice,
    Duration,
    Flag,
    Instant,
    Json,
    Key,
    Many,
    Request,
    Tenant,
    Text,
    Variables,
    Whole,
    tags,
    texts,
)
from web.api.filters import Conditions, choice, flag, instant, key, searching, text, whole
from web.api.schemas.pages import page_of
from web.api.schemas.words import (
    INCIDENT_ERRORS,
    INCIDENT_STATES,
    JOB_KINDS,
    JOB_STATES,
    LISTENER_EVENTS,
)


class JobActivationRequest(Request):
    """Which jobs a worker takes, how many, and for how long."""

    type = Text(required=True, validate=validate.Length(min=1, max=1_000))
    timeout = Duration(required=True, validate=validate.Range(min=1))
    max_jobs_to_activate = Whole(required=True, validate=validate.Range(1, 1_000))
    worker = Text(load_default="", allow_none=True)
    fetch_variable = texts(allow_none=True)
    request_timeout = Duration(load_default=0, allow_none=True)
    tenant_ids = texts(allow_none=True)
    tenant_filter = Choice(["ASSIGNED", "PROVIDED"], allow_none=True)
    with_lease = Flag(allow_none=True)


class ActivatedUserTask(Answer):
    """The user task a task listener's job is about."""

    action = Text()
    assignee = Text(allow_none=True)
    candidate_groups = texts(dump_default=list)
    candidate_users = texts(dump_default=list)
    changed_attributes = texts(dump_default=list)
    due_date = Instant(allow_none=True)
    follow_up_date = Instant(allow_none=True)
    form_key = Key(allow_none=True)
    priority = Whole(allow_none=True)
    user_task_key = Key(allow_none=True)


class ActivatedJobResult(Answer):
    """A job for a worker."""

    type = Text()
    process_definition_id = Text()
    process_definition_version = Whole()
    element_id = Text()
    custom_headers = Json(dump_default=dict)
    worker = Text()
    retries = Whole()
    deadline = Whole()
    variables = Json(dump_default=dict)
    tenant_id = Tenant()
    physical_tenant_id = Text(dump_default="default")
    job_key = Key()
    process_instance_key = Key()
    process_definition_key = Key()
    element_instance_key = Key()
    kind = Choice(JOB_KINDS, dump_default="BPMN_ELEMENT")
    listener_event_type = Choice(LISTENER_EVENTS, dump_default="UNSPECIFIED")
    user_task = fields.Nested(ActivatedUserTask, allow_none=True)
    tags = tags()
    root_process_instance_key = Key(allow_none=True)
    business_id = Text(allow_none=True)
    priority = Whole(dump_default=0)
    job_lease_token = Text(allow_none=True)


class JobActivationResult(Answer):
    """The jobs the worker got."""

    jobs = fields.List(fields.Nested(ActivatedJobResult), dump_default=list)


class Corrections(Request):
    """What a task listener changes in the task."""

    assignee = Text(allow_none=True)
    due_date = Text(allow_none=True)
    follow_up_date = Text(allow_none=True)
    candidate_users = texts(allow_none=True)
    candidate_groups = texts(allow_none=True)
    priority = Whole(allow_none=True, validate=validate.Range(0, 100))


class ActivateElement(Request):
    """An element an ad-hoc subprocess starts."""

    element_id = Text(required=True)
    variables = Variables(allow_none=True)


class JobResult(Request):
    """What a listener or an ad-hoc subprocess decided."""

    type = Text(load_default="userTask")
    denied = Flag(allow_none=True)
    denied_reason = Text(allow_none=True)
    corrections = fields.Nested(Corrections, allow_none=True)
    activate_elements = Many(fields.Nested(ActivateElement), allow_none=True)
    is_completion_condition_fulfilled = Flag(allow_none=True)
    is_cancel_remaining_instances = Flag(allow_none=True)


class JobCompletionRequest(Request):
    """The result of a job."""

    variables = Variables(allow_none=True)
    result = fields.Nested(JobResult, allow_none=True)
    job_lease_token = Text(allow_none=True)
    business_id = Text(allow_none=True)


class JobFailRequest(Request):
    """Why a job failed and how often it may be tried again."""

    retries = Whole(load_default=0, allow_none=True, validate=validate.Range(0, 2**31 - 1))
    error_message = Text(load_default="", allow_none=True)
    retry_back_off = Duration(load_default=0, allow_none=True, validate=validate.Range(min=0))
    variables = Variables(allow_none=True)
    job_lease_token = Text(allow_none=True)


class JobErrorRequest(Request):
    """A business "no" from a job."""

    error_code = Text(required=True, validate=validate.Length(min=1, max=1_000))
    error_message = Text(load_default="", allow_none=True)
    variables = Variables(allow_none=True)
    job_lease_token = Text(allow_none=True)


class JobChangeset(Request):
    """What changes in a job."""

    retries = Whole(allow_none=True, validate=validate.Range(1, 2**31 - 1))
    timeout = Duration(allow_none=True, validate=validate.Range(min=0))
    priority = Whole(allow_none=True, validate=validate.Range(-(2**31), 2**31 - 1))


class JobUpdateRequest(Request):
    """What changes in a job."""

    changeset = fields.Nested(JobChangeset, required=True)
    operation_reference = Whole(allow_none=True)
    job_lease_token = Text(allow_none=True)


class JobSearchResult(Answer):
    """A job."""

    custom_headers = Json(dump_default=dict)
    deadline = Instant(allow_none=True)
    denied_reason = Text(allow_none=True)
    element_id = Text(allow_none=True)
    element_instance_key = Key()
    end_time = Instant(allow_none=True)
    error_code = Text(allow_none=True)
    error_message = Text(allow_none=True)
    has_failed_with_retries_left = Flag()
    is_denied = Flag(allow_none=True)
    job_key = Key()
    kind = Choice(JOB_KINDS, dump_default="BPMN_ELEMENT")
    listener_event_type = Choice(LISTENER_EVENTS, dump_default="UNSPECIFIED")
    process_definition_id = Text(allow_none=True)
    process_definition_key = Key(allow_none=True)
    process_instance_key = Key()
    root_process_instance_key = Key(allow_none=True)
    business_id = Text(allow_none=True)
    retries = Whole()
    state = Choice(JOB_STATES)
    tenant_id = Tenant()
    type = Text()
    worker = Text(dump_default="")
    creation_time = Instant(allow_none=True)
    last_update_time = Instant(allow_none=True)
    priority = Whole(dump_default=0)


class JobFilter(Conditions):
    """Which jobs."""

    deadline = instant()
    denied_reason = text()
    element_id = text()
    element_instance_key = key()
    end_time = instant()
    error_code = text()
    error_message = text()
    has_failed_with_retries_left = flag()
    is_denied = flag()
    job_key = key()
    kind = choice(JOB_KINDS)
    listener_event_type = choice(LISTENER_EVENTS)
    priority = whole()
    process_definition_id = text()
    process_definition_key = key()
    process_instance_key = key()
    business_id = text()
    retries = whole()
    state = choice(JOB_STATES)
    tenant_id = text()
    type = text()
    worker = text()
    creation_time = instant()
    last_update_time = instant()


JobSearch = searching(
    "Job",
    JobFilter,
    "creation_time deadline denied_reason element_id element_instance_key end_time error_code"
    " error_message has_failed_with_retries_left is_denied job_key kind listener_event_type"
    " priority process_definition_id process_definition_key process_instance_key retries state"
    " tenant_id type worker",
)
JobPage = page_of(JobSearchResult)


class IncidentResult(Answer):
    """A failure that waits for an operator."""

    process_definition_id = Text()
    error_type = Choice(INCIDENT_ERRORS)
    error_message = Text()
    element_id = Text()
    creation_time = Instant()
    state = Choice(INCIDENT_STATES)
    tenant_id = Tenant()
    incident_key = Key()
    process_definition_key = Key()
    process_instance_key = Key()
    root_process_instance_key = Key(allow_none=True)
    element_instance_key = Key()
    job_key = Key(allow_none=True)


class IncidentFilter(Conditions):
    """Which incidents."""

    process_definition_id = text()
    error_type = choice(INCIDENT_ERRORS)
    error_message = text()
    element_id = text()
    creation_time = instant()
    state = choice(INCIDENT_STATES)
    tenant_id = text()
    incident_key = key()
    process_definition_key = key()
    process_instance_key = key()
    element_instance_key = key()
    job_key = key()


IncidentSearch = searching(
    "Incident",
    IncidentFilter,
    "creation_time element_id element_instance_key error_type incident_key job_key"
    " process_definition_id process_definition_key process_instance_key state tenant_id",
)
IncidentPage = page_of(IncidentResult)
