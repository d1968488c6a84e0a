"""People, groups, roles, and who is asking."""

from typing import Any

from marshmallow import fields, validate

from web.api.fields import Answer, Flag, Json, Request, Tenant, Text, texts
from web.api.filters import Conditions, either, searching, text
from web.api.schemas.pages import page_of

_NAME = validate.Regexp(r"^[a-zA-Z0-9_~@.+\-]{1,256}$")


class UserRequest(Request):
    """A person to add."""

    username = Text(required=True, validate=_NAME)
    password = Text(required=True, load_only=True, validate=validate.Length(8, 1_000))
    name = Text(load_default="", allow_none=True, validate=validate.Length(max=200))
    email = Text(load_default="", allow_none=True, validate=validate.Length(max=320))


class UserUpdateRequest(Request):
    """What changes about a person."""

    password = Text(allow_none=True, load_only=True, validate=validate.Length(max=1_000))
    name = Text(allow_none=True, validate=validate.Length(max=200))
    email = Text(allow_none=True, validate=validate.Length(max=320))


class UserResult(Answer):
    """A person."""

    username = Text()
    name = Text(allow_none=True)
    email = Text(allow_none=True)


class UserFilter(Conditions):
    """Which people."""

    username = text()
    name = text()
    email = text()


UserSearch = searching("User", either(UserFilter), "email name username")
UserPage = page_of(UserResult)


class GroupCreateRequest(Request):
    """A group to add."""

    group_id = Text(required=True, validate=_NAME)
    name = Text(required=True, validate=validate.Length(max=200))
    description = Text(load_default="", allow_none=True, validate=validate.Length(max=1_000))


class GroupResult(Answer):
    """A group."""

    name = Text()
    group_id = Text()
    description = Text(allow_none=True)


class GroupFilter(Conditions):
    """Which groups."""

    group_id = text()
    name = text()


GroupSearch = searching("Group", either(GroupFilter), "group_id name")
GroupPage = page_of(GroupResult)


class MemberResult(Answer):
    """A member of a group."""

    username = Text()


class NoConditions(Conditions):
    """All of them."""


MemberSearch = searching("GroupUser", NoConditions, "username")
MemberPage = page_of(MemberResult)


class RoleCreateRequest(Request):
    """A role to add."""

    role_id = Text(required=True, validate=_NAME)
    name = Text(required=True, validate=validate.Length(max=200))
    description = Text(load_default="", allow_none=True, validate=validate.Length(max=1_000))


class RoleResult(Answer):
    """A role."""

    name = Text()
    role_id = Text()
    description = Text(allow_none=True)


class RoleFilter(Conditions):
    """Which roles."""

    role_id = text()
    name = text()


RoleSearch = searching("Role", either(RoleFilter), "name role_id")
RolePage = page_of(RoleResult)


class TenantResult(Answer):
    """The one tenant."""

    name = Text(dump_default="Default")
    tenant_id = Tenant()
    description = Text(allow_none=True)


class CamundaUserResult(Answer):
    """Who is asking."""

    username = Text()
    display_name = Text(allow_none=True)
    email = Text(allow_none=True)
    authorized_components = texts(dump_default=list)
    tenants = fields.List(fields.Nested(TenantResult), dump_default=list)
    groups = texts(dump_default=list)
    roles = texts(dump_default=list)
    sales_plan_type = Text(allow_none=True)
    c8_links = Json(data_key="c8Links", dump_default=dict)
    can_logout = Flag(dump_default=True)


class AuthorizationResult(Answer):
    """Something the caller may do."""

    owner_id = Text()
    owner_type = Text(dump_default="USER")
    resource_type = Text()
    resource_id = Text(allow_none=True)
    resource_property_name = Text(allow_none=True)
    permission_types = texts(dump_default=list)
    authorization_key = Text()


class AuthorizationFilter(Conditions):
    """Which permissions."""

    owner_id = text()
    owner_type = text()
    resource_type = text()
    resource_ids = texts()
    resource_property_names = texts()


_enabled: dict[str, Any] = {"authorizations_enabled": Flag(dump_default=True)}
AuthorizationSearch = searching(
    "Authorization", AuthorizationFilter, "owner_id owner_type resource_id resource_type"
)
OwnAuthorizationPage = page_of(AuthorizationResult, **_enabled)
