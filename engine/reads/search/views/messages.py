"""Who waits for messages, and who took them."""

from sqlalchemy import case

from engine import store
from engine.reads.search.view import View
from engine.reads.search.views.definitions import TENANT

_s, _d, _i, _c = store.subscription, store.definition, store.instance, store.correlation

MESSAGE_SUBSCRIPTIONS = View(
    "Message subscription",
    _s.join(_d, _s.c.definition_key == _d.c.key).outerjoin(_i, _s.c.instance_key == _i.c.key),
    "message_subscription_key",
    {
        "message_subscription_key": _s.c.key,
        "message_name": _s.c.name,
        "correlation_key": _s.c.correlation_key,
        "message_subscription_state": _s.c.state,
        "message_subscription_type": case((_s.c.start, "START_EVENT"), else_="PROCESS_EVENT"),
        "last_updated_date": _s.c.updated_at,
        "element_id": _s.c.element_id,
        "element_instance_key": _s.c.element_instance_key,
        "process_definition_id": _s.c.process_id,
        "process_definition_key": _s.c.definition_key,
        "process_definition_name": _d.c.name,
        "process_definition_version": _d.c.version,
        "process_instance_key": _s.c.instance_key,
        "root_process_instance_key": _i.c.root_instance_key,
        "business_id": _i.c.business_key,
    },
    constants=TENANT | {"tool_name": None, "inbound_connector_type": None},
    base=_s.c.kind == "message",
)

CORRELATIONS = View(
    "Correlated message subscription",
    _c.join(_i, _c.c.instance_key == _i.c.key),
    "message_key",
    {
        "message_key": _c.c.message_key,
        "subscription_key": _c.c.subscription_key,
        "message_name": _c.c.name,
        "correlation_key": _c.c.correlation_key,
        "correlation_time": _c.c.correlated_at,
        "element_id": _c.c.element_id,
        "element_instance_key": _c.c.element_instance_key,
        "process_definition_id": _c.c.process_id,
        "process_definition_key": _c.c.definition_key,
        "process_instance_key": _c.c.instance_key,
        "root_process_instance_key": _i.c.root_instance_key,
        "business_id": _i.c.business_key,
    },
    constants=TENANT | {"partition_id": 1},
    ties=("subscription_key",),
)
