"""Element instances and variables."""

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
)
from web.api.filters import Conditions, choice, either, flag, instant, key, searching, text
from web.api.schemas.pages import page_of
from web.api.schemas.words import ELEMENT_STATES, ELEMENT_TYPES


class ElementInstanceResult(Answer):
    """One run of an element."""

    process_definition_id = Text(allow_none=True)
    start_date = Instant()
    end_date = Instant(allow_none=True)
    element_id = Text()
    element_name = Text()
    type = Choice(ELEMENT_TYPES)
    state = Choice(ELEMENT_STATES)
    has_incident = Flag()
    tenant_id = Tenant()
    element_instance_key = Key()
    process_instance_key = Key()
    root_process_instance_key = Key(allow_none=True)
    process_definition_key = Key(allow_none=True)
    incident_key = Key(allow_none=True)


class ElementInstanceFilter(Conditions):
    """Which element instances."""

    process_definition_id = text()
    state = choice(ELEMENT_STATES)
    type = choice(ELEMENT_TYPES)
    element_id = text()
    element_name = text()
    has_incident = flag()
    tenant_id = text()
    element_instance_key = key()
    process_instance_key = key()
    process_definition_key = key()
    incident_key = key()
    start_date = instant()
    end_date = instant()
    element_instance_scope_key = key()


ElementInstanceOrFilter = either(ElementInstanceFilter)
ElementInstanceSearch = searching(
    "ElementInstance",
    ElementInstanceOrFilter,
    "element_id element_instance_key element_name end_date incident_key process_definition_id"
    " process_definition_key process_instance_key start_date state tenant_id type",
)
ElementInstancePage = page_of(ElementInstanceResult)


class SetVariableRequest(Request):
    """Variables to set in a scope; `local` keeps them there."""

    variables = Variables(required=True)
    local = Flag(allow_none=True)
    operation_reference = Whole(allow_none=True)


class VariableResult(Answer):
    """A variable; `value` is its JSON text."""

    value = Text()
    name = Text()
    tenant_id = Tenant()
    variable_key = Key()
    scope_key = Key()
    process_instance_key = Key()
    root_process_instance_key = Key(allow_none=True)


class VariableSearchResult(VariableResult):
    """A variable of a list; a long value is cut."""

    is_truncated = Flag()


class VariableFilter(Conditions):
    """Which variables."""

    name = text()
    value = text()
    tenant_id = text()
    is_truncated = flag()
    variable_key = key()
    scope_key = key()
    process_instance_key = key()


class NameFilter(Conditions):
    """Which variables of a task."""

    name = text()


_SORTS = "name process_instance_key scope_key tenant_id value variable_key"
VariableSearch = searching("Variable", VariableFilter, _SORTS)
UserTaskVariableSearch = searching("UserTaskVariable", NameFilter, _SORTS)
VariablePage = page_of(VariableSearchResult)


class VariableQuery(Request):
    """Return whether long values are cut."""

    truncate_values = Choice(["true", "false"], load_default="true")


class CreateClusterVariableRequest(Request):
    """A variable for all processes."""

    name = Text(required=True, validate=validate.Regexp(r"^[A-Za-z_][A-Za-z0-9_]{0,254}$"))
    value = Json(required=True, allow_none=True)
    metadata = fields.Dict(keys=Text(), allow_none=True)
    kind = Choice(["JSON"], load_default="JSON")


class UpdateClusterVariableRequest(Request):
    """The new value."""

    value = Json(required=True, allow_none=True)
    metadata = fields.Dict(keys=Text(), allow_none=True)


class ClusterVariableResult(Answer):
    """A variable for all processes; `value` is its JSON text."""

    value = Text()
    name = Text()
    scope = Choice(["GLOBAL", "TENANT"], dump_default="GLOBAL")
    tenant_id = Text(allow_none=True)
    metadata = Json(dump_default=dict)
    kind = Text(dump_default="JSON")


class ClusterVariableSearchResult(ClusterVariableResult):
    """A variable of a list; a long value is cut."""

    is_truncated = Flag()


class ClusterVariableFilter(Conditions):
    """Which variables for all processes."""

    name = text()
    value = text()
    scope = text()
    tenant_id = text()
    is_truncated = flag()
    kind = text()


ClusterVariableSearch = searching(
    "ClusterVariable", ClusterVariableFilter, "name value tenant_id scope"
)
ClusterVariablePage = page_of(ClusterVariableSearchResult)


class ActivateActivity(Request):
    """An activity of an ad-hoc subprocess to start."""

    element_id = Text(required=True)
    variables = Variables(allow_none=True)


class ActivateActivitiesRequest(Request):
    """Activities of an ad-hoc subprocess to start."""

    elements = Many(
        fields.Nested(ActivateActivity), most=100, required=True, validate=validate.Length(1)
    )
    cancel_remaining_instances = Flag(allow_none=True)
