"""User tasks."""

from typing import Any

from marshmallow import fields, validate

from web.api.fields import (
    Answer,
    Choice,
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
    to_instant,
)
from web.api.filters import (
    Conditions,
    Exactly,
    choice,
    either,
    instant,
    key,
    searching,
    text,
    variables,
    whole,
)
from web.api.schemas.pages import page_of
from web.api.schemas.words import TASK_STATES


class UserTaskResult(Answer):
    """A task for a person."""

    name = Text(allow_none=True)
    state = Choice(TASK_STATES)
    assignee = Text(allow_none=True)
    element_id = Text()
    candidate_groups = texts(dump_default=list)
    candidate_users = texts(dump_default=list)
    process_definition_id = Text()
    creation_date = Instant()
    completion_date = Instant(allow_none=True)
    follow_up_date = Instant(allow_none=True)
    due_date = Instant(allow_none=True)
    tenant_id = Tenant()
    external_form_reference = Text(allow_none=True)
    process_definition_version = Whole()
    custom_headers = Json(dump_default=dict)
    user_task_key = Key()
    element_instance_key = Key()
    process_name = Text(allow_none=True)
    process_definition_key = Key()
    process_instance_key = Key()
    root_process_instance_key = Key(allow_none=True)
    business_id = Text(allow_none=True)
    form_key = Key(allow_none=True)
    tags = tags()
    priority = Whole(dump_default=50)


class UserTaskFilter(Conditions):
    """Which user tasks."""

    state = choice(TASK_STATES)
    assignee = text()
    business_id = text()
    priority = whole()
    element_id = text()
    name = text()
    candidate_group = text()
    candidate_user = text()
    tenant_id = text()
    process_definition_id = text()
    creation_date = instant()
    completion_date = instant()
    follow_up_date = instant()
    due_date = instant()
    process_instance_variables = variables()
    local_variables = variables()
    user_task_key = key()
    process_definition_key = key()
    process_instance_key = key()
    element_instance_key = key()
    tags = Exactly(Many(Text(), most=10))


UserTaskOrFilter = either(UserTaskFilter)
UserTaskSearch = searching(
    "UserTask",
    UserTaskOrFilter,
    "business_id completion_date creation_date due_date follow_up_date name priority",
)
UserTaskPage = page_of(UserTaskResult)


class UserTaskAssignmentRequest(Request):
    """Whose task it becomes."""

    assignee = Text(allow_none=True, validate=validate.Length(max=256))
    allow_override = Flag(allow_none=True, load_default=True)
    action = Text(allow_none=True)


class _Moment(Text):
    """An instant, or an empty text that takes it away."""

    def _deserialize(self, value: Any, *more: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, *more, **options)
        return text and to_instant(text).isoformat()


class Changeset(Request):
    """What changes in a task; an empty text or list takes the value away."""

    due_date = _Moment(allow_none=True)
    follow_up_date = _Moment(allow_none=True)
    candidate_users = texts(allow_none=True)
    candidate_groups = texts(allow_none=True)
    priority = Whole(allow_none=True, validate=validate.Range(0, 100))


class UserTaskUpdateRequest(Request):
    """What changes in a task."""

    changeset = fields.Nested(Changeset, allow_none=True)
    action = Text(allow_none=True)


class OldUserTaskUpdateRequest(Changeset, UserTaskUpdateRequest):
    """What changes in a task, with the word `changeset` around it or without."""


class UserTaskCompletionRequest(Request):
    """The result of a task."""

    variables = Variables(allow_none=True)
    action = Text(allow_none=True)
